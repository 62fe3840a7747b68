import { trimmedFraction } from '../temporal-text.ts'
import type { TemporalWire, TimeUnit } from '../wire.ts'
import type { ColumnEncode, EncodeFacts } from './encode-facts.ts'
import { daysOfText, isoDay, isoInstant, microsOfText, timeMicros, utcTime } from './instants.ts'
import { intervalMicros, isoInterval } from './intervals.ts'
import type { JsonBytes } from './json-bytes.ts'

/** Dates and times. What the form has no number for (0000-00-00) is null. */
export const temporalEncode = (wire: TemporalWire, { dialect }: EncodeFacts): ColumnEncode => {
  switch (wire.kind) {
    case 'days':
      return ofText((out, text) => writeNumber(out, infiniteDays[text] ?? daysOfText(text)))
    case 'isoDay':
      return ofText((out, text) => writeIso(out, infinite.has(text) ? text : suffixed(isoDay(text), 'Z')))
    case 'time':
      return ofText((out, text) => writeCount(out, timeMicros(text), wire.unit))
    case 'isoTime':
      return ofText((out, text) => writeIso(out, `${text}Z`))
    case 'timestamp':
      return ofText((out, text) => writeTimestamp(out, text, wire.unit))
    case 'isoTimestamp':
      return ofText((out, text) => writeIso(out, infinite.has(text) ? text : trimmedInstant(text)))
    case 'zoned':
      return ofText(dialect === 'postgres' ? writeZoned : (out, text) => writeIso(out, trimmedInstant(text)))
    case 'zonedTime':
      return ofText((out, text) => writeIso(out, utcTime(text)))
    case 'duration':
      return ofText((out, text) => out.ascii(String(intervalMicros(text) * (wire.unit === 'ns' ? 1000n : 1n))))
    case 'interval':
      return ofText((out, text) => writeIso(out, isoInterval(text)))
    default:
      return wire satisfies never
  }
}

const ofText =
  (write: (out: JsonBytes, text: string) => void): ColumnEncode =>
  (out, value) =>
    write(out, String(value))

/** What the driver of the connector takes for the infinities. */
const infiniteDays: Readonly<Record<string, number>> = { infinity: 2_146_033_979, '-infinity': -2_147_472_691 }
/** Not the far dates that the connector makes of them: of those nobody can tell what they were. */
const infinite: ReadonlySet<string> = new Set(['infinity', '-infinity'])
const infiniteMillis: Readonly<Record<string, string>> = { infinity: '9223372036825200000', '-infinity': '-9223372036832400000' }
const infiniteMicros: Readonly<Record<string, string>> = { infinity: '9223372036854775807', '-infinity': '-9223372036854775808' }

const trimmedInstant = (text: string): string | null => {
  const instant = isoInstant(text)
  return instant === null ? null : `${trimmedFraction(instant)}Z`
}

const suffixed = (text: string | null, suffix: string): string | null => (text === null ? null : text + suffix)

const writeIso = (out: JsonBytes, text: string | null): void => (text === null ? out.ascii('null') : out.text(text))

const writeNumber = (out: JsonBytes, value: number | null): void => (value === null ? out.ascii('null') : out.integer(value))

const writeCount = (out: JsonBytes, micros: number, unit: TimeUnit): void => {
  if (unit === 'ns') out.ascii(String(BigInt(micros) * 1000n))
  else out.integer(unit === 'ms' ? Math.floor(micros / 1000) : micros)
}

const writeTimestamp = (out: JsonBytes, text: string, unit: TimeUnit): void => {
  const beyond = (unit === 'ms' ? infiniteMillis : infiniteMicros)[text]
  const micros = beyond === undefined ? microsOfText(text) : null
  if (micros === null) out.ascii(beyond ?? 'null')
  else if (typeof micros === 'number' && unit !== 'ns') out.integer(unit === 'ms' ? Math.floor(micros / 1000) : micros)
  // The last years that the server knows run over, as they do in the connector.
  else out.ascii(String(BigInt.asIntN(64, unit === 'ms' ? wholeMillis(BigInt(micros)) : BigInt(micros) * (unit === 'ns' ? 1000n : 1n))))
}

/** Downwards, before 1970 too. */
const wholeMillis = (micros: bigint): bigint => (micros - (((micros % 1000n) + 1000n) % 1000n)) / 1000n

const zonedLength = 27

/** It is ISO 8601 already but for years before 1 and beyond 9999. */
const writeZoned = (out: JsonBytes, text: string): void => {
  if (text.length === zonedLength || infinite.has(text)) out.text(text)
  else writeIso(out, suffixed(isoInstant(text), 'Z'))
}
