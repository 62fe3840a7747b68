import type { GateCheck, GateVerdict, Readiness } from '../model/readiness.ts'
import type { Check } from './check.ts'
import { deadLetters } from './checks/dead-letters.ts'
import { environmentProved } from './checks/environment-proved.ts'
import { evidencePresent } from './checks/evidence-present.ts'
import { feedsFresh } from './checks/feeds-fresh.ts'
import { hiddenRulesDecided } from './checks/hidden-rules-decided.ts'
import { mismatchBound } from './checks/mismatch-bound.ts'
import { openDefects } from './checks/open-defects.ts'
import { tolerancesInForce } from './checks/tolerances-in-force.ts'
import { unexplainedShare } from './checks/unexplained-share.ts'
import { standardLimits } from './evidence.ts'
import type { GateEvidence, GateLimits } from './evidence.ts'

const checks: readonly Check[] = [
  evidencePresent,
  mismatchBound,
  openDefects,
  unexplainedShare,
  hiddenRulesDecided,
  feedsFresh,
  environmentProved,
  tolerancesInForce,
  deadLetters,
]

/** May authority over the context move to the candidate? READY only when every check passes; the weakest one decides. */
export const readiness = (context: string, evidence: GateEvidence, limits: GateLimits = standardLimits): Readiness => {
  const answers = checks.map((check) => check(evidence, limits))
  return { context, verdict: verdictOf(answers), checks: answers }
}

const verdictOf = (answers: readonly GateCheck[]): GateVerdict => {
  if (answers.some((answer) => answer.verdict === 'fail')) return 'NOT READY'
  return answers.every((answer) => answer.verdict === 'pass') ? 'READY' : 'INSUFFICIENT EVIDENCE'
}
