import type { Value } from '../../src/model/value.ts'
import type { ColumnDecode, ColumnFacts } from './column-facts.ts'
import { plainDecimal, scaledText, shortestFloat, specialDecimal, unscaledOf } from './decimal-text.ts'
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
import { hstoreText, intervalText, moneyText, pointText } from './postgres-text.ts'
import { dayOfIso, dayText, timeOfIso, timestampOfIso, timestampText, timeText, trimmedFraction } from './temporal-text.ts'
import type { TemporalWire } from './wire.ts'

/** Texts as the server prints them under the session of the postgres adapter. */
export const postgresDecode = (facts: ColumnFacts): ColumnDecode => {
  const { wire, type } = facts
  const base = type?.base ?? null
  switch (wire.kind) {
    case 'boolean':
      return base === 'bit' ? (raw) => (booleanOf(raw) ? '1' : '0') : booleanOf
    case 'integer':
      return integerDecode(base, wire.bits)
    case 'float':
      return type !== null && (base === 'numeric' || base === 'money') ? doubleDecimal(base, type.args[1]) : floatDecode(wire.bits)
    case 'text':
    case 'bytes':
    case 'hex':
    case 'base64url':
      return textDecode(facts)
    case 'decimal':
      return decimalDecode(base, wire.scale)
    case 'scaledDecimal':
      return scaledDecimal
    case 'bits':
      return base === 'varbit'
        ? () => notSent
        : (raw) =>
            bitsOf(raw)
              .toString(2)
              .padStart(type?.args[0] ?? wire.length ?? 1, '0')
    case 'point':
      return pointText
    case 'geometry':
      return base !== null && !/^geo/.test(base)
        ? () => notSent
        : (raw) =>
            bytesOf(isObject(raw) ? (raw['wkb'] ?? null) : null)
              .toString('hex')
              .toUpperCase()
    case 'map':
      return hstoreText
    case 'list':
      return listDecode(facts, wire.element)
    case 'sparse':
    case 'unknown':
      return () => notSent
    default:
      return temporalDecode(wire)
  }
}

const temporalDecode = (wire: TemporalWire): ColumnDecode => {
  switch (wire.kind) {
    case 'days':
      return (raw) => postgresDay(Number(integerOf(raw)))
    case 'isoDay':
      return iso(dayOfIso, 'date')
    case 'time':
      return (raw) => trimmedFraction(timeText(Number(microsOf(raw, wire.unit))))
    case 'isoTime':
      return iso((text) => mapped(timeOfIso(text), trimmedFraction), 'time')
    case 'timestamp':
      return (raw) => postgresTimestamp(raw, wire.unit)
    case 'isoTimestamp':
      return iso((text) => timestampOfIso(text, ''), 'timestamp')
    case 'zoned':
      return iso((text) => timestampOfIso(text, 'Z'), 'timestamp with a zone')
    case 'zonedTime':
      return iso((text) => mapped(timeOfIso(text), (time) => `${trimmedFraction(time)}+00`), 'time with a zone')
    // Months and days are a guess in it: the interval itself is not sent.
    case 'duration':
      return () => notSent
    case 'interval':
      return (raw) => intervalText(textOf(raw)) ?? notSent
    default:
      return wire satisfies never
  }
}

const mapped = (text: string | null, change: (text: string) => string): string | null => (text === null ? null : change(text))

const iso =
  (read: (text: string) => string | null, kind: string): ColumnDecode =>
  (raw) => {
    const text = textOf(raw)
    if (text === 'infinity' || text === '-infinity') return text
    const value = read(text)
    if (value === null) throw wrong(kind)
    return value
  }

/** Days beyond the last and before the first that the server knows are its infinities. */
const lastDay = 2_145_042_905
const firstDay = -2_440_588

const postgresDay = (days: number): string => {
  if (days > lastDay) return 'infinity'
  return days < firstDay ? '-infinity' : dayText(days)
}

/** What the driver of the connector takes for the infinities, in either unit. */
const infinities: ReadonlySet<bigint> = new Set([9_223_372_036_825_200_000n, 9_223_372_036_854_775_807n])
const minusInfinities: ReadonlySet<bigint> = new Set([-9_223_372_036_832_400_000n, -9_223_372_036_854_775_808n])

/** The first microsecond that the server knows, in 4714 BC: what is before it has run over. */
const firstMicros = -210_866_803_200_000_000n

