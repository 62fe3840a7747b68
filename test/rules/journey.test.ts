import { expect, it } from 'vitest'
import { all, any, journey } from '../../rules/journey.ts'

it('keeps milestones, limits in ms, and ends', () => {
  const order = journey('order', {
    milestones: { placed: 'order.placed', confirmed: all('a', 'b'), held: any('c', 'd') },
    limits: { confirmed: '15 min', held: '2 d' },
    ends: ['order.cancelled'],
  })
  expect(order).toEqual({
    name: 'order',
    milestones: {
      placed: { kind: 'fact', type: 'order.placed' },
      confirmed: { kind: 'all', types: ['a', 'b'] },
      held: { kind: 'any', types: ['c', 'd'] },
    },
    limitsMs: { confirmed: 900_000, held: 172_800_000 },
    ends: ['order.cancelled'],
  })
})

it('refuses limits that are not durations or name no milestone, and milestones that wait for nothing', () => {
  const milestones = { reserved: 'inventory.reserved' }
  // @ts-expect-error not a duration
  expect(() => journey('order', { milestones, limits: { reserved: 'soon' } })).toThrowError(
    expect.objectContaining({ code: 'config-invalid' }),
  )
  // @ts-expect-error no such milestone
  expect(() => journey('order', { milestones, limits: { reservd: '1 h' } })).toThrowError(
    expect.objectContaining({ code: 'rule-invalid', hint: 'milestones are reserved' }),
  )
  expect(() => journey('order', { milestones: { never: all() } })).toThrowError(expect.objectContaining({ code: 'rule-invalid' }))
})
