import type { Json } from './exact-json.ts'
import { digitsNeeded, isLiteralNumber, trustedDigits } from './exact-json.ts'
import { fromBase64 } from './decimal-text.ts'
import { undecodable } from './undecodable.ts'

/** The connector does not carry what the column holds: better absent, and named so, than something else. */
export const notSent: unique symbol = Symbol('not sent')

/** Without the value, which may be personal data. */
export const wrong = (kind: string): Error => undecodable(`a value that is no ${kind}`)

export const textOf = (raw: Json): string => {
  if (typeof raw !== 'string') throw wrong('text')
  return raw
}

export const booleanOf = (raw: Json): boolean => {
  if (typeof raw !== 'boolean') throw wrong('boolean')
  return raw
}

/** A bigint beyond what a double holds. */
export const integerOf = (raw: Json): number | bigint => {
  if (typeof raw === 'bigint') return raw
  if (typeof raw !== 'number' || !Number.isInteger(raw)) throw wrong('integer')
  if (!Number.isSafeInteger(raw)) throw digitsNeeded
  return raw
}

const floatWords: Readonly<Record<string, number>> = { NaN: Number.NaN, Infinity: Infinity, '-Infinity': -Infinity }

export const floatOf = (raw: Json): number => {
  if (typeof raw === 'number') return raw
  if (typeof raw === 'bigint') return Number(raw)
  if (isLiteralNumber(raw)) return Number(raw.literal)
  const word = typeof raw === 'string' ? floatWords[raw] : undefined
  if (word === undefined) throw wrong('number')
  return word
}

/** The text of a number as it stands in the record. */
export const numberText = (raw: Json): string => {
  if (typeof raw === 'bigint') return String(raw)
  if (isLiteralNumber(raw)) return raw.literal
  if (typeof raw !== 'number') throw wrong('number')
  const text = String(raw)
  if (text.length > trustedDigits) throw digitsNeeded
  return text
}

export const bytesOf = (raw: Json): Buffer => {
  const bytes = typeof raw === 'string' ? fromBase64(raw) : null
  if (bytes === null) throw wrong('base64')
  return bytes
}

/** A copy that holds nothing else alive. */
export const ownBytes = (bytes: Buffer): Uint8Array => new Uint8Array(bytes)

export const hexBytes = (raw: Json): Uint8Array => {
  if (typeof raw !== 'string' || raw.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(raw)) throw wrong('hexadecimal text')
  return new Uint8Array(Buffer.from(raw, 'hex'))
}

export const urlBytes = (raw: Json): Uint8Array => {
  if (typeof raw !== 'string' || !/^[A-Za-z0-9_-]*={0,2}$/.test(raw)) throw wrong('base64 for URLs')
  return new Uint8Array(Buffer.from(raw, 'base64url'))
}

/** The number that bits make which come lowest byte first. */
export const bitsOf = (raw: Json): bigint => {
  if (typeof raw === 'boolean') return raw ? 1n : 0n
  const bytes = bytesOf(raw)
  return bytes.length === 0 ? 0n : BigInt(`0x${bytes.toReversed().reduce((hex, byte) => hex + byte.toString(16).padStart(2, '0'), '')}`)
}

/** Microseconds of a count in another unit; finer ones than that cannot be in a database's column. */
export const microsOf = (raw: Json, unit: 'ms' | 'us' | 'ns'): number | bigint => {
  const count = integerOf(raw)
  if (unit === 'us') return count
  if (unit === 'ns') {
    if (BigInt(count) % 1000n !== 0n) throw wrong('time of whole microseconds')
    return smallest(BigInt(count) / 1000n)
  }
  return smallest(BigInt(count) * 1000n)
}

const smallest = (value: bigint): number | bigint => {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
