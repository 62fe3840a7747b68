import type { ToleratedSide } from '../model/comparison.ts'
import type { Data } from '../model/value.ts'

/** `digits` × 10^−`scale`, with digits that a number holds exactly. Nearly every amount is one. */
export interface SmallDecimal {
  readonly digits: number
  readonly scale: number
}

const maxDigits = 15
const zero = 48
const point = 46
const minus = 45

/** A plain decimal text of at most 15 digits, or a safe integer; null for everything else, which may be a decimal all the same. */
export const smallDecimal = (data: Data): SmallDecimal | null => {
  if (typeof data === 'number') return Number.isSafeInteger(data) ? { digits: data, scale: 0 } : null
  if (typeof data !== 'string' || data.length > maxDigits || data.length === 0) return null
  const start = data.charCodeAt(0) === minus ? 1 : 0
  let digits = 0
  let pointAt = -1
  let count = 0
  for (let at = start; at < data.length; at++) {
    const digit = data.charCodeAt(at) - zero
    if (digit >= 0 && digit <= 9) {
      digits = digits * 10 + digit
      count += 1
    } else if (digit === point - zero && pointAt === -1) {
      pointAt = at
    } else {
      return null
    }
  }
  if (count === 0) return null
  return { digits: start === 1 ? -digits : digits, scale: pointAt === -1 ? 0 : data.length - 1 - pointAt }
}

/** Whether |candidate − legacy| ≤ `within` on a tolerated side, exactly; null where numbers might not be exact. */
export const isSmallWithin = (
  legacy: SmallDecimal,
  candidate: SmallDecimal,
  { within, side }: { readonly within: SmallDecimal; readonly side: ToleratedSide },
): boolean | null => {
  const scale = Math.max(legacy.scale, candidate.scale, within.scale)
  const left = legacy.digits * 10 ** (scale - legacy.scale)
  const right = candidate.digits * 10 ** (scale - candidate.scale)
  const limit = within.digits * 10 ** (scale - within.scale)
  const more = right - left
  if (!Number.isSafeInteger(left) || !Number.isSafeInteger(right) || !Number.isSafeInteger(limit) || !Number.isSafeInteger(more))
    return null
  if ((side === 'above' && more < 0) || (side === 'below' && more > 0)) return false
  return Math.abs(more) <= limit
}
