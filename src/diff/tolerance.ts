import type { Tolerance } from '../model/comparison.ts'
import { durationMs } from '../model/duration.ts'
import type { Duration } from '../model/duration.ts'
import { BanyanError } from '../model/errors.ts'
import { exactDecimal } from './exact-decimal.ts'

/** Equal in value; what every unnamed path is. Overrides a wider `*` at one path. */
export const exact: Tolerance = { kind: 'exact' }

/** Numbers, bigints and decimal texts that differ by at most `amount`, computed exactly: `within('0.01')`. */
export const within = (amount: string | number | bigint): Tolerance => {
  const text = String(amount)
  const value = exactDecimal(text)
  if (value === null || value.digits < 0n) throw invalid(text, "give a decimal amount of 0 or more, e.g. within('0.01')")
  return { kind: 'absolute', within: text }
}

/** `'1 s'`: instants at most so far apart. `'0.5 %'`: numbers by share of the larger. `'0.01'`: numbers by amount. */
export const tolerance = (text: Duration | `${number} %` | `${number}%` | `${number}`): Tolerance => {
  const share = /^(\d+(?:\.\d+)?) ?%$/.exec(text)?.[1]
  if (share !== undefined) return { kind: 'relative', within: Number(share) / 100 }
  return exactDecimal(text) === null ? { kind: 'time', withinMs: durationMs(text as Duration) } : within(text)
}

/** Not compared at all, with the reason; who answers for that, and until which day (`2027-03-01`), after which it is compared again. */
export const ignore = (reason: string, terms: { readonly owner?: string; readonly until?: string } = {}): Tolerance => {
  if (reason.trim() === '') throw invalid(reason, "say why, e.g. ignore('printer clock', { owner: 'ops' })")
  if (terms.until !== undefined && Number.isNaN(Date.parse(terms.until))) throw invalid(terms.until, "write a day: until: '2027-03-01'")
  return { kind: 'ignore', reason, owner: terms.owner ?? null, until: terms.until ?? null }
}

/** Elements of an array are matched by these fields instead of by place; order does not matter. */
export const keyed = (...fields: readonly [string, ...string[]]): Tolerance => ({ kind: 'keyed', by: fields })

/** Elements of an array in any order; each counts as often as it occurs. */
export const unordered = (): Tolerance => ({ kind: 'unordered' })

const invalid = (text: string, hint: string): BanyanError => new BanyanError('context-invalid', `'${text}' is not a tolerance`, { hint })
