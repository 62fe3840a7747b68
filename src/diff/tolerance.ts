import type { Normaliser, Terms, ToleratedSide, Tolerance } from '../model/comparison.ts'
import { durationMs } from '../model/duration.ts'
import type { Duration } from '../model/duration.ts'
import { BanyanError } from '../model/errors.ts'
import { minorUnitDigits } from './currencies.ts'
import { exactDecimal } from './exact-decimal.ts'
import type { NormaliserName } from './normalisers.ts'
import { normaliserNames, normaliserOf } from './normalisers.ts'
import { isZone } from './zone.ts'

/** Who answers for a tolerance, and until which day (`2027-03-01`) it holds; from then on the value is compared exactly. */
export interface ToleranceTerms {
  readonly reason?: string
  readonly owner?: string
  readonly until?: string
}

/** On which side the candidate's value may lie: only `above` (more, later) or only `below` the legacy's. */
interface SideTerms extends ToleranceTerms {
  readonly only?: Exclude<ToleratedSide, 'both'>
}

/** Equal in value; what every unnamed path is. Overrides a wider `*` at one path. */
export const exact: Tolerance = { kind: 'exact' }

/** Numbers, bigints and decimal texts that differ by at most `amount`, computed exactly: `within('0.01')`. */
export const within = (amount: string | number | bigint, terms: SideTerms = {}): Tolerance => ({
  kind: 'absolute',
  within: amountText(amount, "give a decimal amount of 0 or more, e.g. within('0.01')"),
  side: terms.only ?? 'both',
  ...checkedTerms(terms),
})

/**
 * `'1 s'`: times at most so far apart, wall clocks read in `zone` where one is given. `'0.5 %'`: amounts by share of the larger.
 * `'0.01'`: amounts by that much.
 */
export const tolerance = (
  text: Duration | `${number} %` | `${number}%` | `${number}`,
  terms: SideTerms & { readonly zone?: string } = {},
): Tolerance => {
  const side = terms.only ?? 'both'
  const share = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1]
  if (share !== undefined) return { kind: 'relative', within: `${share}e-2`, side, ...checkedTerms(terms) }
  if (exactDecimal(text) !== null) return within(text, terms)
  const zone = terms.zone ?? null
  if (zone !== null && !isZone(zone)) throw invalid(zone, "name a time zone, e.g. zone: 'Europe/Berlin'")
  return { kind: 'time', withinMs: durationMs(text as Duration), zone, side, ...checkedTerms(terms) }
}

/**
 * Amounts that differ by at most so many minor units (default 1) of a currency by ISO 4217: `currency('EUR')` is 0.01,
 * `currency('JPY')` 1. `currency({ field: 'currency' })` takes the code from that field beside the amount; both sides must name the same.
 */
export const currency = (
  of: string | { readonly field: string },
  terms: SideTerms & { readonly minorUnits?: string | number } = {},
): Tolerance => {
  if (typeof of === 'string' && minorUnitDigits(of) === null)
    throw invalid(of, "name a currency by its ISO 4217 code, e.g. currency('EUR')")
  return {
    kind: 'currency',
    currency: typeof of === 'string' ? { code: of } : { field: of.field },
    minorUnits: amountText(terms.minorUnits ?? 1, 'give the minor units as a number of 0 or more'),
    side: terms.only ?? 'both',
    ...checkedTerms(terms),
  }
}

/** Values that are equal once both are written in one way: `normalised(['trim', 'case'])`, or with a normaliser of your own. */
export const normalised = (
  by: NormaliserName | Normaliser | readonly (NormaliserName | Normaliser)[],
  terms: ToleranceTerms = {},
): Tolerance => {
  const all = (Array.isArray(by) ? by : [by]) as readonly (NormaliserName | Normaliser)[]
  const unknown = all.find((one) => typeof one === 'string' && !normaliserNames.includes(one))
  if (all.length === 0 || unknown !== undefined) throw invalid(String(unknown ?? ''), `choose among ${normaliserNames.join(', ')}`)
  return { kind: 'normalised', by: all.map((one) => (typeof one === 'string' ? normaliserOf(one) : one)), ...checkedTerms(terms) }
}

/** Not compared at all, with the reason; who answers for that, and until which day (`2027-03-01`), after which it is compared again. */
export const ignore = (reason: string, terms: Omit<ToleranceTerms, 'reason'> = {}): Tolerance => {
  if (reason.trim() === '') throw invalid(reason, "say why, e.g. ignore('printer clock', { owner: 'ops' })")
  return { kind: 'ignore', ...checkedTerms({ ...terms, reason }) }
}

/** Elements of an array are matched by these fields instead of by place; order does not matter. */
export const keyed = (...fields: readonly [string, ...string[]]): Tolerance => ({ kind: 'keyed', by: fields })

/** Elements of an array in any order; each counts as often as it occurs. */
export const unordered = (): Tolerance => ({ kind: 'unordered' })

const amountText = (amount: string | number | bigint, hint: string): string => {
  const text = String(amount)
  const value = exactDecimal(text)
  if (value === null || value.digits < 0n) throw invalid(text, hint)
  return text
}

const checkedTerms = ({ reason, owner, until }: ToleranceTerms): Terms => {
  if (until !== undefined && Number.isNaN(Date.parse(until))) throw invalid(until, "write a day: until: '2027-03-01'")
  return { reason: reason ?? null, owner: owner ?? null, until: until ?? null }
}

const invalid = (text: string, hint: string): BanyanError => new BanyanError('context-invalid', `'${text}' is not a tolerance`, { hint })
