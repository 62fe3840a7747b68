import type { ChangeEvent, ChangeOp, LegacyTransaction, TransactionHeader } from '../../../src/model/change-event.ts'
import type { TableName } from '../../../src/model/ids.ts'
import type { TableShape } from '../../../src/model/table-shape.ts'
import type { ProducerRecord } from '../produce/transactional-producer.ts'
import { emptySchemas, tableSchemas } from './connect-schema.ts'
import type { EmitSettings } from './emit-settings.ts'
import type { JsonBytes } from './json-bytes.ts'
import { jsonBytes } from './json-bytes.ts'
import type { LogPlace } from './log-place.ts'
import { dialectOfPlace, logPlace } from './log-place.ts'
import type { SnapshotMark, SourceBlock } from './source-block.ts'
import { sourceBlock } from './source-block.ts'
import type { EmittedTable, TableWriter } from './table-writer.ts'
import { tableWriter } from './table-writer.ts'
import type { TransactionCount } from './transaction-count.ts'
import { boundaryRecord, transactionCount } from './transaction-count.ts'

/** Puts one record where it is to go. The bytes in it are used again for the next. */
export type Put = (record: ProducerRecord) => void

/**
 * Writes transactions as the connector would: for every change its envelope, after a delete a tombstone, and on request what
 * begins and ends a transaction. Pure: the same transactions always give the same records.
 */
export interface EnvelopeWriter {
  /** `before`: the position of the commit before it, where one is known. */
  readonly begin: (transaction: Pick<LegacyTransaction, 'header' | 'described'>, before: LogPlace | null, put: Put) => void
  readonly change: (change: ChangeEvent, mark: SnapshotMark, put: Put) => void
  readonly end: (put: Put) => void
  /** Of a table that no transaction has described yet. */
  readonly know: (table: EmittedTable) => void
}

/** The header that names the key which a row had or will have, as the connector writes it. */
type OtherKey = Readonly<Record<string, string>>

interface KnownTable {
  readonly table: EmittedTable
  /** Made with the first row: only then it is known what database it is of. */
  writer: Written | null
}

/** A table's writer, and what stands around its payloads. */
interface Written {
  readonly rows: TableWriter
  readonly beforeKey: Buffer
  readonly beforeValue: Buffer
}

interface Marked {
  readonly change: ChangeEvent
  readonly mark: SnapshotMark
}

interface Open {
  readonly header: TransactionHeader
  readonly place: LogPlace
  readonly source: SourceBlock
  readonly tails: Map<string, Buffer>
  readonly count: TransactionCount | null
}

export const envelopeWriter = (settings: EmitSettings): EnvelopeWriter => {
  const out = jsonBytes()
  const tables = new Map<TableName, KnownTable>()
  let open: Open | null = null
  /** The delete of a key that changed: its record tells the new one. */
  let held: Marked | null = null
  const know = (table: EmittedTable): void => {
    if (tables.get(table.name)?.table !== table) tables.set(table.name, { table, writer: null })
  }
  const written = (name: TableName, place: LogPlace): Written => {
    const known = tables.get(name)
    if (known === undefined) throw new TypeError(`no columns are known of ${name}`)
    known.writer ??= writtenTable(known.table, place, settings)
    return known.writer
  }
  const write = ({ change, mark }: Marked, otherKey: OtherKey | null, put: Put): void => {
    const letter = letters[change.op]
    if (open === null || letter === null || settings.skipped.has(letter)) return
    const table = written(change.table, open.place)
    const { rows } = table
    out.reset()
    out.bytes(table.beforeKey)
    const hasKey = change.op !== 'truncate' && rows.key(out, change)
    if (settings.schemas.key) out.ascii('}')
    const keyEnd = out.at()
    out.bytes(table.beforeValue)
    writeEnvelope(out, { ...open, rows, change, letter, mark })
    if (settings.schemas.value) out.ascii('}')
    const key = hasKey ? out.slice(0, keyEnd) : null
    const { topic } = rows
    const headers = otherKey === null ? {} : { headers: otherKey }
    put({ topic, key, value: out.slice(keyEnd, out.at()), ...headers })
    if (change.op === 'delete' && key !== null && settings.tombstones) put({ topic, key, value: null, ...headers })
  }
  const keyText = (change: ChangeEvent, { place }: Open): string => {
    out.reset()
    written(change.table, place).rows.key(out, change)
    return Buffer.from(out.slice(0, out.at())).toString()
  }
  /** Writes what was held. Gives what a record that follows it tells of it. */
  const release = (next: ChangeEvent | null, put: Put): OtherKey | null => {
    if (held === null || open === null) return null
    const { change } = held
    const isWhole = next !== null && next.rekeys === true && next.op === 'create' && next.table === change.table
    const told = isWhole ? { '__debezium.oldkey': keyText(change, open) } : null
    write(held, isWhole ? { '__debezium.newkey': keyText(next, open) } : null, put)
    held = null
    return told
  }
  return {
    know,
    begin: ({ header, described }, before, put) => {
      for (const { shape } of described ?? []) if (shape !== null) know(emittedOf(shape))
      const place = logPlace(header.position)
      const count = settings.transactions && !header.snapshot ? transactionCount(header, place) : null
      open = { header, place, source: sourceBlock({ settings, place, before, header }), tails: new Map(), count }
      if (count !== null) put(boundaryRecord(settings, 'BEGIN', count))
    },
    change: (change, mark, put) => {
      const told = held === null ? null : release(change, put)
      if (change.rekeys === true && change.op === 'delete') held = { change, mark }
      else write({ change, mark }, told, put)
    },
    end: (put) => {
      release(null, put)
      if (open !== null && open.count !== null) put(boundaryRecord(settings, 'END', open.count))
      open = null
    },
  }
}

