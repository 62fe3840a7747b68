import type { Tolerance } from '../model/comparison.ts'
import type { Data } from '../model/value.ts'
import { exactDecimal, isWithinAbsolute, isWithinRelative } from './exact-decimal.ts'
import { parseTime } from './instant.ts'

export type DataType = 'null' | 'boolean' | 'number' | 'string' | 'bytes' | 'array' | 'object'

/** bigint and number are one type: both say how many. */
export const typeOf = (data: Data): DataType => {
  switch (typeof data) {
    case 'bigint':
      return 'number'
    case 'boolean':
    case 'number':
    case 'string':
      return typeof data as 'boolean' | 'number' | 'string'
    default:
      if (data === null) return 'null'
      return Array.isArray(data) ? 'array' : data instanceof Uint8Array ? 'bytes' : 'object'
  }
}

/** Equal in value: `5n` is 5, NaN is NaN, −0 is 0; text never equals a number. Scalars and bytes only. */
export const equalScalars = (a: Data, b: Data): boolean => {
  if (a === b) return true
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    // biome-ignore lint/suspicious/noDoubleEquals: the one comparison that is exact between bigint and number
    return (typeof a === 'number' || typeof a === 'bigint') && (typeof b === 'number' || typeof b === 'bigint') && a == b
  }
  if (a instanceof Uint8Array && b instanceof Uint8Array) return a.length === b.length && a.every((byte, index) => byte === b[index])
  return Number.isNaN(a) && Number.isNaN(b)
}

/** Whether a tolerance accepts two unequal scalars. Tolerances that speak of arrays accept none. */
export const tolerates = (tolerance: Tolerance, a: Data, b: Data): boolean => {
  switch (tolerance.kind) {
    case 'absolute':
      return amountsWithin(a, b, tolerance.within, isWithinAbsolute)
    case 'relative':
      return amountsWithin(a, b, tolerance.within, isWithinRelative)
    case 'time':
      return timesWithin(a, b, tolerance.withinMs)
    case 'ignore':
      return true
    case 'exact':
    case 'keyed':
    case 'unordered':
      return false
    default:
      return tolerance satisfies never
  }
}

const amountsWithin = (a: Data, b: Data, within: string | number, test: typeof isWithinAbsolute): boolean => {
  const [left, right, limit] = [exactDecimal(a), exactDecimal(b), exactDecimal(within)]
  return left !== null && right !== null && limit !== null && test(left, right, limit)
}

const timesWithin = (a: Data, b: Data, withinMs: number): boolean => {
  const [left, right] = [parseTime(a), parseTime(b)]
  return left !== null && right !== null && left.zoned === right.zoned && Math.abs(left.micros - right.micros) <= withinMs * 1_000
}

/** A text that two data share exactly when they are equal in value. Linear in their size. */
export const signature = (data: Data): string => {
  switch (typeof data) {
    case 'string':
      return JSON.stringify(data)
    case 'boolean':
      return data ? 'true' : 'false'
    case 'bigint':
      return String(data)
    case 'number':
      return Number.isSafeInteger(data) ? String(data + 0) : Number.isInteger(data) ? String(BigInt(data)) : `${data}f`
    default:
      return containerSignature(data)
  }
}

const containerSignature = (data: Exclude<Data, string | boolean | bigint | number>): string => {
  if (data === null) return 'null'
  if (data instanceof Uint8Array) return `b${data.join(',')}`
  if (Array.isArray(data)) return `[${data.map((item: Data) => signature(item)).join(',')}]`
  const record = data as { readonly [name: string]: Data | undefined }
  const fields: string[] = []
  for (const name of Object.keys(record).sort()) {
    const value = record[name]
    if (value !== undefined) fields.push(`${JSON.stringify(name)}:${signature(value)}`)
  }
  return `{${fields.join(',')}}`
}
