import type { GateCheck } from '../../model/readiness.ts'
import { anytimeTrialsNeeded, anytimeUpper } from '../../model/statistics.ts'
import type { GateEvidence, GateLimits } from '../evidence.ts'
import { fail, grouped, insufficient, nightsFor, pass, percent } from '../check.ts'

/**
 * Is the share of decisions whose logic differs surely small? The bound holds at every look at once, so that asking
 * every night does not raise the chance of a wrong READY. Latent mismatches count.
 */
export const mismatchBound = (evidence: GateEvidence, limits: GateLimits): GateCheck => {
  const question = {
    id: 'mismatch-bound',
    title: 'As-of answers equal to the legacy',
    required: `at most ${percent(limits.mismatchShare)} differ, sure to ${percent(1 - limits.alpha)} however often one looks`,
  }
  const { compared, mismatches } = evidence
  if (mismatches === null || compared === 0) return insufficient(question, 'no as-of answers', 'as-of answers of compared decisions', null)
  const tuning = { tunedFor: limits.mismatchShare, alpha: limits.alpha }
  const upper = anytimeUpper(mismatches, compared, tuning)
  const share = mismatches / compared
  const bounded = { ...question, bound: { share, upper, limit: limits.mismatchShare } }
  const actual = `${grouped(mismatches)} of ${grouped(compared)} (${percent(share)}), surely at most ${percent(upper)}`
  if (upper <= limits.mismatchShare) return pass(bounded, actual)
  if (share > limits.mismatchShare) {
    const allowed = Math.floor(limits.mismatchShare * compared)
    return fail(bounded, actual, `causes of at least ${grouped(mismatches - allowed)} mismatches must be mended`)
  }
  const more = anytimeTrialsNeeded(mismatches, tuning) - compared
  return insufficient(bounded, actual, `${grouped(more)} more decisions without a mismatch`, nightsFor(more, evidence))
}
