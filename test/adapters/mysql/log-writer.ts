import type { Row, Value } from '../../../src/model/value.ts'
import type { ColumnWriter } from './column-writer.ts'
import { collation } from './column-writers.ts'

/** A table of a written log: its columns by name; the first is the key. */
export type WrittenTable = readonly (readonly [name: string, column: ColumnWriter])[]

export type WrittenChange =
  | { readonly op: 'create'; readonly after: Row }
  | { readonly op: 'update'; readonly before: Row; readonly after: Row }
  | { readonly op: 'delete'; readonly before: Row }

const bytes = (value: number, size: number): Buffer => {
  const buffer = Buffer.alloc(size)
  buffer.writeUIntLE(value, 0, size)
  return buffer
}

/** An event without a checksum, as the head tells it; all end at one place, behind which nothing is known yet. */
const event = (type: number, body: Buffer): Buffer =>
  Buffer.concat([bytes(1_700_000_000, 4), bytes(type, 1), bytes(1, 4), bytes(19 + body.length, 4), bytes(1_000, 4), bytes(0, 2), body])

const query = (sql: string): Buffer =>
  event(2, Buffer.concat([Buffer.alloc(8), bytes(4, 1), bytes(0, 2), bytes(0, 2), Buffer.from(`shop\0${sql}`)]))

const text = (value: string): Buffer => Buffer.concat([bytes(Buffer.byteLength(value), 1), Buffer.from(value)])
const packed = (value: number): Buffer => (value < 251 ? bytes(value, 1) : Buffer.concat([bytes(252, 1), bytes(value, 2)]))
const packedText = (value: string): Buffer => Buffer.concat([packed(Buffer.byteLength(value)), Buffer.from(value)])

const signed: ReadonlySet<number> = new Set([1, 2, 9, 3, 8, 4, 5, 246, 13])
const isLabelled = ({ labels }: ColumnWriter): boolean => labels !== undefined
const isText = ({ type, labels }: ColumnWriter): boolean => labels === undefined && [15, 252, 254].includes(type)

const bitmap = (flags: readonly boolean[], fromHigh: boolean): Buffer => {
  const map = Buffer.alloc(Math.ceil(flags.length / 8))
  flags.forEach((flag, index) => {
    if (flag) map[index >> 3] = (map[index >> 3] ?? 0) | (fromHigh ? 0x80 >> (index & 7) : 1 << (index & 7))
  })
  return map
}

const field = (kind: number, value: Buffer): Buffer => Buffer.concat([bytes(kind, 1), packed(value.length), value])

const metadata = (columns: readonly ColumnWriter[], names: readonly string[]): Buffer => {
  const labelsOf = (wire: number): Buffer =>
    Buffer.concat(
      columns.flatMap(({ labels, meta }) =>
        labels === undefined || meta[0] !== wire ? [] : [packed(labels.length), ...labels.map(packedText)],
      ),
    )
  const some = (kind: number, value: Buffer): Buffer => (value.length === 0 ? value : field(kind, value))
  return Buffer.concat([
    some(
      1,
      bitmap(
        columns.filter(({ type }) => signed.has(type)).map(({ unsigned }) => unsigned === true),
        true,
      ),
    ),
    some(3, Buffer.concat(columns.filter(isText).map((column) => packed(column.collation ?? collation.binary)))),
    field(4, Buffer.concat(names.map(packedText))),
    some(5, labelsOf(248)),
    some(6, labelsOf(247)),
    field(8, packed(0)),
    some(11, Buffer.concat(columns.filter(isLabelled).map((column) => packed(column.collation ?? collation.utf8)))),
  ])
}

const tableId = 7

const tableMap = (table: WrittenTable): Buffer => {
  const columns = table.map(([, column]) => column)
  const meta = Buffer.from(columns.flatMap((column) => [...column.meta]))
  return event(
    19,
    Buffer.concat([
      bytes(tableId, 6),
      bytes(1, 2),
      text('shop'),
      bytes(0, 1),
      text('every'),
      bytes(0, 1),
      packed(columns.length),
      Buffer.from(columns.map(({ type }) => type)),
      packed(meta.length),
      meta,
      bitmap(
        columns.map(() => true),
        false,
      ),
      metadata(
        columns,
        table.map(([name]) => name),
      ),
    ]),
  )
}

/** A row as it lies in the log: which values are null, and the others one behind the other. */
export const image = (table: WrittenTable, row: Row): Buffer =>
  Buffer.concat([
    bitmap(
      table.map(([name]) => row[name] === null),
      false,
    ),
    ...table.flatMap(([name, column]): readonly Buffer[] => {
      const value: Value = row[name] ?? null
      return value === null ? [] : [column.write(value)]
    }),
  ])

const types = { create: 30, update: 31, delete: 32 } as const

/** The rows alone, of changes of one kind. */
export const rowsOf = (table: WrittenTable, changes: readonly WrittenChange[]): Buffer =>
  Buffer.concat(
    changes.flatMap((change) => [
      ...(change.op === 'create' ? [] : [image(table, change.before)]),
      ...(change.op === 'delete' ? [] : [image(table, change.after)]),
    ]),
  )

export const rowsEvent = (table: WrittenTable, op: WrittenChange['op'], rows: Buffer): Buffer => {
  const present = bitmap(
    table.map(() => true),
    false,
  )
  const head = Buffer.concat([
    bytes(tableId, 6),
    bytes(1, 2),
    bytes(2, 2),
    packed(table.length),
    present,
    ...(op === 'update' ? [present] : []),
  ])
  return event(types[op], Buffer.concat([head, rows]))
}

/** One transaction around these rows. */
export const transaction = (table: WrittenTable, rows: Buffer): readonly Buffer[] => [
  query('BEGIN'),
  tableMap(table),
  rows,
  event(16, Buffer.alloc(8)),
]
