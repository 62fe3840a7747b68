import type { ColumnDecode, ColumnFacts } from './column-facts.ts'
import { plainDecimal, scaledText, shortestFloat, unscaledOf } from './decimal-text.ts'
import type { Json } from './exact-json.ts'
import { isObject, trustedDigits } from './exact-json.ts'
import {
  bitsOf,
  booleanOf,
  bytesOf,
  floatOf,
  hexBytes,
  integerOf,
  microsOf,
  notSent,
  numberText,
  ownBytes,
  textOf,
  urlBytes,
  wrong,
} from './json-value.ts'
import { spacedJson } from './mysql-json-text.ts'
import { dayOfIso, dayText, timeOfIso, timestampOfIso, timestampText, timeText, trimmedFraction } from './temporal-text.ts'
import { undecodable } from './undecodable.ts'
import type { TemporalWire } from './wire.ts'

/** Texts as the server prints them. */
export const mysqlDecode = (facts: ColumnFacts): ColumnDecode => {
  const { wire, type } = facts
  const base = type?.base ?? null
  switch (wire.kind) {
    case 'boolean':
      return base === 'tinyint' ? integerDecode(facts, 32) : booleanOf
    case 'integer':
      return integerDecode(facts, wire.bits)
    case 'float':
      return base === 'decimal'
        ? doubleDecimal(type?.args[1] ?? 0)
        : floatDecode(base === 'double' ? 64 : base === 'float' ? 32 : wire.bits)
    case 'decimal':
      return decimalDecode(base, wire.scale)
    case 'text':
    case 'bytes':
    case 'hex':
    case 'base64url':
      return textDecode(facts)
    case 'bits':
      return base === 'bit' && (type?.args[0] ?? 1) === 1 ? (raw) => bitsOf(raw) !== 0n : bitsOf
    case 'point':
    case 'geometry':
      return geometryBytes
    case 'list':
      return vectorBytes
    case 'scaledDecimal':
    case 'map':
    case 'sparse':
    case 'unknown':
      return () => notSent
    default:
      return temporalDecode(wire, type?.args[0] ?? null)
  }
}

const temporalDecode = (wire: TemporalWire, digits: number | null): ColumnDecode => {
  switch (wire.kind) {
    case 'days':
      return (raw) => dayText(Number(integerOf(raw)))
    case 'isoDay':
      return iso(dayOfIso, 'date')
    case 'time':
      return (raw) => cutTime(timeText(Number(microsOf(raw, wire.unit))), digits)
    case 'isoTime':
      return (raw) => cutTime(String(iso(timeOfIso, 'time')(raw)), digits)
    case 'timestamp':
      return (raw) => timestampText(microsOf(raw, wire.unit), '')
    case 'isoTimestamp':
      return iso((text) => timestampOfIso(text, ''), 'datetime')
    case 'zoned':
      return iso((text) => timestampOfIso(text, 'Z'), 'timestamp')
    case 'zonedTime':
    case 'duration':
    case 'interval':
      throw undecodable(`a column of the kind ${wire.kind}, which a MySQL connector does not send`)
    default:
      return wire satisfies never
  }
}

/** As many digits behind the second as the column has; where that is not known, as many as say something. */
const cutTime = (text: string, digits: number | null): string => {
  if (digits === null) return trimmedFraction(text)
  return digits === 0 ? text.slice(0, -7) : text.slice(0, text.length - 6 + digits)
}

const iso =
  (read: (text: string) => string | null, kind: string): ColumnDecode =>
  (raw) => {
    const value = read(textOf(raw))
    if (value === null) throw wrong(kind)
    return value
  }

const beyondSigned = 1n << 64n

/** Of an unsigned BIGINT the connector sends the bits, unless it is told otherwise. */
const bigOf = (raw: Json, unsigned: boolean): bigint => {
  const value = BigInt(integerOf(raw))
  return unsigned && value < 0n ? value + beyondSigned : value
}

