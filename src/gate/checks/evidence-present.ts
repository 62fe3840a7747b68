import type { GateCheck } from '../../model/readiness.ts'
import type { GateEvidence, GateLimits } from '../evidence.ts'
import { fail, grouped, insufficient, nightsFor, pass, percent } from '../check.ts'

/** Were enough decisions compared, and is every legacy decision accounted for? */
export const evidencePresent = (evidence: GateEvidence, limits: GateLimits): GateCheck => {
  const question = {
    id: 'evidence-present',
    title: 'Enough decisions compared, none lost',
    required: `at least ${grouped(limits.decisions)} compared, unpaired at most ${percent(limits.unpairedShare)}, remainder 0`,
  }
  const actual = `${grouped(evidence.compared)} of ${grouped(evidence.decisions)} compared, ${grouped(evidence.unpaired)} unpaired, remainder ${evidence.remainder ?? 'unknown'}`
  if (evidence.gapSince !== undefined) {
    return fail(
      question,
      `${actual}, the log lost since ${evidence.gapSince}`,
      'a new snapshot into an empty store: what came since is in no log',
    )
  }
  if (evidence.pausedSince !== undefined) {
    return fail(
      question,
      `${actual}, capture waits since ${evidence.pausedSince}`,
      'what came since: capture waits before a change of the legacy’s schema (banyan status)',
    )
  }
  if (evidence.compared === 0) return insufficient(question, actual, 'no decision has been compared yet', null)
  if (evidence.remainder === null) return insufficient(question, actual, 'the account of all legacy decisions is missing', null)
  if (evidence.remainder !== 0) return fail(question, actual, `${grouped(Math.abs(evidence.remainder))} decisions are in no account`)
  const unpaired = evidence.unpaired / Math.max(1, evidence.decisions)
  if (unpaired > limits.unpairedShare) return fail(question, actual, `${percent(unpaired)} of the decisions have no counterpart`)
  const more = limits.decisions - evidence.compared
  if (more > 0) return insufficient(question, actual, `${grouped(more)} more compared decisions`, nightsFor(more, evidence))
  return pass(question, actual)
}
