import { describe, expect, test } from 'vitest'
import type { DecisionId } from '../../../src/model/ids.ts'
import { epochMs } from '../../../src/model/ids.ts'
import type { LogPoint } from '../../../src/model/read.ts'
import type { Store } from '../../../src/ports/store.ts'
import { collect, emptyStore } from './empty-store.ts'
import { at, batch, context, event, legacy, live, verdict } from './samples.ts'

const { store } = emptyStore()
const point = (number: number, ordinal = 0): LogPoint => ({ position: at(number), ordinal })

describe('classification', () => {
  const settle = async (): Promise<void> => {
    const numbers = [3, 1, 2]
    await store().commitShadow({ context, expected: null, next: point(3), decisions: numbers.map((number) => live(number, 'k')) })
    const decisions = [...numbers.map((number) => legacy(number, 'k')), legacy(4, 'k'), legacy(5, 'k', { state: 'answered' })]
    await store().commitPairs({
      context,
      expected: null,
      cursor: { at: point(5), settledBefore: point(4), lastPaired: null, ended: false },
      decisions,
      deadLetters: [],
    })
  }
  const ids = (found: readonly { readonly legacy: { readonly id: string } }[]): readonly string[] => found.map((one) => one.legacy.id)
  const id = (number: number): DecisionId => legacy(number, 'k').id

  test('settled decisions with a live answer are ready, by as-of point', async () => {
    await settle()
    const query = { context, after: null, before: point(99), limit: 10 }
    expect(ids(await store().readyDecisions(query))).toEqual([id(1), id(2), id(3)])
    expect(ids(await store().readyDecisions({ ...query, before: point(3) }))).toEqual([id(1), id(2)])
    expect(ids(await store().readyDecisions({ ...query, limit: 1 }))).toEqual([id(1)])
    expect(ids(await store().readyDecisions({ ...query, after: { ...point(1), id: id(1) } }))).toEqual([id(2), id(3)])
    expect((await store().readyDecisions(query))[0]).toEqual({ live: live(1, 'k'), legacy: legacy(1, 'k') })
  })

  test('a classified decision comes up again when it is revised, wherever the cursor stands', async () => {
    await settle()
    const next = { ...point(3), id: id(3) }
    await store().commitVerdicts({ context, expected: null, next, verdicts: [1, 2, 3].map((number) => verdict(number, 'k')) })
    expect(await store().classifyCursor(context)).toEqual(next)
    const query = { context, after: next, before: point(99), limit: 10 }
    expect(await store().readyDecisions(query)).toEqual([])
    const revised = legacy(2, 'k', { revision: 2, asOf: point(2, 1) })
    await store().commitPairs({
      context,
      expected: point(5),
      cursor: { at: point(6), settledBefore: point(6), lastPaired: null, ended: false },
      decisions: [revised],
      deadLetters: [],
    })
    expect(await store().readyDecisions(query)).toEqual([{ live: live(2, 'k'), legacy: revised }])
    await store().commitShadow({ context, expected: point(3), next: point(4), decisions: [live(4, 'k')] })
    expect(ids(await store().readyDecisions(query))).toEqual([id(2), id(4)])
    await store().commitVerdicts({ context, expected: next, next, verdicts: [verdict(2, 'k', { revision: 2 })] })
    expect(ids(await store().readyDecisions(query))).toEqual([id(4)])
  })

  test('a lower revision never replaces a higher verdict, an equal one does', async () => {
    await settle()
    const next = { ...point(3), id: id(3) }
    const mined = verdict(1, 'k', { revision: 2, finding: { kind: 'unresolved', reason: 'awaiting-mining' } })
    await store().commitVerdicts({ context, expected: null, next, verdicts: [mined, verdict(2, 'k')] })
    await store().commitVerdicts({ context, expected: next, next, verdicts: [verdict(1, 'k', { revision: 1 })] })
    expect(await collect(store().verdicts(context, [id(1), id(3), id(2)]))).toEqual([mined, verdict(2, 'k')])
    await store().commitMining({ context, rules: [], verdicts: [verdict(1, 'k', { revision: 2 })] })
    expect(await collect(store().verdicts(context, [id(1), id(3), id(2)]))).toEqual([verdict(1, 'k', { revision: 2 }), verdict(2, 'k')])
    await expect(store().commitVerdicts({ context, expected: null, next, verdicts: [] })).rejects.toMatchObject({
      code: 'store-stage-taken',
    })
  })

  test('mining replaces all rules of a context', async () => {
    const rule = (name: string) =>
      ({
        id: name,
        context,
        status: 'lead',
        predicate: [],
        effect: [],
        words: 'when …',
        train: { fits: 1, breaks: 0, other: 0 },
        holdout: { fits: 1, breaks: 0, other: 0 },
        replay: { restored: 1, broken: 0 },
        precision: 1,
        precisionLower: 0.5,
        firstSeenAt: epochMs(1),
        lastSeenAt: epochMs(2),
        exposure: null,
        examples: [],
        counterExamples: [],
      }) as unknown as Parameters<Store['commitMining']>[0]['rules'][number]
    await store().commitMining({ context, rules: [rule('b'), rule('a')], verdicts: [] })
    expect(await store().rules(context)).toEqual([rule('b'), rule('a')])
    await store().commitMining({ context, rules: [rule('c')], verdicts: [] })
    expect(await store().rules(context)).toEqual([rule('c')])
  })

  test('the archive has both sides in order, the totals account for all', async () => {
    await settle()
    await store().commitVerdicts({ context, expected: null, next: { ...point(3), id: id(3) }, verdicts: [verdict(2, 'k')] })
    await store().commitCapture(batch(5, null, { events: [1, 2, 3, 4, 5].map((number) => event(number, 'k')) }))
    expect(await collect(store().archive(context))).toEqual([
      { live: live(1, 'k'), legacy: legacy(1, 'k'), verdict: null },
      { live: live(2, 'k'), legacy: legacy(2, 'k'), verdict: verdict(2, 'k') },
      { live: live(3, 'k'), legacy: legacy(3, 'k'), verdict: null },
    ])
    expect(await store().decisionTotals(context, 'order.placed')).toEqual({ triggers: 5, live: 3, open: 1, settled: 4, verdicts: 1 })
    expect(await store().decision(live(2, 'k').id)).toEqual({ live: live(2, 'k'), legacy: legacy(2, 'k'), verdict: verdict(2, 'k') })
  })
})
