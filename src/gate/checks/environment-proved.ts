import type { GateCheck } from '../../model/readiness.ts'
import { fail, insufficient, pass } from '../check.ts'
import type { GateEvidence } from '../evidence.ts'

/** Does what is called timing or stale data behave like it? Else a rule or a defect may hide behind these names. */
export const environmentProved = (evidence: GateEvidence): GateCheck => {
  const question = {
    id: 'environment-proved',
    title: 'Timing and stale data respond to lag and age',
    required: 'next to none without lag, and no business rule foretells them',
  }
  const { environment } = evidence
  if (environment === null || evidence.compared === 0) return insufficient(question, 'not measured', 'classified decisions', null)
  const { plateaus, timingRule } = environment
  if (timingRule !== null)
    return fail(question, `foretold: ${timingRule}`, 'find out why timing follows this rule: it may be one of the legacy')
  if (plateaus.length > 0)
    return fail(question, plateaus.join(' '), `examples of ${plateaus.length === 1 ? 'it' : 'them'} looked at by hand`)
  return pass(question, environment.words)
}
