import type { Normaliser, ToleratedSide, Tolerance } from '../model/comparison.ts'
import type { Data } from '../model/value.ts'
import { minorUnitDigits } from './currencies.ts'
import { exactDecimal, isWithinAbsolute, isWithinRelative } from './exact-decimal.ts'
import { parseTime, timesWithin } from './instant.ts'
import { equalScalars } from './scalar.ts'
import type { SmallDecimal } from './small-decimal.ts'
import { isSmallWithin, smallDecimal } from './small-decimal.ts'

/** The objects that hold the two compared values; null at the root and in arrays. */
export interface Siblings {
  readonly legacy: { readonly [name: string]: Data | undefined } | null
  readonly candidate: { readonly [name: string]: Data | undefined } | null
}

/** Whether a tolerance accepts two values that are not equal. */
export type Accepts = (legacy: Data, candidate: Data, siblings: Siblings) => boolean

/** A tolerance made ready to judge; null where it accepts nothing but equality, or speaks of arrays. */
export const acceptor = (tolerance: Tolerance): Accepts | null => {
  switch (tolerance.kind) {
    case 'absolute':
      return amountsWithin(tolerance.within, tolerance.side)
    case 'relative':
      return sharesWithin(tolerance.within, tolerance.side)
    case 'currency':
      return currencyWithin(tolerance)
    case 'time':
      return (legacy, candidate) => {
        const [left, right] = [parseTime(legacy), parseTime(candidate)]
        return left !== null && right !== null && timesWithin(left, right, tolerance)
      }
    case 'normalised':
      return (legacy, candidate) =>
        equalScalars(normalisedBy(tolerance.by, legacy, 'legacy'), normalisedBy(tolerance.by, candidate, 'candidate'))
    case 'ignore':
      return () => true
    case 'exact':
    case 'keyed':
    case 'unordered':
      return null
    default:
      return tolerance satisfies never
  }
}

const amountsWithin = (within: string, side: ToleratedSide): Accepts => {
  const limit = exactDecimal(within)
  const small = smallDecimal(within)
  return (legacy, candidate) => {
    const quick = small === null ? null : quickWithin(legacy, candidate, { within: small, side })
    if (quick !== null) return quick
    const left = exactDecimal(legacy)
    const right = exactDecimal(candidate)
    return left !== null && right !== null && limit !== null && isWithinAbsolute(left, right, { within: limit, side })
  }
}

/** Null where it takes the long way to know. */
const quickWithin = (
  legacy: Data,
  candidate: Data,
  limit: { readonly within: SmallDecimal; readonly side: ToleratedSide },
): boolean | null => {
  const left = smallDecimal(legacy)
  const right = left === null ? null : smallDecimal(candidate)
  return left === null || right === null ? null : isSmallWithin(left, right, limit)
}

const sharesWithin = (within: string, side: ToleratedSide): Accepts => {
  const limit = exactDecimal(within)
  return (legacy, candidate) => {
    const [left, right] = [exactDecimal(legacy), exactDecimal(candidate)]
    return left !== null && right !== null && limit !== null && isWithinRelative(left, right, { within: limit, side })
  }
}

/** Amounts in different currencies, or in one that nobody knows, are never close to each other. */
const currencyWithin = (tolerance: Extract<Tolerance, { kind: 'currency' }>): Accepts => {
  const { currency, minorUnits, side } = tolerance
  const units = exactDecimal(minorUnits)
  return (legacy, candidate, siblings) => {
    const code = 'code' in currency ? currency.code : sharedCode(siblings, currency.field)
    const digits = code === null ? null : minorUnitDigits(code)
    if (digits === null || units === null) return false
    const left = exactDecimal(legacy)
    const right = exactDecimal(candidate)
    const limit = { digits: units.digits, scale: units.scale + digits }
    return left !== null && right !== null && isWithinAbsolute(left, right, { within: limit, side })
  }
}

const sharedCode = ({ legacy, candidate }: Siblings, field: string): string | null => {
  const [left, right] = [legacy?.[field], candidate?.[field]]
  return typeof left === 'string' && left === right ? left.trim() : null
}

/** A normaliser that fails has said nothing: the value stays as it is. */
const normalisedBy = (by: readonly Normaliser[], data: Data, side: 'legacy' | 'candidate'): Data => {
  let value = data
  for (const { apply } of by) {
    try {
      value = apply(value, side)
    } catch {
      return data
    }
  }
  return value
}