const postgresTimestamp = (raw: Json, unit: 'ms' | 'us' | 'ns'): Value | typeof notSent => {
  const count = integerOf(raw)
  if (typeof count === 'bigint') {
    if (infinities.has(count)) return 'infinity'
    if (minusInfinities.has(count)) return '-infinity'
  }
  const micros = microsOf(raw, unit)
  return micros < firstMicros ? notSent : timestampText(micros, '')
}

/** Numbers for the connector, texts for every reader of the server. */
const textualNumbers: ReadonlySet<string> = new Set(['oid', 'xid', 'xid8', 'cid', 'regclass', 'regproc', 'regtype'])

const integerDecode = (base: string | null, bits: 32 | 64): ColumnDecode => {
  if (base === 'int2' || base === 'int4') return integerOf
  if (base !== null && textualNumbers.has(base)) return (raw) => String(integerOf(raw))
  return base === 'int8' || bits === 64 ? (raw) => BigInt(integerOf(raw)) : integerOf
}

const floatDecode = (bits: 32 | 64): ColumnDecode => (bits === 64 ? floatOf : (raw) => finite(floatOf(raw)))

const finite = (value: number): number => (Number.isFinite(value) && value !== 0 ? shortestFloat(value, 1) : value)

const decimalDecode = (base: string | null, scale: number): ColumnDecode => {
  const text = (raw: Json): string => {
    if (typeof raw === 'string') return scaledText(unscaledOf(bytesOf(raw)), scale)
    const plain = plainDecimal(numberText(raw), scale)
    if (plain === null) throw wrong('decimal of its scale')
    return plain
  }
  return base === 'money' ? (raw) => moneyText(text(raw)) : text
}

/** With zeros at its end cut off by the connector, which are lost. */
const scaledDecimal: ColumnDecode = (raw) => {
  if (!isObject(raw)) return plainText(numberText(raw), null)
  return scaledText(unscaledOf(bytesOf(raw['value'] ?? null)), Number(integerOf(raw['scale'] ?? null)))
}

const plainText = (text: string, scale: number | null): string => {
  const plain = specialDecimal(text) ?? plainDecimal(text, scale)
  if (plain === null) throw wrong('decimal')
  return plain
}

/** A double holds fifteen digits of a decimal; of a longer one it is another number. */
const doubleDecimal =
  (base: string, scale: number | undefined): ColumnDecode =>
  (raw) => {
    const text = String(floatOf(raw))
    if (text.replaceAll(/[-.]/g, '').length > trustedDigits || /e/.test(text)) return notSent
    const plain = plainText(text, scale ?? null)
    return base === 'money' ? moneyText(plain) : plain
  }

const builtInTexts: ReadonlySet<string> = new Set([
  'text',
  'varchar',
  'char',
  'json',
  'jsonb',
  'xml',
  'uuid',
  'inet',
  'cidr',
  'macaddr',
  'macaddr8',
])

const textDecode = ({ wire, type, settings }: ColumnFacts): ColumnDecode => {
  const base = type?.base ?? null
  if (base === 'bytea' || (base === null && wire.kind !== 'text')) return byteDecode(wire.kind === 'text' ? settings.binary : wire.kind)
  if (base === 'numeric') return (raw) => plainText(textOf(raw), type?.args.length === 0 ? null : (type?.args[1] ?? 0))
  if (base === 'money') return (raw) => moneyText(plainText(textOf(raw), 2))
  if (base === 'hstore') return hstoreText
  // Types that the connector does not know come as opaque bytes, if at all.
  if (wire.kind !== 'text') return () => notSent
  // Of a type of the database's own, such as a domain, only a schema in the record tells what it is made over.
  return base === null || builtInTexts.has(base) ? textOf : (raw) => (typeof raw === 'string' ? raw : notSent)
}

const byteDecode = (form: string): ColumnDecode => {
  if (form === 'hex') return hexBytes
  return form === 'base64url' || form === 'base64-url-safe' ? urlBytes : (raw) => ownBytes(bytesOf(raw))
}

const listDecode = ({ type, settings }: ColumnFacts, wire: ColumnFacts['wire']): ColumnDecode => {
  const element = postgresDecode({ wire, type: type === null ? null : { ...type, list: false }, settings })
  return (raw) => {
    if (!Array.isArray(raw)) throw wrong('list')
    const values: Value[] = []
    for (const each of raw as readonly Json[]) {
      const value = each === null ? null : element(each)
      if (value === notSent) return notSent
      values.push(value)
    }
    // Of a list of lists the connector makes one of nulls.
    return values.length > 0 && values.every((each) => each === null) ? notSent : values
  }
}
