import { utf8Text } from './charset.ts'
import { columnType } from './column-type.ts'
import { decimalBytes, finite, readDecimal } from './numeric-value.ts'
import { readPackedTemporal } from './temporal-value.ts'
import { undecodable } from './undecodable.ts'

/** Types inside of binary JSON. */
const inside = {
  smallObject: 0,
  largeObject: 1,
  smallArray: 2,
  largeArray: 3,
  literal: 4,
  int16: 5,
  uint16: 6,
  int32: 7,
  uint32: 8,
  int64: 9,
  uint64: 10,
  double: 11,
  string: 12,
  opaque: 15,
} as const

const maxDepth = 128

/** Where a document is being read: `left` bounds the number of values, because offsets could lead to one again and again. */
interface Document {
  readonly bytes: Buffer
  left: number
}

/** MySQL's binary JSON as the text that a SELECT prints: exact numbers, the server's key order, a space after `:` and `,`. */
export const readJson = (bytes: Buffer, from: number, end: number): string => {
  // The server itself writes nothing at all for a value that a partial update left without a document.
  if (from === end) return 'null'
  const document = { bytes: bytes.subarray(from, end), left: end - from }
  return valueText(document, document.bytes.readUInt8(0), 1, 0)
}

const valueText = (document: Document, type: number, at: number, depth: number): string => {
  const { bytes } = document
  document.left -= 1
  if (document.left < 0 || depth > maxDepth) throw undecodable('JSON that holds itself')
  switch (type) {
    case inside.smallObject:
    case inside.largeObject:
      return containerText(document, at, { depth, object: true, wide: type === inside.largeObject })
    case inside.smallArray:
    case inside.largeArray:
      return containerText(document, at, { depth, object: false, wide: type === inside.largeArray })
    case inside.literal:
      return literalText(bytes.readUInt8(at))
    case inside.int16:
      return String(bytes.readInt16LE(at))
    case inside.uint16:
      return String(bytes.readUInt16LE(at))
    case inside.int32:
      return String(bytes.readInt32LE(at))
    case inside.uint32:
      return String(bytes.readUInt32LE(at))
    case inside.int64:
      return String(bytes.readBigInt64LE(at))
    case inside.uint64:
      return String(bytes.readBigUInt64LE(at))
    case inside.double:
      return doubleText(finite(bytes.readDoubleLE(at)))
    case inside.string: {
      const { length, start } = readLength(bytes, at)
      return JSON.stringify(textOf(bytes, start, length))
    }
    case inside.opaque:
      return opaqueText(bytes, at)
    default:
      throw undecodable(`JSON with a value of the unknown type ${type}`)
  }
}

const literalText = (literal: number): string => {
  const text = ['null', 'true', 'false'][literal]
  if (text === undefined) throw undecodable(`JSON with the unknown literal ${literal}`)
  return text
}

interface Container {
  readonly depth: number
  readonly object: boolean
  /** Offsets have four bytes, not two. */
  readonly wide: boolean
}

const containerText = (document: Document, at: number, { depth, object, wide }: Container): string => {
  const { bytes } = document
  const size = wide ? 4 : 2
  const offset = (place: number): number => bytes.readUIntLE(place, size)
  const count = offset(at)
  const keys = at + 2 * size
  const values = object ? keys + count * (size + 2) : keys
  if (values + count * (size + 1) > bytes.length) throw undecodable('JSON with more members than bytes')
  const inlined = (type: number): boolean =>
    type === inside.literal ||
    type === inside.int16 ||
    type === inside.uint16 ||
    (wide && (type === inside.int32 || type === inside.uint32))
  const parts: string[] = []
  for (let index = 0; index < count; index += 1) {
    const entry = values + index * (size + 1)
    const type = bytes.readUInt8(entry)
    const text = valueText(document, type, inlined(type) ? entry + 1 : at + offset(entry + 1), depth + 1)
    if (!object) parts.push(text)
    else {
      const key = keys + index * (size + 2)
      parts.push(`${JSON.stringify(textOf(bytes, at + offset(key), bytes.readUInt16LE(key + size)))}: ${text}`)
    }
  }
  return object ? `{${parts.join(', ')}}` : `[${parts.join(', ')}]`
}

const textOf = (bytes: Buffer, from: number, length: number): string => {
  if (from + length > bytes.length) throw undecodable('JSON with text beyond its end')
  return utf8Text(bytes, from, from + length)
}

/** Seven bits a byte, low ones first; the eighth says that more follow. */
const readLength = (bytes: Buffer, at: number): { readonly length: number; readonly start: number } => {
  let length = 0
  for (let index = 0; index < 5; index += 1) {
    const byte = bytes.readUInt8(at + index)
    length += (byte & 0x7f) * 128 ** index
    if (byte < 0x80) return { length, start: at + index + 1 }
  }
  throw undecodable('JSON with a length that has no end')
}

/** As the server prints a double: plain up to 15 digits before (more where some follow) or 14 zeros behind the point, never like an integer. */
export const doubleText = (value: number): string => {
  const [digits = '', exponent = '0'] = Math.abs(value).toExponential().split('e')
  const point = Number(exponent) + 1
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const plainDigits = digits.replace('.', '')
  if (value === 0) return `${sign}0.0`
  if ((point > 15 && plainDigits.length <= point) || point < -14) return `${sign}${digits}e${point - 1}`
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${plainDigits}`
  const whole = plainDigits.slice(0, point).padEnd(point, '0')
  return `${sign}${whole}.${plainDigits.slice(point) || '0'}`
}

const temporalBytes = 8
const temporal: ReadonlySet<number> = new Set([columnType.date, columnType.datetimeOld, columnType.timestampOld, columnType.timeOld])

const opaqueText = (bytes: Buffer, at: number): string => {
  const type = bytes.readUInt8(at)
  const { length, start } = readLength(bytes, at + 1)
  if (start + length > bytes.length) throw undecodable('JSON with a value beyond its end')
  if (temporal.has(type) && length !== temporalBytes) throw undecodable('JSON with a date or time of a wrong length')
  switch (type) {
    case columnType.decimal: {
      const [precision, scale] = [bytes.readUInt8(start), bytes.readUInt8(start + 1)]
      if (scale > precision || length !== 2 + decimalBytes(precision, scale)) throw undecodable('JSON with a decimal of a wrong length')
      return readDecimal(bytes, start + 2, precision, scale)
    }
    case columnType.date:
      return `"${readPackedTemporal(bytes, start, 'date')}"`
    case columnType.datetimeOld:
    case columnType.timestampOld:
      return `"${readPackedTemporal(bytes, start, 'datetime')}"`
    case columnType.timeOld:
      return `"${readPackedTemporal(bytes, start, 'time')}"`
    default:
      return JSON.stringify(`base64:type${type}:${bytes.toString('base64', start, start + length)}`)
  }
}
