import type { BanyanError } from '../../src/model/errors.ts'
import type { Value } from '../../src/model/value.ts'
import { parseArray } from './array-text.ts'
import { undecodable } from './pgoutput.ts'

/** One value from the server's text. */
export type Codec = (text: string) => Value

/** What the catalogue says of a type that is not built in: over what it is made. */
export type TypeShape = (
  | { readonly kind: 'domain'; readonly base: number }
  | { readonly kind: 'array'; readonly element: number; readonly delimiter: string }
  | { readonly kind: 'text' }
) & { readonly name?: string }

/** Types by OID. Replaced as a whole when the server has new ones. */
export type TypeShapes = ReadonlyMap<number, TypeShape>

const text: Codec = (value) => value

const zonedTail = /([+-]\d\d(?::\d\d){0,2})( BC)?$/

/** `2026-03-01 09:30:00.5` → `2026-03-01T09:30:00.500000`. */
const microseconds = (value: string): string => {
  const dot = value.indexOf('.')
  const whole = dot < 0 ? value : value.slice(0, dot)
  const fraction = dot < 0 ? '000000' : value.slice(dot + 1).padEnd(6, '0')
  const space = whole.indexOf(' ')
  return `${whole.slice(0, space)}T${whole.slice(space + 1)}.${fraction}`
}

const instant: Codec = (value) => {
  // The session's zone is UTC, so all but infinities and years BC end in +00.
  if (value.endsWith('+00')) return `${microseconds(value.slice(0, -3))}Z`
  const tail = zonedTail.exec(value)
  return tail === null ? value : `${microseconds(value.slice(0, tail.index))}Z${tail[2] ?? ''}`
}

const localDateTime: Codec = (value) => {
  if (value.endsWith(' BC')) return `${microseconds(value.slice(0, -3))} BC`
  return value.endsWith('infinity') ? value : microseconds(value)
}

const bytes: Codec = (value) => {
  const read = new Uint8Array(Buffer.from(value.slice(2), 'hex'))
  if (!value.startsWith('\\x') || 2 * read.length + 2 !== value.length) throw unreadable('bytea')
  return read
}

const digits = /^-?\d+$/

const integer: Codec = (value) => {
  if (!digits.test(value)) throw unreadable('integer')
  return Number(value)
}

const bigInteger: Codec = (value) => {
  if (!digits.test(value)) throw unreadable('bigint')
  return BigInt(value)
}

const float: Codec = (value) => {
  const number = Number(value)
  if (value === '' || (Number.isNaN(number) && value !== 'NaN')) throw unreadable('floating-point number')
  return number
}

const boolean: Codec = (value) => {
  if (value !== 't' && value !== 'f') throw unreadable('boolean')
  return value === 't'
}

/** Without the text, which may be personal data. */
const unreadable = (type: string): BanyanError => undecodable(`a text that is no ${type}`)

const builtIn: ReadonlyMap<number, Codec> = new Map<number, Codec>([
  [16, boolean],
  [17, bytes],
  [20, bigInteger],
  [21, integer],
  [23, integer],
  [700, float],
  [701, float],
  [1114, localDateTime],
  [1184, instant],
])

/** First OID that is not built in: below it, a type without an entry is text for good. */
export const firstUserOid = 16_384

/** The one way from the server's text to a value, for snapshot and stream alike. Types that are not listed stay text. */
export const codecOf = (oid: number, types: TypeShapes, depth = 0): Codec => {
  const known = builtIn.get(oid)
  if (known !== undefined) return known
  const shape = types.get(oid)
  if (shape === undefined || depth > 16) return text
  switch (shape.kind) {
    case 'domain':
      return codecOf(shape.base, types, depth + 1)
    case 'array': {
      const element = codecOf(shape.element, types, depth + 1)
      return (value) => parseArray(value, shape.delimiter, element)
    }
    case 'text':
      return text
    default:
      return shape satisfies never
  }
}
