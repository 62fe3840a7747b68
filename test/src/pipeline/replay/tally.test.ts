import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { Fingerprint, HiddenRuleId } from '../../../../src/model/ids.ts'
import { sourceName } from '../../../../src/model/ids.ts'
import type { ArchivedDecision } from '../../../../src/pipeline/replay/archived-decision.ts'
import type { Replayed, Standing } from '../../../../src/pipeline/replay/replay-one.ts'
import { budgetOf, replayReport } from '../../../../src/pipeline/replay/report.ts'
import type { Tally } from '../../../../src/pipeline/replay/tally.ts'
import { addReplayed, createTally, mergeTally } from '../../../../src/pipeline/replay/tally.ts'
import { decided, shopDecision } from './shop-decision.ts'

const standing = (kind: string | null): Standing => ({
  observation: decided({ kind }),
  differences: kind === null ? [] : [{ path: `/${kind}`, kind: 'value' }],
  fingerprint: kind as Fingerprint | null,
})

const compared = (was: string | null, is: string | null): Replayed => ({
  kind: 'compared',
  isChanged: was !== is,
  before: standing(was),
  after: standing(is),
})

type Case = readonly [ArchivedDecision, Replayed]

const tallyOf = (cases: readonly Case[]): Tally => {
  const tally = createTally()
  for (const [decision, replayed] of cases) addReplayed(tally, decision, replayed)
  return tally
}

const report = (tally: Tally, appeared = '0', changed: string | null = null): ReturnType<typeof replayReport> =>
  replayReport({
    header: {
      context: 'promise',
      source: sourceName('shop'),
      candidateVersion: 'v1',
      rules: [{ id: 'r' as HiddenRuleId, words: 'When …' }],
    },
    basis: 'as-of',
    replayed: 'v2',
    tally,
    budgets: { appeared: budgetOf(appeared, '--budget'), changed: changed === null ? null : budgetOf(changed, '--budget-changed') },
    tookMs: 1_000,
  })

const story: readonly Case[] = [
  [shopDecision(1), compared(null, null)],
  [shopDecision(2, { cause: 'defect' }), compared('a', null)],
  [shopDecision(3, { cause: 'hidden-rule', rule: 'r' as HiddenRuleId }), compared('b', 'b')],
  [shopDecision(4, { cause: 'hidden-rule', rule: 'r' as HiddenRuleId }), compared('b', 'c')],
  [shopDecision(5), compared(null, 'c')],
  [shopDecision(6), { kind: 'missed', reason: 'unrecorded-read', what: 'stock B' }],
  [shopDecision(7), { kind: 'missed', reason: 'unpaired', what: null }],
]

it('says what vanished, appeared, stayed and became another difference, by cause, rule and kind', () => {
  const told = report(tallyOf(story))
  expect(told).toMatchObject({
    decisions: 7,
    compared: 5,
    changedAnswers: 3,
    divergences: { before: 3, after: 3, vanished: 1, appeared: 1, moved: 1 },
    exposure: { vanished: 100, appeared: 100 },
    missed: [
      { reason: 'unrecorded-read', count: 1 },
      { reason: 'unpaired', count: 1 },
    ],
    unrecordedReads: ['stock B'],
  })
  expect(told.byRule).toEqual([{ rule: 'r', words: 'When …', before: 2, after: 2, vanished: 0, appeared: 0, moved: 1 }])
  expect(Object.fromEntries(told.byCause.map(({ cause, before, after }) => [cause, [before, after]]))).toEqual({
    defect: [1, 0],
    'hidden-rule': [2, 2],
    agreed: [0, 1],
  })
  expect(told.byFingerprint.find(({ fingerprint }) => fingerprint === 'c')).toMatchObject({
    before: 0,
    after: 2,
    appeared: 2,
    paths: ['/c'],
  })
  expect(told.byFingerprint.find(({ fingerprint }) => fingerprint === 'b')).toMatchObject({ before: 2, after: 1, vanished: 1, moved: 1 })
})

it('holds the budget: new divergences, and what was not answered, count', () => {
  const tally = tallyOf(story)
  expect(report(tally).isWithinBudget).toBe(false)
  expect(report(tally, '1').isWithinBudget).toBe(true)
  // 6 decisions could be answered: 16 % of them is none, 17 % is one.
  expect(report(tally, '16%').isWithinBudget).toBe(false)
  expect(report(tally, '17%').isWithinBudget).toBe(true)
  expect(report(tally, '1', '2').isWithinBudget).toBe(false)
  expect(report(tally, '1', '3').isWithinBudget).toBe(true)
  expect(report(tallyOf(story.slice(5))).isWithinBudget).toBe(false)
})

it('ten thousand kinds of difference: memory is bounded, and none is lost from the counts', () => {
  const kinds = 10_000
  const cases = Array.from({ length: kinds }, (_, number): Case => [shopDecision(number), compared(null, `kind-${number}`)])
  const tally = tallyOf(cases)
  const told = report(tally)
  expect(told.divergences).toMatchObject({ before: 0, after: kinds, appeared: kinds })
  expect(tally.byFingerprint.size + told.otherClusters).toBe(kinds)
  expect(tally.byFingerprint.size).toBeLessThanOrEqual(2_000)
  expect(told.byFingerprint.length).toBeLessThanOrEqual(200)
})

it.each(['some', '-1', '101%', '1.5', ''])('%s is no budget', (text) => {
  expect(() => budgetOf(text, '--budget')).toThrow(expect.objectContaining({ code: 'usage' }))
})

it('parts add up to the whole, however it is cut and in whatever order', () => {
  const kind = fc.constantFrom(null, 'a', 'b', 'c')
  const one = fc.tuple(fc.nat(200), kind, kind, fc.constantFrom(null, 'defect' as const, 'hidden-rule' as const))
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: ([number]) => number, maxLength: 40 }), fc.nat(40), (rows, cut) => {
      const cases = rows.map(([number, was, is, cause]): Case => [shopDecision(number, { cause }), compared(was, is)])
      const [left, right] = [tallyOf(cases.slice(cut)), tallyOf(cases.slice(0, cut).reverse())]
      mergeTally(left, right)
      const whole = report(tallyOf(cases))
      const sorted = (told: typeof whole): object => ({
        ...told,
        byCause: [...told.byCause].sort((a, b) => (a.cause < b.cause ? -1 : 1)),
        byFingerprint: [...told.byFingerprint].sort((a, b) => (a.fingerprint < b.fingerprint ? -1 : 1)),
      })
      expect(sorted(report(left))).toEqual(sorted(whole))
    }),
  )
})
