import { expect, test } from 'vitest'
import type { Said, Told, TruthRow } from '../../../../bench/classify/score/row.ts'
import { addTallies, scoreOf, tally } from '../../../../bench/classify/score/tally.ts'
import { decisionTree } from '../../../../bench/classify/score/tree.ts'

const row = (right: readonly (readonly Told[])[], bucket: TruthRow['bucket'] = 'decidable'): TruthRow => ({
  key: 'k',
  latent: false,
  bucket,
  right,
  logic: right.length > 0 && right.every((causes) => causes.includes('hidden-rule') || causes.includes('defect')),
  switches: [],
  features: [],
  youngestMs: null,
  referenceDiffers: false,
})

const says = (...causes: readonly Told[]): Said => ({ causes, reason: null, legacyDefect: false })
const open: Said = { causes: null, reason: 'owner-decides', legacyDefect: false }

const scored = (pairs: readonly (readonly [TruthRow, Said])[]) =>
  tally(
    pairs.map(([each]) => each),
    (_row, at) => pairs[at]?.[1] ?? open,
  )

test('all right is one, all wrong is zero', () => {
  const rows = (['timing', 'stale-data', 'hidden-rule', 'defect'] as const).map((cause) => row([[cause]]))
  expect(scoreOf(scored(rows.map((each) => [each, says(...(each.right[0] ?? []))] as const))).macroF1).toBe(1)
  expect(scoreOf(scored(rows.map((each) => [each, open] as const))).macroF1).toBe(0)
})

test('what is left open counts against F1 and coverage, and not against accuracy', () => {
  const score = scoreOf(
    scored([
      [row([['timing']]), says('timing')],
      [row([['timing']]), open],
    ]),
  )
  expect(score.selectiveAccuracy).toBe(1)
  expect(score.coverage).toBe(0.5)
  expect(score.f1.timing).toBeCloseTo(2 / 3)
})

test('logic that is called harmless is dangerous; half of it is not', () => {
  const sum = scored([
    [row([['defect']]), says('timing')],
    [row([['hidden-rule', 'timing']]), says('stale-data')],
    [row([['hidden-rule', 'timing']]), says('hidden-rule')],
    [row([['timing']]), says('timing')],
  ])
  expect([sum.logic, sum.dangerous]).toEqual([3, 2])
  expect(scoreOf(sum).dangerousUpper).toBeGreaterThan(2 / 3)
})

test('agreement said where logic is hidden is dangerous, too', () => {
  expect(scored([[row([['defect']]), says()]]).dangerous).toBe(1)
})

test('noise must be left open, and undecidable rows stand apart', () => {
  const sum = scored([
    [row([[]], 'noise'), says('hidden-rule')],
    [row([[]], 'noise'), open],
    [row([['defect']], 'undecidable'), open],
    [row([['defect']], 'undecidable'), says('defect')],
  ])
  expect([sum.resolved, sum.resolvedRight, sum.noiseLeftOpen]).toEqual([1, 0, 1])
  expect([sum.undecidableLeftOpen, sum.undecidableGuessedRight]).toEqual([1, 1])
  expect(sum.decidableResolved).toBe(0)
})

test('beside noise, what else is at work may be told', () => {
  const sum = scored([
    [row([['defect']], 'noise'), says('defect')],
    [row([['defect']], 'noise'), says('hidden-rule')],
    [row([[]], 'noise'), says()],
    [row([[]], 'noise'), { ...says('hidden-rule'), legacyDefect: true }],
  ])
  expect([sum.resolved, sum.resolvedRight]).toEqual([4, 2])
})

test('compound causes count each, and the nearest right answer counts', () => {
  const sum = scored([
    [row([['timing', 'defect']]), says('defect')],
    [row([['timing'], ['stale-data'], ['timing', 'stale-data']]), says('stale-data')],
  ])
  expect(sum.byCause.defect).toEqual({ hit: 1, over: 0, missed: 0 })
  expect(sum.byCause.timing).toEqual({ hit: 0, over: 0, missed: 1 })
  expect(sum.byCause['stale-data']).toEqual({ hit: 1, over: 0, missed: 0 })
})

test('tallies add up', () => {
  const one = scored([[row([['timing']]), says('defect')]])
  const sum = addTallies([one, one])
  expect([sum.rows, sum.byCause.defect.over, sum.byCause.timing.missed, sum.byBucket.decidable]).toEqual([2, 2, 2, 2])
})

test('the tree learns a border', () => {
  const examples = Array.from({ length: 200 }, (_, at) => ({
    features: [at, 7],
    cause: at < 120 ? ('timing' as const) : ('defect' as const),
  }))
  const predict = decisionTree(examples)
  expect([predict([3, 7]), predict([119, 7]), predict([121, 7])]).toEqual(['timing', 'timing', 'defect'])
})