/** The connector takes TINYINT(1) for a boolean where it has seen the column made so, in mid-topic too. */
const integerDecode = ({ type }: ColumnFacts, bits: 32 | 64): ColumnDecode => {
  if (type === null) return bits === 64 ? (raw) => bigOf(raw, false) : integerOf
  if (type.base === 'tinyint') return (raw) => (typeof raw === 'boolean' ? Number(raw) : integerOf(raw))
  if (type.base === 'bigint') return (raw) => bigOf(raw, type.unsigned)
  return type.base === 'bit' ? (raw) => BigInt(integerOf(raw)) : integerOf
}

const floatDecode = (bits: 32 | 64): ColumnDecode =>
  bits === 64
    ? floatOf
    : (raw) => {
        const value = floatOf(raw)
        return value === 0 || !Number.isFinite(value) ? value : shortestFloat(value, 6)
      }

const decimalDecode = (base: string | null, scale: number): ColumnDecode => {
  if (base === 'bigint') return (raw) => (typeof raw === 'string' ? unscaledOf(bytesOf(raw)) : BigInt(integerOf(raw)))
  return (raw) => {
    const plain = typeof raw === 'string' ? scaledText(unscaledOf(bytesOf(raw)), scale) : plainDecimal(numberText(raw), scale)
    if (plain === null) throw wrong('decimal of its scale')
    return plain
  }
}

const doubleDecimal =
  (scale: number): ColumnDecode =>
  (raw) => {
    const text = String(floatOf(raw))
    return text.replaceAll(/[-.]/g, '').length > trustedDigits ? notSent : (plainDecimal(text, scale) ?? notSent)
  }

const byteTypes = /^(?:binary|varbinary|tinyblob|blob|mediumblob|longblob)$/

const textDecode = ({ wire, type, settings }: ColumnFacts): ColumnDecode => {
  const base = type?.base ?? null
  const isBytes = base === null ? wire.kind !== 'text' : byteTypes.test(base)
  if (isBytes) return byteDecode(wire.kind === 'text' ? settings.binary : wire.kind, base === 'binary' ? (type?.args[0] ?? 1) : 0)
  if (wire.kind !== 'text') return () => notSent
  if (base === 'decimal') return decimalText(type?.args[1] ?? 0)
  if (base === 'bigint') return (raw) => BigInt(plainDecimal(textOf(raw), 0) ?? textOf(raw))
  return base === 'json' ? (raw) => spacedJson(textOf(raw)) : textOf
}

const decimalText =
  (scale: number): ColumnDecode =>
  (raw) => {
    const plain = plainDecimal(textOf(raw), scale)
    if (plain === null) throw wrong('decimal')
    return plain
  }

/** Fixed-width bytes have all their zeros. */
const byteDecode = (form: string, width: number): ColumnDecode => {
  const read: (raw: Json) => Uint8Array =
    form === 'hex' ? hexBytes : form === 'base64url' || form === 'base64-url-safe' ? urlBytes : (raw) => ownBytes(bytesOf(raw))
  if (width === 0) return read
  return (raw) => {
    const bytes = read(raw)
    if (bytes.length >= width) return bytes
    const whole = new Uint8Array(width)
    whole.set(bytes)
    return whole
  }
}

/** As the server keeps it: the reference system in four bytes, then the well-known form. */
const geometryBytes: ColumnDecode = (raw) => {
  if (!isObject(raw)) throw wrong('geometry')
  const wkb = bytesOf(raw['wkb'] ?? null)
  const { srid } = raw
  const bytes = new Uint8Array(4 + wkb.length)
  new DataView(bytes.buffer).setUint32(0, srid === null || srid === undefined ? 0 : Number(integerOf(srid)), true)
  bytes.set(wkb, 4)
  return bytes
}

const vectorBytes: ColumnDecode = (raw) => {
  if (!Array.isArray(raw)) throw wrong('vector')
  const bytes = new Uint8Array(4 * raw.length)
  const view = new DataView(bytes.buffer)
  for (const [place, each] of (raw as readonly Json[]).entries()) view.setFloat32(4 * place, floatOf(each), true)
  return bytes
}
