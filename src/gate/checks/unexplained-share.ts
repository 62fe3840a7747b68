import type { GateCheck } from '../../model/readiness.ts'
import type { GateEvidence, GateLimits } from '../evidence.ts'
import { fail, grouped, insufficient, pass, percent } from '../check.ts'

/** Are nearly all divergences explained? What cannot be explained might be anything. */
export const unexplainedShare = (evidence: GateEvidence, limits: GateLimits): GateCheck => {
  const question = {
    id: 'unexplained-share',
    title: 'Divergences explained',
    required: `unresolved at most ${percent(limits.unresolvedShare)} of all decisions`,
  }
  const { unresolved, compared } = evidence
  if (unresolved === null || compared === 0) return insufficient(question, 'not counted', 'classified decisions', null)
  const share = unresolved / compared
  const actual = `${grouped(unresolved)} of ${grouped(compared)} (${percent(share)})`
  if (share <= limits.unresolvedShare) return pass(question, actual)
  const allowed = Math.floor(limits.unresolvedShare * compared)
  return fail(question, actual, `an explanation of at least ${grouped(unresolved - allowed)} more divergences`)
}
