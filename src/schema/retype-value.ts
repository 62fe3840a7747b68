import type { Value } from '../model/value.ts'
import type { ValueKind } from '../model/table-shape.ts'

/** A value as another kind, exactly: what comes back is the same when it is turned back. Undefined: there is none. */
export const retypeValue = (value: Value, kind: ValueKind): Value | undefined => {
  if (value === null) return null
  switch (kind) {
    case 'number':
      return exactly(value, Number(typeof value === 'string' && value.trim() === '' ? Number.NaN : value))
    case 'bigint':
      return bigintOf(value)
    case 'text':
      return typeof value === 'string' ? value : typeof value === 'number' || typeof value === 'bigint' ? String(value) : undefined
    case 'boolean':
      return booleanOf(value)
    case 'bytes':
      return value instanceof Uint8Array ? value : undefined
    case 'list':
      return Array.isArray(value) ? value : undefined
    default:
      return kind satisfies never
  }
}

const exactly = (value: Value, number: number): number | undefined => {
  if (typeof value === 'number') return value
  if (typeof value !== 'bigint' && typeof value !== 'string') return undefined
  if (Number.isInteger(number) && !Number.isSafeInteger(number)) return undefined
  return typeof value === 'bigint' || sameNumber(value, number) ? number : undefined
}

/** `12.50` is 12.5; `0.10000000000000000001` is no number. */
const sameNumber = (text: string, number: number): boolean => {
  const plain = /^-?\d+(?:\.\d+)?$/.test(text) ? text.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '') : null
  return plain !== null && String(number) === (plain === '-0' ? '0' : plain)
}

const bigintOf = (value: Value): bigint | undefined => {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined
  return typeof value === 'string' && /^-?\d+(?:\.0+)?$/.test(value) ? BigInt(value.replace(/\..*$/, '')) : undefined
}

const booleanOf = (value: Value): boolean | undefined => {
  if (typeof value === 'boolean') return value
  if (value === 0 || value === 0n) return false
  return value === 1 || value === 1n ? true : undefined
}
