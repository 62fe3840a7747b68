import type { GateCheck } from '../../model/readiness.ts'
import type { GateEvidence } from '../evidence.ts'
import { fail, grouped, insufficient, pass } from '../check.ts'

/** Does someone still answer for every tolerance? An expired one hid differences in the window that it may no longer hide. */
export const tolerancesInForce = (evidence: GateEvidence): GateCheck => {
  const question = { id: 'tolerances-in-force', title: 'No tolerance past its day', required: '0 expired' }
  const { tolerances } = evidence
  if (tolerances === null) return insufficient(question, 'not counted', 'a count of what the tolerances hid', null)
  const expired = tolerances.filter((one) => one.expired)
  const hits = tolerances.reduce((sum, one) => sum + one.hits, 0)
  const actual = `${grouped(expired.length)} of ${grouped(tolerances.length)} expired, ${grouped(hits)} differences hidden in all`
  if (expired.length === 0) return pass(question, actual)
  const named = expired.map(({ path, owner, until }) => `${path === '' ? '/' : path} (${owner ?? 'no owner'}, until ${until ?? 'now'})`)
  return fail(
    question,
    actual,
    `renew or drop ${named.slice(0, 5).join(', ')}${named.length > 5 ? ` and ${grouped(named.length - 5)} more` : ''}`,
  )
}
