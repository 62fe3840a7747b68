import { expect, test } from 'vitest'
import { ignore, keyed, within } from '../../../../src/diff/tolerance.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { Data } from '../../../../src/model/value.ts'
import { createToleranceHits } from '../../../../src/pipeline/night/tolerance-hits.ts'

const day = (text: string): number => Date.parse(text)

const decided = (answer: Data) => ({ kind: 'decided', answer, effects: [] }) as const

const pair = (id: string, at: string, legacy: Data, live: Data): PairedDecision =>
  ({
    live: { id, decidedAt: day(at), observation: decided(live) },
    legacy: { id, decidedAt: null, observation: decided(legacy) },
    verdict: null,
  }) as unknown as PairedDecision

const compare = {
  '/lines': keyed('n'),
  '/lines/*/price': within('0.05', { owner: 'billing', reason: 'rounds per line' }),
  '/printedAt': ignore('printer clock', { owner: 'ops', until: '2026-03-02' }),
}

test('each tolerance says what it hid, by decision, until its day', () => {
  const hits = createToleranceHits({ compare })
  const lines = (...prices: readonly string[]): Data => prices.map((price, n) => ({ n, price }))
  hits.add(
    pair(
      'd1',
      '2026-03-01',
      { lines: lines('1.00', '2.00', '3.00'), printedAt: 1 },
      { lines: lines('1.05', '2.05', '3.00'), printedAt: 2 },
    ),
  )
  hits.add(pair('d2', '2026-03-01', { lines: lines('1.00'), printedAt: 1 }, { lines: lines('1.50'), printedAt: 1 }))
  hits.add(pair('d3', '2026-03-03', { lines: lines('1.00'), printedAt: 1 }, { lines: lines('1.01'), printedAt: 2 }))
  const [price, printed, ...more] = hits.result(day('2026-03-01T12:00:00Z'))
  expect(more).toEqual([])
  expect(price).toMatchObject({ path: '/lines/*/price', hits: 3, decisions: 2, owner: 'billing', expired: false })
  expect(price?.example).toEqual({ path: '/lines/0/price', legacy: '"1.00"', candidate: '"1.05"', decision: 'd1' })
  expect(printed).toMatchObject({ path: '/printedAt', kind: 'ignore', hits: 1, decisions: 1, until: '2026-03-02', expired: false })
  expect(hits.result(day('2026-03-02'))[1]).toMatchObject({ expired: true, hits: 1 })
})

test('what is hidden in effects counts, where the legacy states any', () => {
  const hits = createToleranceHits({ compare: { '/effects/*/payload/at': ignore('clock') } })
  const withEffect = (at: number) => ({ ...decided({}), effects: [{ kind: 'mail', payload: { at } }] })
  const base = pair('d1', '2026-03-01', {}, {})
  hits.add({ ...base, live: { ...base.live, observation: withEffect(2) }, legacy: { ...base.legacy, observation: withEffect(1) } })
  hits.add({ ...base, live: { ...base.live, observation: withEffect(2) } })
  expect(hits.result(0)[0]).toMatchObject({ hits: 1, example: { path: '/effects/0/payload/at' } })
})

test('an answer that is none is not compared', () => {
  const hits = createToleranceHits({ compare })
  const failed = { kind: 'failed', reason: 'threw', message: '' } as const
  const base = pair('d1', '2026-03-01', { printedAt: 1 }, { printedAt: 2 })
  hits.add({ ...base, live: { ...base.live, observation: failed } })
  hits.add({ ...base, legacy: { ...base.legacy, observation: null } })
  expect(hits.result(0).map(({ hits: count }) => count)).toEqual([0, 0])
})
