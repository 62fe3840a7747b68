import type { Value } from '../../src/model/value.ts'
import type { TextDecode } from './charset.ts'
import type { ColumnShape } from './column-type.ts'
import { columnType } from './column-type.ts'
import { readJson } from './json-value.ts'
import { addressText4, addressText6, uuidFromRecord } from './mariadb-value.ts'
import { decimalBytes, finite, readBits, readDecimal, shortestFloat } from './numeric-value.ts'
import { fractionBytes, readDate, readDatetime, readTime, readTimestamp } from './temporal-value.ts'
import { undecodable } from './undecodable.ts'

/** How the values of one column lie in a row image. Both functions may throw RangeError beyond the end. */
export interface ColumnCodec {
  /** Just behind the value that begins at `at`. */
  readonly end: (bytes: Buffer, at: number) => number
  readonly read: (bytes: Buffer, at: number, end: number) => Value
}

export interface ColumnFacts {
  readonly shape: ColumnShape
  readonly unsigned: boolean
  /** Null: bytes. */
  readonly text: TextDecode | null
  readonly labels: readonly string[]
  /** The type's name in the catalogue of now, for types that the log does not tell from bytes; empty if unknown. */
  readonly declared: string
}

const fixed =
  (size: number): ColumnCodec['end'] =>
  (_, at) =>
    at + size

const prefixed =
  (lengthBytes: number, maxBytes: number = Number.POSITIVE_INFINITY): ColumnCodec['end'] =>
  (bytes, at) => {
    const length = lengthBytes === 1 ? bytes.readUInt8(at) : bytes.readUIntLE(at, lengthBytes)
    if (length > maxBytes) throw undecodable(`a value of ${length} bytes in a column for ${maxBytes}`)
    return at + lengthBytes + length
  }

/** The one way from a row image to a value. */
export const columnCodec = (facts: ColumnFacts): ColumnCodec => {
  const { shape } = facts
  const { type, scale } = shape
  const of = columnType
  switch (type) {
    case of.tiny:
    case of.short:
    case of.int24:
    case of.long:
      return integerCodec(type, facts.unsigned)
    case of.longlong:
      return { end: fixed(8), read: facts.unsigned ? (bytes, at) => bytes.readBigUInt64LE(at) : (bytes, at) => bytes.readBigInt64LE(at) }
    case of.float:
      return { end: fixed(4), read: (bytes, at) => shortestFloat(finite(bytes.readFloatLE(at))) }
    case of.double:
      return { end: fixed(8), read: (bytes, at) => finite(bytes.readDoubleLE(at)) }
    case of.decimal: {
      const { precision } = shape
      return { end: fixed(decimalBytes(precision, scale)), read: (bytes, at) => readDecimal(bytes, at, precision, scale) }
    }
    case of.year:
      return { end: fixed(1), read: (bytes, at) => yearOf(bytes.readUInt8(at)) }
    case of.date:
    case of.newdate:
      return { end: fixed(3), read: readDate }
    case of.time:
      return { end: fixed(3 + fractionBytes(scale)), read: (bytes, at) => readTime(bytes, at, scale) }
    case of.datetime:
      return { end: fixed(5 + fractionBytes(scale)), read: (bytes, at) => readDatetime(bytes, at, scale) }
    case of.timestamp:
      return { end: fixed(4 + fractionBytes(scale)), read: (bytes, at) => readTimestamp(bytes, at, scale) }
    case of.bit:
      return { end: fixed((shape.bits + 7) >> 3), read: (bytes, at, end) => readBits(bytes, at, end, shape.bits) }
    case of.enum:
      return { end: fixed(shape.maxBytes), read: (bytes, at) => labelOf(facts.labels, bytes.readUIntLE(at, shape.maxBytes)) }
    case of.set:
      return { end: fixed(shape.maxBytes), read: (bytes, at, end) => setOf(facts.labels, bytes, at, end) }
    case of.json:
      return { end: prefixed(shape.lengthBytes), read: (bytes, at, end) => readJson(bytes, at + shape.lengthBytes, end) }
    case of.varchar:
    case of.string:
    case of.varString:
      return stringCodec(facts)
    case of.tinyBlob:
    case of.mediumBlob:
    case of.longBlob:
    case of.blob:
    case of.geometry:
    case of.vector:
      return bytesCodec(shape.lengthBytes, type === of.geometry || type === of.vector ? null : facts.text)
    default:
      throw undecodable(`a column of type ${type}, which is compressed or unknown`, 'ALTER TABLE … MODIFY the column without COMPRESSED')
  }
}

const integerSizes: Readonly<Record<number, number>> = { 1: 1, 2: 2, 9: 3, 3: 4 }

const integerCodec = (type: number, unsigned: boolean): ColumnCodec => {
  const size = integerSizes[type] ?? 4
  return { end: fixed(size), read: unsigned ? (bytes, at) => bytes.readUIntLE(at, size) : (bytes, at) => bytes.readIntLE(at, size) }
}

const yearOf = (byte: number): number => (byte === 0 ? 0 : 1900 + byte)

/** Index 0 is what an invalid label was stored as: the empty text, as the server shows it. */
const labelOf = (labels: readonly string[], index: number): string => {
  const label = index === 0 ? '' : labels[index - 1]
  if (label === undefined) throw undecodable(`label ${index} of an enum that has ${labels.length}`)
  return label
}

const setOf = (labels: readonly string[], bytes: Buffer, from: number, end: number): string => {
  const chosen: string[] = []
  for (let at = from; at < end; at += 1) {
    const byte = bytes.readUInt8(at)
    for (let bit = 0; bit < 8; bit += 1) if ((byte & (1 << bit)) !== 0) chosen.push(labelOf(labels, (at - from) * 8 + bit + 1))
  }
  return chosen.join(',')
}

const bytesCodec = (lengthBytes: number, text: TextDecode | null, maxBytes?: number): ColumnCodec => ({
  end: prefixed(lengthBytes, maxBytes),
  read: text === null ? (bytes, at, end) => copied(bytes, at + lengthBytes, end) : (bytes, at, end) => text(bytes, at + lengthBytes, end),
})

const copied = (bytes: Buffer, from: number, end: number): Uint8Array => new Uint8Array(bytes.subarray(from, end))

/** Fixed-width bytes come without their trailing zeros. */
const stringCodec = ({ shape, text, declared }: ColumnFacts): ColumnCodec => {
  const { type, maxBytes } = shape
  const lengthBytes = maxBytes > 255 ? 2 : 1
  if (text !== null || type !== columnType.string) return bytesCodec(lengthBytes, text, maxBytes)
  const whole = (bytes: Buffer, at: number, end: number): Uint8Array => {
    const padded = new Uint8Array(Math.max(maxBytes, end - at - lengthBytes))
    padded.set(bytes.subarray(at + lengthBytes, end))
    return padded
  }
  const known = { uuid: uuidFromRecord, inet6: addressText6, inet4: addressText4 }[declared]
  return { end: prefixed(lengthBytes, maxBytes), read: known === undefined ? whole : (bytes, at, end) => known(whole(bytes, at, end)) }
}
