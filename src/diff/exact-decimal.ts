import type { ToleratedSide } from '../model/comparison.ts'
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
  if (typeof data === 'number') {
    if (Number.isSafeInteger(data)) return { digits: BigInt(data), scale: 0 }
    return Number.isFinite(data) ? parse(String(data)) : null
  }
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

const digitsAt = ({ digits, scale }: ExactDecimal, wanted: number): bigint =>
  wanted === scale ? digits : digits * 10n ** BigInt(wanted - scale)

/** −1, 0 or 1 as a is less than, equal to or greater than b. */
export const compareDecimals = (a: ExactDecimal, b: ExactDecimal): -1 | 0 | 1 => {
  const scale = Math.max(a.scale, b.scale)
  const left = digitsAt(a, scale)
  const right = digitsAt(b, scale)
  return left < right ? -1 : left > right ? 1 : 0
}

const magnitude = (value: ExactDecimal): ExactDecimal => (value.digits < 0n ? { digits: -value.digits, scale: value.scale } : value)

/** How far the candidate's amount may lie from the legacy's, and on which side of it. */
export interface AmountLimit {
  readonly within: ExactDecimal
  readonly side: ToleratedSide
}

/** True when |candidate − legacy| ≤ `within` on a tolerated side, computed without rounding. */
export const isWithinAbsolute = (legacy: ExactDecimal, candidate: ExactDecimal, { within, side }: AmountLimit): boolean => {
  const scale = Math.max(legacy.scale, candidate.scale)
  const more = digitsAt(candidate, scale) - digitsAt(legacy, scale)
  if ((side === 'above' && more < 0n) || (side === 'below' && more > 0n)) return false
  return compareDecimals(magnitude({ digits: more, scale }), within) <= 0
}

/** True when |candidate − legacy| ≤ `within` × the larger magnitude, on a tolerated side, computed without rounding. */
export const isWithinRelative = (legacy: ExactDecimal, candidate: ExactDecimal, { within, side }: AmountLimit): boolean => {
  const [left, right] = [magnitude(legacy), magnitude(candidate)]
  const larger = compareDecimals(left, right) > 0 ? left : right
  const limit = { digits: larger.digits * within.digits, scale: larger.scale + within.scale }
  return isWithinAbsolute(legacy, candidate, { within: limit, side })
}
