import type { HiddenRule, RuleDetail } from '../../model/hidden-rule.ts'
import { epochMs } from '../../model/ids.ts'
import type { EpochMs } from '../../model/ids.ts'
import { logBeta } from '../../model/statistics.ts'
import { fit } from '../fit.ts'

/** The prior's mass is near a precision of 1: that is what a rule claims. */
const prior = { hits: 10, misses: 0.5 }
const poorPrecision = 0.8

/** Newest decision that was known when the rule first appeared: tonight's, for a rule that no earlier night had. */
export const foundAtOf = (rule: Pick<HiddenRule, 'id'>, known: readonly HiddenRule[], at: Float64Array): EpochMs =>
  known.find((one) => one.id === rule.id)?.detail?.foundAt ?? epochMs(at[at.length - 1] ?? 0)

/**
 * What the rule did after it was found. The e-value is a likelihood ratio against a precision of 0.8 that may be looked at
 * every night: the chance that it ever reaches 1/α for a poorer rule is at most α.
 */
export const sinceFound = (rows: Int32Array, fits: Uint8Array, at: Float64Array, foundAt: EpochMs): RuleDetail['sinceFound'] => {
  const counts = { fits: 0, breaks: 0 }
  for (const row of rows) {
    if ((at[row] ?? 0) <= foundAt) continue
    if (fits[row] === fit.fits) counts.fits++
    else if (fits[row] === fit.breaks) counts.breaks++
  }
  return { ...counts, evidence: evidenceOf(counts.fits, counts.breaks) }
}

export const evidenceOf = (hits: number, misses: number): number => {
  const mixture = logBeta(prior.hits + hits, prior.misses + misses) - logBeta(prior.hits, prior.misses)
  return Math.exp(Math.min(700, mixture - hits * Math.log(poorPrecision) - misses * Math.log(1 - poorPrecision)))
}
