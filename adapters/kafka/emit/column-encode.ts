import type { Value } from '../../../src/model/value.ts'
import type { ConnectorSettings } from '../connector-settings.ts'
import type { Wire } from '../wire.ts'
import { twosComplement, unscaled, writeUnscaled } from './decimal-bytes.ts'
import type { ColumnEncode, EncodeFacts } from './encode-facts.ts'
import type { JsonBytes } from './json-bytes.ts'
import { spatialEncode } from './spatial-encode.ts'
import { hstoreMap } from './hstore-map.ts'
import { temporalEncode } from './temporal-encode.ts'

/** The one way from a value to the JSON of the connector; the other way is `columnDecode`. */
export const columnEncode = (facts: EncodeFacts): ColumnEncode => {
  const { wire, type, settings } = facts
  switch (wire.kind) {
    case 'boolean':
      return (out, value) => out.ascii(value === true || value === '1' ? 'true' : 'false')
    case 'integer':
      return wire.bits === 64 && type.unsigned ? unsignedEncode : numberEncode
    case 'float':
      return type.base === 'numeric' || type.base === 'decimal' || type.base === 'money' ? doubleDecimal : numberEncode
    case 'text':
      return textEncode(facts)
    case 'bytes':
    case 'base64url':
    case 'hex':
      return bytesEncode(wire.kind)
    case 'decimal':
      return decimalEncode(wire.scale, settings, type.base === 'money')
    case 'scaledDecimal':
      return scaledDecimal
    case 'bits':
      return bitsEncode(facts, wire.length)
    case 'point':
    case 'geometry':
      return spatialEncode(facts)
    case 'map':
      return (out, value) => writeUtf8(out, JSON.stringify(hstoreMap(String(value))))
    case 'list':
      return listEncode(facts, wire.element)
    case 'sparse':
    case 'unknown':
      return writePlain
    default:
      return temporalEncode(wire, facts)
  }
}

const writeText = (out: JsonBytes, text: string): void => out.text(text)

const writeUtf8 = (out: JsonBytes, json: string): void => out.bytes(Buffer.from(json))

/** By what the value is, where the type says nothing more. */
export const writePlain: ColumnEncode = (out, value) => {
  if (typeof value === 'string') out.text(value)
  else if (typeof value === 'number' || typeof value === 'bigint') numberEncode(out, value)
  else if (typeof value === 'boolean') out.ascii(value ? 'true' : 'false')
  else if (value === null) out.ascii('null')
  else if (value instanceof Uint8Array) writeText(out, base64(value))
  else writeList(out, value, writePlain)
}

/** Texts are those of types that the server prints as digits, such as oid. */
const numberEncode: ColumnEncode = (out, value) => {
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value) && !Object.is(value, -0)) out.integer(value)
    else if (Number.isFinite(value)) out.ascii(Object.is(value, -0) ? '-0.0' : String(value))
    else out.text(String(value))
  } else if (typeof value === 'bigint') writeBig(out, value)
  else if (typeof value === 'string' && /^-?\d+$/.test(value)) out.ascii(value)
  else writePlain(out, value)
}

const writeBig = (out: JsonBytes, value: bigint): void => {
  const number = Number(value)
  if (Number.isSafeInteger(number)) out.integer(number)
  else out.ascii(String(value))
}

/** By its bits: what has the highest of them comes as negative. */
const unsignedEncode: ColumnEncode = (out, value) =>
  typeof value === 'bigint' ? writeBig(out, BigInt.asIntN(64, value)) : numberEncode(out, value)

const specials: Readonly<Record<string, string>> = { NaN: 'NAN', Infinity: 'POSITIVE_INFINITY', '-Infinity': 'NEGATIVE_INFINITY' }

const textEncode = ({ type, settings }: EncodeFacts): ColumnEncode => {
  switch (type.base) {
    case 'numeric':
      return (out, value) => out.text(specials[String(value)] ?? String(value))
    case 'money':
      return (out, value) => out.text(moneyDigits(String(value)))
    case 'hstore':
      return settings.hstore === 'json' ? (out, value) => out.text(JSON.stringify(hstoreMap(String(value)))) : writePlain
    default:
      return writePlain
  }
}

/** `-1234.50` of `-$1,234.50`. */
const moneyDigits = (text: string): string => text.replaceAll(/[^-\d.]/g, '')

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')

