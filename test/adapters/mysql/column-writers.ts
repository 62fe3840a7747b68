import fc from 'fast-check'
import type { Value } from '../../../src/model/value.ts'
import type { ColumnWriter } from './column-writer.ts'
import { big, little } from './column-writer.ts'
import { bigint, bit, decimal, double, float, integer } from './number-writers.ts'
import { date, datetime, time, timestamp, year } from './time-writers.ts'

/** Collations that the tests know, as the servers number them. */
export const collation = { latin1: 8, utf8: 45, utf16: 54, utf32: 60, binary: 63 } as const

const many = (count: number): readonly string[] => Array.from({ length: count }, (_, index) => `l${index}`)

const oneOf = (labels: readonly string[]): ColumnWriter => {
  const size = labels.length > 255 ? 2 : 1
  return {
    label: `enum of ${labels.length}`,
    type: 254,
    meta: [247, size],
    collation: collation.utf8,
    labels,
    values: fc.constantFrom('', ...labels),
    write: (value) => little(labels.indexOf(String(value)) + 1, size),
  }
}

const someOf = (labels: readonly string[]): ColumnWriter => {
  const size = labels.length > 32 ? 8 : Math.ceil(labels.length / 8)
  return {
    label: `set of ${labels.length}`,
    type: 254,
    meta: [248, size],
    collation: collation.utf8,
    labels,
    values: fc.subarray([...labels]).map((chosen) => chosen.join(',')),
    write: (value) => {
      const chosen = new Set(String(value).split(','))
      return little(
        labels.reduce((mask, label, index) => (chosen.has(label) ? mask | (1n << BigInt(index)) : mask), 0n),
        size,
      )
    },
  }
}

const prefixed = (bytes: Buffer, size: number): Buffer => Buffer.concat([little(bytes.length, size), bytes])
const words = fc.string({ unit: 'grapheme', maxLength: 6 })
const runs = fc.uint8Array({ maxLength: 12 }).map((bytes) => new Uint8Array(bytes))
const asBytes = (value: Value): Buffer => Buffer.from(value as Uint8Array)

const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16()
const utf32 = (text: string): Buffer => Buffer.concat([...text].map((point) => big(point.codePointAt(0) ?? 0, 4)))
const latin1Words = fc.uint8Array({ maxLength: 12 }).map((bytes) => Buffer.from(bytes).toString('latin1'))

interface TextKind {
  readonly label: string
  readonly collation: number
  readonly values: fc.Arbitrary<string>
  readonly bytes: (text: string) => Buffer
}

const textKinds: readonly TextKind[] = [
  { label: 'utf8', collation: collation.utf8, values: words, bytes: (text) => Buffer.from(text, 'utf8') },
  { label: 'latin1', collation: collation.latin1, values: latin1Words, bytes: (text) => Buffer.from(text, 'latin1') },
  { label: 'utf16', collation: collation.utf16, values: words, bytes: utf16 },
  { label: 'utf32', collation: collation.utf32, values: words, bytes: utf32 },
]

const varchar = (maxBytes: number, kind: TextKind): ColumnWriter => ({
  label: `varchar of ${maxBytes} bytes ${kind.label}`,
  type: 15,
  meta: [maxBytes & 0xff, maxBytes >> 8],
  collation: kind.collation,
  values: kind.values.filter((text) => kind.bytes(text).length <= maxBytes),
  write: (value) => prefixed(kind.bytes(String(value)), maxBytes > 255 ? 2 : 1),
})

const blob = (lengthBytes: number, kind: TextKind | null): ColumnWriter => ({
  label: `${kind === null ? 'blob' : `text ${kind.label}`} with ${lengthBytes} bytes of length`,
  type: 252,
  meta: [lengthBytes],
  collation: kind?.collation ?? collation.binary,
  values: kind?.values ?? runs,
  write: (value) => prefixed(kind === null ? asBytes(value) : kind.bytes(String(value)), lengthBytes),
})

const char: ColumnWriter = {
  label: 'char(60)',
  type: 254,
  meta: [254, 240],
  collation: collation.utf8,
  values: words.filter((text) => Buffer.from(text).length <= 240),
  write: (value) => prefixed(Buffer.from(String(value)), 1),
}

/** Nothing of the zeros at its end is on the wire. */
const binary: ColumnWriter = {
  label: 'binary(4)',
  type: 254,
  meta: [254, 4],
  collation: collation.binary,
  values: fc.uint8Array({ minLength: 4, maxLength: 4 }).map((bytes) => new Uint8Array(bytes)),
  write: (value) => {
    const bytes = asBytes(value)
    let end = bytes.length
    while (end > 0 && bytes[end - 1] === 0) end -= 1
    return prefixed(bytes.subarray(0, end), 1)
  },
  loose: true,
}

export const columnWriters: readonly ColumnWriter[] = [
  ...[false, true].flatMap((unsigned) => [
    integer('tinyint', 1, 1, unsigned),
    integer('smallint', 2, 2, unsigned),
    integer('mediumint', 9, 3, unsigned),
    integer('int', 3, 4, unsigned),
    bigint(unsigned),
  ]),
  float,
  double,
  decimal(65, 30),
  decimal(10, 0),
  decimal(5, 5),
  decimal(18, 9),
  decimal(12, 2),
  year,
  date,
  ...[0, 1, 2, 3, 4, 5, 6].flatMap((scale) => [time(scale), datetime(scale), timestamp(scale)]),
  bit(1),
  bit(12),
  bit(64),
  oneOf(['a', 'ü', "it's", 'x,y']),
  oneOf(many(300)),
  someOf(many(5)),
  someOf(many(64)),
  ...textKinds.flatMap((kind) => [varchar(255, kind), varchar(400, kind)]),
  ...[1, 2, 3, 4].flatMap((lengthBytes) => [blob(lengthBytes, null), blob(lengthBytes, textKinds[0] ?? null)]),
  char,
  binary,
]
