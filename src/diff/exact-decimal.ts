import type { Data } from '../model/value.ts'

/** `digits` × 10^−`scale`, exactly. */
export interface ExactDecimal {
  readonly digits: bigint
  readonly scale: number
}

const decimalText = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,4}))?$/

/** Beyond this many places either way a text is no amount, and expanding it would cost without bound. */
const maxPlaces = 2_000

/** The exact value of a number, a bigint or a decimal text; null for everything else, NaN and infinities too. */
export const exactDecimal = (data: Data): ExactDecimal | null => {
  if (typeof data === 'bigint') return { digits: data, scale: 0 }
  if (typeof data === 'number') return Number.isFinite(data) ? parse(String(data)) : null
  return typeof data === 'string' ? parse(data.trim()) : null
}

const parse = (text: string): ExactDecimal | null => {
  if (text.length > maxPlaces) return null
  const match = decimalText.exec(text)
  if (match === null) return null
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = match
  if (whole === '' && fraction === '') return null
  const scale = fraction.length - Number(exponent)
  if (Math.abs(scale) > maxPlaces) return null
  const digits = BigInt(`${whole}${fraction}`) * (sign === '-' ? -1n : 1n)
  return scale < 0 ? { digits: digits * 10n ** BigInt(-scale), scale: 0 } : { digits, scale }
}

const digitsAt = (value: ExactDecimal, scale: number): bigint => value.digits * 10n ** BigInt(scale - value.scale)

/** −1, 0 or 1 as a is less than, equal to or greater than b. */
export const compareDecimals = (a: ExactDecimal, b: ExactDecimal): -1 | 0 | 1 => {
  const scale = Math.max(a.scale, b.scale)
  const left = digitsAt(a, scale)
  const right = digitsAt(b, scale)
  return left < right ? -1 : left > right ? 1 : 0
}

const magnitude = (value: ExactDecimal): ExactDecimal => (value.digits < 0n ? { digits: -value.digits, scale: value.scale } : value)

/** True when |a − b| ≤ `within`, computed without rounding. */
export const isWithinAbsolute = (a: ExactDecimal, b: ExactDecimal, within: ExactDecimal): boolean => {
  const scale = Math.max(a.scale, b.scale)
  return compareDecimals(magnitude({ digits: digitsAt(a, scale) - digitsAt(b, scale), scale }), within) <= 0
}

/** True when |a − b| ≤ `within` × the larger of |a| and |b|, computed without rounding. */
export const isWithinRelative = (a: ExactDecimal, b: ExactDecimal, within: ExactDecimal): boolean => {
  const [left, right] = [magnitude(a), magnitude(b)]
  const larger = compareDecimals(left, right) > 0 ? left : right
  return isWithinAbsolute(a, b, { digits: larger.digits * within.digits, scale: larger.scale + within.scale })
}