const bytesEncode = (form: 'bytes' | 'base64url' | 'hex'): ColumnEncode => {
  const textOf = {
    bytes: base64,
    hex: (bytes: Uint8Array) => Buffer.from(bytes).toString('hex'),
    base64url: (bytes: Uint8Array) => base64(bytes).replaceAll('+', '-').replaceAll('/', '_'),
  }[form]
  return (out, value) => (value instanceof Uint8Array ? writeText(out, textOf(value)) : writePlain(out, value))
}

const decimalEncode =
  (scale: number, { decimalsAsNumbers }: ConnectorSettings, isMoney: boolean): ColumnEncode =>
  (out, value) => {
    const text = isMoney ? moneyDigits(String(value)) : String(value)
    const decimal = unscaled(text)
    // NaN and the infinities have no digits: so does the connector write them.
    if (decimal === null) out.ascii('null')
    else if (decimalsAsNumbers) out.ascii(text)
    else writeUnscaled(out, decimal.scale === scale ? decimal.digits : rescaled(decimal.digits, scale - decimal.scale))
  }

const rescaled = (digits: string, by: number): string =>
  by >= 0 ? `${digits}${'0'.repeat(by)}` : String(BigInt(digits) / 10n ** BigInt(-by))

/** Zeros at the end are kept, which the connector cuts off. */
const scaledDecimal: ColumnEncode = (out, value) => {
  const decimal = unscaled(String(value))
  if (decimal === null) {
    out.ascii('null')
    return
  }
  out.ascii('{"scale":')
  out.integer(decimal.scale)
  out.ascii(',"value":')
  writeUnscaled(out, decimal.digits)
  out.ascii('}')
}

const doubleDecimal: ColumnEncode = (out, value) => {
  const text = String(value)
  numberEncode(out, Number(specials[text] === undefined ? moneyDigits(text) : text))
}

/** Of `10101`, of a MySQL value, or of a boolean. */
const bitsOf = (value: Value): bigint => {
  if (typeof value === 'string') return value === '' ? 0n : BigInt(`0b${value}`)
  return typeof value === 'bigint' || typeof value === 'boolean' ? BigInt(value) : 0n
}

/** PostgreSQL's connector leaves out the bytes at the end that are zero; MySQL's writes as many as the column has. */
const bitsEncode = ({ dialect }: EncodeFacts, length: number | null): ColumnEncode => {
  const width = dialect === 'mysql' && length !== null ? (length + 7) >> 3 : 0
  return (out, value) => {
    const bytes = littleEndian(bitsOf(value))
    const whole = bytes.length < width ? Buffer.concat([bytes, Buffer.alloc(width - bytes.length)]) : bytes
    writeText(out, whole.toString('base64'))
  }
}

const littleEndian = (bits: bigint): Buffer => {
  if (bits === 0n) return Buffer.alloc(0)
  const bytes = twosComplement(bits)
  return Buffer.from(bytes[0] === 0 ? bytes.subarray(1) : bytes).reverse()
}

const listEncode = (facts: EncodeFacts, wire: Wire): ColumnEncode => {
  if (facts.dialect === 'mysql') return vectorEncode
  const element = columnEncode({ ...facts, wire, type: { ...facts.type, list: false } })
  // Of a list of lists the connector makes one of nulls.
  const each: ColumnEncode = (out, value) => (Array.isArray(value) ? out.ascii('null') : element(out, value))
  return (out, value) => (Array.isArray(value) ? writeList(out, value as readonly Value[], each) : writePlain(out, value))
}

const writeList = (out: JsonBytes, values: readonly Value[], each: ColumnEncode): void => {
  out.ascii('[')
  for (const [place, value] of values.entries()) {
    if (place > 0) out.ascii(',')
    if (value === null) out.ascii('null')
    else each(out, value)
  }
  out.ascii(']')
}

/** Floats of four bytes, one after another. */
const vectorEncode: ColumnEncode = (out, value) => {
  if (!(value instanceof Uint8Array)) return writePlain(out, value)
  const view = new DataView(value.buffer, value.byteOffset, value.byteLength)
  const floats = Array.from({ length: value.byteLength >> 2 }, (_, place) => view.getFloat32(4 * place, true))
  writeList(out, floats, numberEncode)
}
