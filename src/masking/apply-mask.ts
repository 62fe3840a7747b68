import type { Value } from '../model/value.ts'
import type { ColumnKind } from './column-kind.ts'
import { keepNumberFormat, keepTextFormat } from './keep-format.ts'
import { keyedBigint, keyedBytes, keyedInteger, keyedText } from './keyed-value.ts'
import type { Mask } from './masks.ts'
import type { Secret } from './secret.ts'

/** A column's mask with its key. */
export type MaskValue = (value: Value) => Value

const gone = '***'
const rememberedValues = 10_000
const longestRemembered = 64

/** The function that a mask is for a column of this kind. Null stays null; what a mask cannot keep is gone, never clear. */
export const maskValue = (mask: Mask, kind: ColumnKind, secret: Secret): MaskValue => {
  switch (mask.kind) {
    case 'redact':
      return (value) => (value === null ? null : redacted(mask.as, kind, value))
    case 'hashed':
      return remembering((value) => hashedValue(secret, kind, value))
    case 'keep-format':
      return remembering((value) => formatKept(secret, kind, value))
    default:
      return mask satisfies never
  }
}

const redacted = (as: Value | undefined, kind: ColumnKind, value: Value): Value => {
  if (as !== undefined) return as
  return typeof value === 'string' && (kind === 'text' || kind === 'padded') ? gone : null
}

const hashedValue = (secret: Secret, kind: ColumnKind, value: Value): Value => {
  switch (typeof value) {
    case 'string':
      return keyedText(secret, kind === 'padded' ? value.replace(/ +$/, '') : value)
    case 'number':
      return Number.isInteger(value) && Math.abs(value) < 2 ** 52 ? keyedInteger(secret, value) : null
    case 'bigint':
      return keyedBigint(secret, value)
    default:
      return value instanceof Uint8Array ? keyedBytes(secret, value) : null
  }
}

const formatKept = (secret: Secret, kind: ColumnKind, value: Value): Value => {
  switch (typeof value) {
    case 'string':
      return kind === 'decimal' ? keepNumberFormat(secret, value) : keptText(secret, kind, value)
    case 'number': {
      const text = keepNumberFormat(secret, String(value))
      return text === null ? null : Number(text)
    }
    case 'bigint':
      return BigInt(keepNumberFormat(secret, String(value)) ?? 0)
    default:
      return null
  }
}

/** The padding is the column's, not the value's: it must not change what the value becomes. */
const keptText = (secret: Secret, kind: ColumnKind, value: string): string => {
  if (kind !== 'padded') return keepTextFormat(secret, value)
  const bare = value.replace(/ +$/, '')
  return keepTextFormat(secret, bare).padEnd(value.length)
}

/** The same few values come again and again, and a keyed permutation costs twenty hashes. */
const remembering = (mask: MaskValue): MaskValue => {
  const known = new Map<Value, Value>()
  return (value) => {
    if (value === null) return null
    if (typeof value === 'object' || (typeof value === 'string' && value.length > longestRemembered)) return mask(value)
    const before = known.get(value)
    if (before !== undefined) return before
    const masked = mask(value)
    if (known.size >= rememberedValues) known.clear()
    known.set(value, masked)
    return masked
  }
}
