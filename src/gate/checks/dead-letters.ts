import type { GateCheck } from '../../model/readiness.ts'
import type { GateEvidence } from '../evidence.ts'
import { fail, grouped, insufficient, pass } from '../check.ts'

/** Is the dead-letter queue empty? A parked transaction is a decision that nobody has compared. */
export const deadLetters = (evidence: GateEvidence): GateCheck => {
  const question = { id: 'dead-letters', title: 'Nothing parked in the dead-letter queue', required: '0 parked' }
  const { deadLetters: parked } = evidence
  if (parked === null) return insufficient(question, 'not counted', 'a count of the dead letters', null)
  if (parked > 0) return fail(question, grouped(parked), `${grouped(parked)} dead letters mended and retried`)
  return pass(question, '0')
}