const emitted = new WeakMap<TableShape, EmittedTable>()

/** The same for the same shape. */
const emittedOf = (shape: TableShape): EmittedTable => {
  const known = emitted.get(shape)
  if (known !== undefined) return known
  const { table: name, columns, key } = shape
  const table = { name, columns, key }
  emitted.set(shape, table)
  return table
}

const writtenTable = (table: EmittedTable, place: LogPlace, settings: EmitSettings): Written => {
  const rows = tableWriter(table, dialectOfPlace(place), settings)
  const { key, value } = settings.schemas.key || settings.schemas.value ? tableSchemas(rows, place.connector, settings) : emptySchemas
  const before = (schema: string, isOn: boolean): Buffer => Buffer.from(isOn ? `{"schema":${schema},"payload":` : '')
  return { rows, beforeKey: before(key, settings.schemas.key), beforeValue: before(value, settings.schemas.value) }
}

const letters: Readonly<Record<ChangeOp, string | null>> = {
  create: 'c',
  read: 'r',
  update: 'u',
  delete: 'd',
  truncate: 't',
  message: null,
}

interface Envelope extends Open {
  readonly rows: TableWriter
  readonly change: ChangeEvent
  readonly letter: string
  readonly mark: SnapshotMark
}

const nothing: readonly string[] = []

const writeEnvelope = (out: JsonBytes, { header, source, tails, count, rows, change, letter, mark }: Envelope): void => {
  const { op, before, after, beforeKind, omitted, ordinal } = change
  out.ascii('{"before":')
  // Only what the log itself said, and of a deleted row its key.
  if (before !== null && (beforeKind === 'full' || (op === 'delete' && beforeKind === 'key'))) rows.row(out, before, nothing)
  else out.ascii('null')
  out.ascii(',"after":')
  if (after === null) out.ascii('null')
  else rows.row(out, after, omitted)
  out.ascii(',"source":')
  source(out, rows, mark, ordinal)
  if (count === null) out.ascii(',"transaction":null')
  else count.write(out, rows.collection)
  let tail = tails.get(letter)
  if (tail === undefined) {
    tail = tailOf(letter, header)
    tails.set(letter, tail)
  }
  out.bytes(tail)
}

/** When it was captured: so that what is written again after a failure is the same. */
const tailOf = (letter: string, { capturedAt }: TransactionHeader): Buffer => {
  const micros = Math.round(capturedAt * 1000)
  return Buffer.from(`,"op":"${letter}","ts_ms":${Math.floor(micros / 1000)},"ts_us":${micros},"ts_ns":${micros}000}`)
}
