import { expect, it } from 'vitest'
import { foldJourney } from '../../rules/fold-journey.ts'
import { all, journey } from '../../rules/journey.ts'
import { describeJourney } from '../../rules/journey-words.ts'
import type { BusinessEvent } from '../../src/model/business-event.ts'
import type { EventId } from '../../src/model/ids.ts'
import { changeId, epochMs, journeyKey, position, sourceName } from '../../src/model/ids.ts'
import type { JourneyState } from '../../src/model/journey.ts'

const order = journey('order', {
  milestones: {
    placed: 'order.placed',
    reserved: 'inventory.reserved',
    confirmed: all('payment.authorised', 'inventory.reserved'),
    shipped: 'shipment.created',
  },
  limits: { reserved: '15 min', shipped: '2 d' },
  ends: ['order.cancelled'],
})

const fact = (type: string, afterMs: number): BusinessEvent => ({
  id: `id of ${type}` as EventId,
  type,
  source: sourceName('oms'),
  key: journeyKey('4711'),
  data: null,
  occurredAt: epochMs(Date.UTC(2026, 2, 1, 9, 30) + afterMs),
  position: position(`0:${String(afterMs).padStart(10, '0')}`),
  ordinal: 0,
  journey: 'order',
  milestone: null,
  rule: { name: type, version: 2 },
  causes: [changeId(position(`0:${afterMs}`), 3)],
})

const told = (...facts: readonly BusinessEvent[]): string => {
  let state: JourneyState | null = null
  const events: BusinessEvent[] = []
  for (const event of facts) {
    const folded = foldJourney({ journey: order, state, event })
    state = folded.state
    events.push(event, ...folded.derived)
  }
  return describeJourney(order, state as JourneyState, events).join('\n')
}

it('says where an order is and how it got there', () => {
  expect(
    told(fact('order.placed', 0), fact('inventory.reserved', 1_000_000), fact('payment.authorised', 1_083_000)),
  ).toMatchInlineSnapshot(`
    "order 4711: confirmed since 2026-03-01 09:48:03Z, open: shipped

    Milestones
      ✓ placed     2026-03-01 09:30:00Z  at once
      ✓ reserved   2026-03-01 09:46:40Z  +16 min 40 s, was overdue since 2026-03-01 09:45:00Z
      ✓ confirmed  2026-03-01 09:48:03Z  +18 min 3 s
      · shipped    waits for shipment.created, due 2026-03-03 09:30:00Z

    How it got there
      2026-03-01 09:30:00Z  at once           order.placed            from row change 0:0#3 (rule order.placed v2)
      2026-03-01 09:45:00Z  +15 min           order.reserved-overdue  from order.placed (rule journey:order v1)
      2026-03-01 09:46:40Z  +16 min 40 s      inventory.reserved      from row change 0:1000000#3 (rule inventory.reserved v2)
      2026-03-01 09:48:03Z  +18 min 3 s       payment.authorised      from row change 0:1083000#3 (rule payment.authorised v2)
      2026-03-01 09:48:03Z  +18 min 3 s       order.confirmed         from payment.authorised, inventory.reserved (rule journey:order v1)"
  `)
})

it('says what it waits for, and until when', () => {
  expect(told(fact('order.placed', 0)).split('\n').slice(0, 7)).toMatchInlineSnapshot(`
    [
      "order 4711: placed since 2026-03-01 09:30:00Z, open: reserved, confirmed, shipped",
      "",
      "Milestones",
      "  ✓ placed     2026-03-01 09:30:00Z  at once",
      "  · reserved   waits for inventory.reserved, due 2026-03-01 09:45:00Z",
      "  · confirmed  waits for payment.authorised and inventory.reserved",
      "  · shipped    waits for shipment.created, due 2026-03-03 09:30:00Z",
    ]
  `)
})

it('says what ended it', () => {
  expect(told(fact('order.placed', 0), fact('order.cancelled', 5_000)).split('\n').slice(0, 7)).toMatchInlineSnapshot(`
    [
      "order 4711: ended by order.cancelled at 2026-03-01 09:30:05Z, was placed since 2026-03-01 09:30:00Z",
      "",
      "Milestones",
      "  ✓ placed     2026-03-01 09:30:00Z  at once",
      "  · reserved   not reached",
      "  · confirmed  not reached",
      "  · shipped    not reached",
    ]
  `)
})
