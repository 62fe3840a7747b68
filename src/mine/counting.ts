import type { Literal, RuleCounts } from '../model/hidden-rule.ts'
import { fit } from './fit.ts'
import type { FeatureTable } from './features/view.ts'
import { rowsWhere } from './predicate.ts'

/** Counts the rows by what the effect is to them. */
export const countRows = (fits: Uint8Array, rows: Int32Array): RuleCounts => {
  const counts = [0, 0, 0, 0]
  for (let i = 0; i < rows.length; i++) {
    const what = fits[rows[i] ?? 0] ?? 0
    counts[what] = (counts[what] ?? 0) + 1
  }
  return { fits: counts[fit.fits] ?? 0, breaks: counts[fit.breaks] ?? 0, other: counts[fit.other] ?? 0 }
}

/** Counts the rows on which the predicate holds. */
export const countWhere = (predicate: readonly Literal[], features: FeatureTable, fits: Uint8Array, rows: Int32Array): RuleCounts =>
  countRows(fits, rowsWhere(predicate, features, rows))

/** Share of the foretold decisions, of those where legacy did either what the rule or what the candidate says. */
export const precisionOf = (counts: RuleCounts): number => (counts.fits === 0 ? 0 : counts.fits / (counts.fits + counts.breaks))

/** The rows that speak for the effect or against it. */
export const toldRows = (fits: Uint8Array, rows: Int32Array): Int32Array => {
  const found = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    const what = fits[row]
    if (what === fit.fits || what === fit.breaks) found[count++] = row
  }
  return found.subarray(0, count)
}

/** The rows that the effect is this to. */
export const rowsThat = (fits: Uint8Array, rows: Int32Array, what: number): Int32Array => {
  const found = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    if (fits[row] === what) found[count++] = row
  }
  return found.subarray(0, count)
}
