import { shareUpper } from '../../../src/model/statistics.ts'
import type { Bucket, Said, Told, TruthRow } from './row.ts'
import { isRight, told } from './row.ts'

interface Hits {
  readonly hit: number
  readonly over: number
  readonly missed: number
}

/** How often what was said of divergences is right. Adds up over scenarios. */
export interface Tally {
  readonly rows: number
  readonly byBucket: Readonly<Record<Bucket, number>>
  /** Of decidable rows only; unresolved counts as missed. */
  readonly byCause: Readonly<Record<Told, Hits>>
  readonly decidableResolved: number
  /** Of decidable, unsayable and noisy rows. */
  readonly resolved: number
  readonly resolvedRight: number
  /** Of those of decidable rows. */
  readonly decidableRight: number
  /** Rows that logic is a part of whichever way one turns it, and how many of them were called harmless. */
  readonly logic: number
  readonly dangerous: number
  readonly undecidableLeftOpen: number
  readonly undecidableGuessedRight: number
  readonly noiseLeftOpen: number
  readonly unsayableLeftOpen: number
}

const zeroHits: Hits = { hit: 0, over: 0, missed: 0 }

export const emptyTally: Tally = {
  rows: 0,
  byBucket: { decidable: 0, undecidable: 0, unsayable: 0, noise: 0 },
  byCause: { timing: zeroHits, 'stale-data': zeroHits, 'hidden-rule': zeroHits, defect: zeroHits },
  decidableResolved: 0,
  resolved: 0,
  resolvedRight: 0,
  decidableRight: 0,
  logic: 0,
  dangerous: 0,
  undecidableLeftOpen: 0,
  undecidableGuessedRight: 0,
  noiseLeftOpen: 0,
  unsayableLeftOpen: 0,
}

type Mutable = { -readonly [Name in keyof Tally]: Tally[Name] extends number ? number : Tally[Name] }

/** The one of the right answers that is nearest to what was said: compound causes are compared as sets. */
const nearest = (row: TruthRow, causes: readonly Told[]): readonly Told[] => {
  const overlap = (right: readonly Told[]): number =>
    right.filter((cause) => causes.includes(cause)).length / Math.max(1, new Set([...right, ...causes]).size)
  return row.right.toSorted((a, b) => overlap(b) - overlap(a) || a.length - b.length)[0] ?? []
}

export const tally = (rows: readonly TruthRow[], says: (row: TruthRow, at: number) => Said): Tally => {
  const sum: Mutable = { ...emptyTally }
  const byBucket = { ...emptyTally.byBucket }
  const byCause = Object.fromEntries(told.map((cause) => [cause, { hit: 0, over: 0, missed: 0 }])) as Record<
    Told,
    { hit: number; over: number; missed: number }
  >
  for (const [at, row] of rows.entries()) {
    const said = says(row, at)
    const right = isRight(row, said)
    sum.rows += 1
    byBucket[row.bucket] += 1
    if (row.bucket !== 'noise' && row.logic) {
      sum.logic += 1
      if (said.causes?.every((cause) => cause === 'timing' || cause === 'stale-data') === true) sum.dangerous += 1
    }
    if (row.bucket === 'undecidable') {
      if (right === null) sum.undecidableLeftOpen += 1
      else if (right) sum.undecidableGuessedRight += 1
      continue
    }
    if (right === null && row.bucket === 'noise') sum.noiseLeftOpen += 1
    if (right === null && row.bucket === 'unsayable') sum.unsayableLeftOpen += 1
    if (right !== null) sum.resolved += 1
    if (right === true) sum.resolvedRight += 1
    if (row.bucket !== 'decidable') continue
    if (right !== null) sum.decidableResolved += 1
    if (right === true) sum.decidableRight += 1
    const expected = nearest(row, said.causes ?? [])
    for (const cause of told) {
      const isTrue = expected.includes(cause)
      const isSaid = said.causes?.includes(cause) === true
      if (isTrue && isSaid) byCause[cause].hit += 1
      else if (isTrue) byCause[cause].missed += 1
      else if (isSaid) byCause[cause].over += 1
    }
  }
  return { ...sum, byBucket, byCause }
}

const addRecords = <T>(left: T, right: T): T => {
  if (typeof left === 'number') return ((left as number) + (right as number)) as T
  return Object.fromEntries(
    Object.entries(left as object).map(([name, value]) => [name, addRecords(value, (right as Record<string, unknown>)[name])]),
  ) as T
}

export const addTallies = (tallies: readonly Tally[]): Tally => tallies.reduce((sum, each) => addRecords(sum, each), emptyTally)

export interface Score {
  readonly macroF1: number
  readonly f1: Readonly<Record<Told, number>>
  readonly selectiveAccuracy: number
  /** The same of decidable rows only. */
  readonly decidableAccuracy: number
  readonly coverage: number
  /** One-sided 95 % upper bound of the share of logic that was called harmless. */
  readonly dangerousUpper: number
}

/** A cause that neither occurs nor is said has no F1: it is left out of the mean. */
export const scoreOf = (sum: Tally): Score => {
  const f1 = (cause: Told): number => {
    const { hit, over, missed } = sum.byCause[cause]
    return hit + over + missed === 0 ? Number.NaN : (2 * hit) / (2 * hit + over + missed)
  }
  const each = told.map(f1).filter((value) => !Number.isNaN(value))
  return {
    macroF1: each.length === 0 ? 1 : each.reduce((left, right) => left + right, 0) / each.length,
    f1: { timing: f1('timing'), 'stale-data': f1('stale-data'), 'hidden-rule': f1('hidden-rule'), defect: f1('defect') },
    selectiveAccuracy: sum.resolved === 0 ? 1 : sum.resolvedRight / sum.resolved,
    decidableAccuracy: sum.decidableResolved === 0 ? 1 : sum.decidableRight / sum.decidableResolved,
    coverage: sum.byBucket.decidable === 0 ? 1 : sum.decidableResolved / sum.byBucket.decidable,
    dangerousUpper: sum.logic === 0 ? 1 : shareUpper(sum.dangerous, sum.logic),
  }
}
