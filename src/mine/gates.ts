import type { HiddenRule, Literal, RuleCounts, RuleEffect } from '../model/hidden-rule.ts'
import { binomialTail, shareLower, tableTail } from '../model/statistics.ts'
import { countRows, precisionOf } from './counting.ts'
import { fit } from './fit.ts'
import type { FeatureTable } from './features/view.ts'
import { rowsWhere } from './predicate.ts'
import { asideTrial, together } from './aside.ts'
import type { Split } from './split.ts'
import type { AnswerTable } from './table/answers.ts'

/** What a predicate and its effect did on the rows that the search saw, and on those that it did not. */
export interface Trial {
  /** All rows on which the predicate holds. */
  readonly rows: Int32Array
  readonly train: RuleCounts
  readonly holdout: RuleCounts
  readonly precision: number
  readonly precisionLower: number
  readonly status: HiddenRule['status']
  /** The gate that was not passed; null for rules. */
  readonly failed: string | null
}

export interface TrialInput {
  readonly predicate: readonly Literal[]
  readonly effect: RuleEffect
  readonly answers: AnswerTable
  readonly features: FeatureTable
  readonly fits: Uint8Array
  readonly split: Split
  readonly entities: Uint32Array
  /** Share of the decisions at risk in which legacy did what the effect says, whatever the predicate. */
  readonly base: number
}

const minTrain = 6
const mostBase = 0.5
const minHoldout = 4
/** Where the search saw very much and hardly an exception: significance still asks enough of so few. */
const fewestHoldout = 2
const isStrong = ({ fits, breaks }: RuleCounts): boolean => fits >= 24 && breaks <= 0.02 * fits
const fewHoldout = 14
const minEntities = 3
/** One test in 60 each, so that sixty tests together err with 1 %. */
const significance = 0.01 / 60

/** All gates. The holdout decides; it was not looked at while the predicate was made. */
export const trial = (input: TrialInput): Trial => {
  const { predicate, features, fits, split, entities } = input
  const rows = rowsWhere(predicate, features, split.all).slice()
  const train = countRows(
    fits,
    rows.filter((row) => split.held[row] === 0),
  )
  const holdout = countRows(
    fits,
    rows.filter((row) => split.held[row] === 1),
  )
  const total = holdout.fits + holdout.breaks
  const precision = precisionOf(holdout)
  const precisionLower = shareLower(holdout.fits, total)
  // Few fresh decisions: what the legacy did where the candidate is proved wrong may speak for the rule besides.
  const aside = holdout.fits < fewHoldout && holdout.fits > 0 && holdout.breaks === 0 ? asideTrial(input) : null
  const isBacked = holdout.fits >= (isStrong(train) ? fewestHoldout : minHoldout) || aside?.speaksFor === true
  // Each is asked only when those before it are passed.
  const gates: readonly (readonly [string, () => boolean])[] = [
    ['support', () => train.fits >= minTrain && isBacked && entitiesOf(fits, rows, entities) >= minEntities],
    ['precision', () => precision >= 0.95 || precisionLower >= 0.8 || isPreciseInAll(train, holdout)],
    ['train-precision', () => precisionOf(train) >= 0.8],
    ['other', () => train.other + holdout.other <= train.fits + holdout.fits + train.breaks + holdout.breaks],
    ['significance', () => together(luckOf(holdout, input), aside?.luck) < significance],
    ['stability', () => stable(fits, rows, split)],
  ]
  const failed = gates.find(([, passes]) => !passes())?.[0] ?? null
  return {
    rows,
    train,
    holdout,
    precision,
    precisionLower,
    failed,
    status: failed !== null ? 'lead' : precisionLower >= 0.95 ? 'confirmed' : 'provisional',
  }
}

/** So few are held out that one exception more or less decides: then all decisions say how precise it is. */
const isPreciseInAll = (train: RuleCounts, holdout: RuleCounts): boolean =>
  precisionOf(holdout) >= 0.9 && precisionOf({ ...train, fits: train.fits + holdout.fits, breaks: train.breaks + holdout.breaks }) >= 0.95

/** The chance that so many of the held-out decisions on which the predicate holds would fit, if it had nothing to do with that. */
const luckOf = (inside: RuleCounts, { fits, split, base }: Pick<TrialInput, 'fits' | 'split' | 'base'>): number => {
  const drawn = inside.fits + inside.breaks
  if (base >= mostBase) return binomialTail(inside.fits, drawn, base)
  const held = countRows(fits, split.holdout)
  return tableTail(inside.fits, { all: held.fits + held.breaks, marked: held.fits, drawn })
}

/** {@link TrialInput.base} from the holdout. */
export const baseRate = (fits: Uint8Array, split: Split): number => {
  const counts = countRows(fits, split.holdout)
  // Where the legacy nearly always did so, a rule need not be much better than that: foretelling most is enough.
  return Math.min(mostBase, (counts.fits + 1) / (counts.fits + counts.breaks + 2))
}

const entitiesOf = (fits: Uint8Array, rows: Int32Array, entities: Uint32Array): number => {
  const seen = new Set<number>()
  for (const row of rows) {
    if (fits[row] === fit.fits) seen.add(entities[row] ?? 0)
    if (seen.size >= minEntities) break
  }
  return seen.size
}

/** Precise in each third of the time in which it had the opportunity. */
const stable = (fits: Uint8Array, rows: Int32Array, split: Split): boolean => {
  const atRisk = rows.filter((row) => fits[row] === fit.fits || fits[row] === fit.breaks)
  const third = split.all.length / 3
  return [0, 1, 2].every((block) => {
    const counts = countRows(
      fits,
      atRisk.filter((row) => Math.min(2, Math.floor(row / third)) === block),
    )
    return counts.fits + counts.breaks < 5 || precisionOf(counts) >= 0.8
  })
}
