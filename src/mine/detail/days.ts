import type { HiddenRule, Literal, RuleDay, RuleDetail, RuleDrift } from '../../model/hidden-rule.ts'
import { epochMs } from '../../model/ids.ts'
import { fit } from '../fit.ts'
import { dayMs } from '../scalar.ts'

const maxDays = 400
const leastBits = 12
const leastRows = 5

/** What the rule did day by day, of the latest 400 days that it had the opportunity. */
export const daysOf = (rows: Int32Array, fits: Uint8Array, at: Float64Array): readonly RuleDay[] => {
  const days: { day: number; fits: number; breaks: number }[] = []
  for (const row of rows) {
    const what = fits[row]
    if (what !== fit.fits && what !== fit.breaks) continue
    const day = Math.floor((at[row] ?? 0) / dayMs)
    let last = days[days.length - 1]
    if (last?.day !== day) {
      last = { day, fits: 0, breaks: 0 }
      days.push(last)
      if (days.length > maxDays) days.shift()
    }
    if (what === fit.fits) last.fits++
    else last.breaks++
  }
  return days.map(({ day, ...counts }) => ({ day: new Date(day * dayMs).toISOString().slice(0, 10), ...counts }))
}

/** Where the share of foretold decisions changes most, if the change is worth more bits than chance gives. */
export const driftOf = (rows: Int32Array, fits: Uint8Array, at: Float64Array): RuleDrift | null => {
  const told = rows.filter((row) => fits[row] === fit.fits || fits[row] === fit.breaks)
  const all = told.reduce((sum, row) => sum + (fits[row] === fit.fits ? 1 : 0), 0)
  let best: { readonly bits: number; readonly from: number; readonly before: number } | null = null
  let before = 0
  for (let i = 1; i < told.length; i++) {
    before += fits[told[i - 1] ?? 0] === fit.fits ? 1 : 0
    if (i < leastRows || told.length - i < leastRows) continue
    const bits = likelihood(before, i) + likelihood(all - before, told.length - i) - likelihood(all, told.length)
    if (best === null || bits > best.bits) best = { bits, from: i, before }
  }
  if (best === null || best.bits < leastBits + Math.log2(told.length)) return null
  const rest = told.length - best.from
  return {
    at: epochMs(at[told[best.from] ?? 0] ?? 0),
    precisionBefore: best.before / best.from,
    precisionAfter: (all - best.before) / rest,
  }
}

/** Log-likelihood in bits of so many hits in so many tries, coded with their own rate. */
const likelihood = (hits: number, tries: number): number => {
  const part = (count: number): number => (count > 0 ? count * Math.log2(count / tries) : 0)
  return part(hits) + part(tries - hits)
}

/** When the rule was in force: by its own condition on the date, or by where it began or ceased to hold. */
export const validityOf = (
  rule: Pick<HiddenRule, 'predicate' | 'firstSeenAt' | 'lastSeenAt'>,
  drift: RuleDrift | null,
): RuleDetail['validity'] => {
  const dated = rule.predicate.filter((literal) => /^date\(clock/.test(literal.feature))
  const begins = dated.some(hasLower) || (drift !== null && drift.precisionBefore < drift.precisionAfter)
  const ends = dated.some(hasUpper) || (drift !== null && drift.precisionBefore > drift.precisionAfter)
  return { from: begins ? rule.firstSeenAt : null, to: ends ? rule.lastSeenAt : null }
}

const hasLower = ({ kind }: Literal): boolean => kind === 'at-least' || kind === 'between' || kind === 'in'
const hasUpper = ({ kind }: Literal): boolean => kind === 'at-most' || kind === 'between' || kind === 'in'
