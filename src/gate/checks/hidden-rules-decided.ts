import type { GateCheck } from '../../model/readiness.ts'
import type { GateEvidence } from '../evidence.ts'
import { fail, grouped, insufficient, pass } from '../check.ts'

/** Has the owner decided on every hidden rule: implemented in the candidate, or waived? */
export const hiddenRulesDecided = (evidence: GateEvidence): GateCheck => {
  const question = { id: 'hidden-rules-decided', title: 'Hidden rules implemented or waived', required: 'all' }
  const { rules } = evidence
  if (rules === null || evidence.compared === 0) return insufficient(question, 'not mined', 'a run of the miner over the archive', null)
  const open = rules.found - rules.decided
  const actual = `${grouped(rules.decided)} of ${grouped(rules.found)}`
  if (open > 0) return fail(question, actual, `a decision of the owner on ${grouped(open)} hidden ${open === 1 ? 'rule' : 'rules'}`)
  return pass(question, actual)
}
