import type { GateCheck } from '../../model/readiness.ts'
import type { GateEvidence } from '../evidence.ts'
import { fail, grouped, insufficient, pass } from '../check.ts'

/** Is every known defect of the candidate mended? */
export const openDefects = (evidence: GateEvidence): GateCheck => {
  const question = { id: 'open-defects', title: 'No open defect of the candidate', required: '0 open' }
  const { openDefects: open } = evidence
  if (open === null || evidence.compared === 0) return insufficient(question, 'not counted', 'classified decisions', null)
  if (open > 0) return fail(question, `${grouped(open)} divergences`, 'a candidate in which these defects are mended')
  return pass(question, '0')
}
