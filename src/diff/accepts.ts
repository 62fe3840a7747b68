import type { Normaliser, ToleratedSide, Tolerance } from '../model/comparison.ts'
import type { Data } from '../model/value.ts'
import { minorUnitDigits } from './currencies.ts'
import type { ExactDecimal } from './exact-decimal.ts'
import { exactDecimal, isWithinAbsolute, isWithinRelative } from './exact-decimal.ts'
import { parseTime, timesWithin } from './instant.ts'
import { equalScalars } from './scalar.ts'

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
  return (legacy, candidate) => {
    const [left, right] = [exactDecimal(legacy), exactDecimal(candidate)]
    return left !== null && right !== null && limit !== null && isWithinAbsolute(left, right, { within: limit, side })
  }
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
  const limits = new Map<number, ExactDecimal>()
  const limitAt = (digits: number): ExactDecimal | null => {
    const known = limits.get(digits)
    if (known !== undefined || units === null) return known ?? null
    const limit = { digits: units.digits, scale: units.scale + digits }
    limits.set(digits, limit)
    return limit
  }
  return (legacy, candidate, siblings) => {
    const code = 'code' in currency ? currency.code : sharedCode(siblings, currency.field)
    const digits = code === null ? null : minorUnitDigits(code)
    const limit = digits === null ? null : limitAt(digits)
    const [left, right] = [exactDecimal(legacy), exactDecimal(candidate)]
    return left !== null && right !== null && limit !== null && isWithinAbsolute(left, right, { within: limit, side })
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
