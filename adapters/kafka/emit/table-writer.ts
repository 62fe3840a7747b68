import { decode } from '../../../src/model/canonical.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import type { TableName } from '../../../src/model/ids.ts'
import type { ValueKind } from '../../../src/model/table-shape.ts'
import type { Row, Value } from '../../../src/model/value.ts'
import type { ConnectorSettings, Dialect } from '../connector-settings.ts'
import { declaredType } from '../declared-type.ts'
import { wireOfDeclared } from '../declared-wire.ts'
import { partsOf, topicName } from '../table-topics.ts'
import type { Wire } from '../wire.ts'
import type { ColumnEncode } from './encode-facts.ts'
import { columnEncode } from './column-encode.ts'
import type { EmitSettings } from './emit-settings.ts'
import type { JsonBytes } from './json-bytes.ts'
import { placeholderJson } from './placeholder-json.ts'

/** A table as its rows are written. */
export interface EmittedTable {
  readonly name: TableName
  readonly columns: readonly EmittedColumn[]
  /** Key columns in key order. */
  readonly key: readonly string[]
}

export interface EmittedColumn {
  readonly name: string
  readonly type: string
  /** What its values are, where that is known: the name of a domain tells nothing. */
  readonly holds?: ValueKind
}

/** How one version of a table is written; made once, used for every row. */
export interface TableWriter {
  readonly table: EmittedTable
  readonly topic: string
  /** `schema.table`. */
  readonly collection: string
  readonly schemaName: string
  readonly tableName: string
  readonly wires: ReadonlyMap<string, Wire>
  /** The row's struct. Columns that it lacks: null, or of `omitted` what stands for a value that was not sent. */
  readonly row: (out: JsonBytes, row: Row, omitted: readonly string[]) => void
  /** The key's struct. False: the table has none. */
  readonly key: (out: JsonBytes, change: ChangeEvent) => boolean
}

interface Column {
  readonly name: string
  /** The name and what is around it, as JSON. */
  readonly label: Buffer
  readonly encode: ColumnEncode
  readonly placeholder: Buffer
}

export const tableWriter = (table: EmittedTable, dialect: Dialect, settings: EmitSettings): TableWriter => {
  const [schemaName, tableName] = partsOf(table.name, settings.schema)
  const columns = columnsOf(table.columns, dialect, settings.connector)
  const byName = new Map(table.columns.map((column) => [column.name, column]))
  const keys = columnsOf(
    table.key.flatMap((name) => byName.get(name) ?? []),
    dialect,
    settings.connector,
  )
  return {
    table,
    schemaName,
    tableName,
    collection: `${schemaName}.${tableName}`,
    topic: topicOfTable(table.name, settings),
    wires: new Map(table.columns.map((column) => [column.name, wireOf(column, dialect, settings.connector)])),
    row: (out, row, omitted) => writeRow(out, columns, row, dialect === 'postgres' ? omitted : nothing),
    key: (out, change) => {
      if (keys.length === 0 || change.key === null) return false
      writeRow(out, keys, keyRow(table, change), nothing)
      return true
    },
  }
}

/** Where the changes of a table go. */
export const topicOfTable = (table: TableName, { connector, schema }: EmitSettings): string =>
  topicName(`${connector.prefix}.${partsOf(table, schema).join('.')}`)

const nothing: readonly string[] = []

const heldWires: Readonly<Partial<Record<ValueKind, Wire>>> = {
  bigint: { kind: 'integer', bits: 64 },
  number: { kind: 'float', bits: 64 },
  boolean: { kind: 'boolean' },
  bytes: { kind: 'bytes' },
  list: { kind: 'list', element: { kind: 'text' } },
}

const wireOf = ({ type, holds }: EmittedColumn, dialect: Dialect, settings: ConnectorSettings): Wire => {
  const declared = declaredType(type, dialect)
  const wire = wireOfDeclared(declared, dialect, settings)
  return wire.kind === 'text' && holds !== undefined ? (heldWires[holds] ?? wire) : wire
}

const columnsOf = (columns: readonly EmittedColumn[], dialect: Dialect, settings: ConnectorSettings): readonly Column[] =>
  columns.map((column, place) => {
    const { name } = column
    const type = declaredType(column.type, dialect)
    return {
      name,
      label: Buffer.from(`${place === 0 ? '{' : ','}${JSON.stringify(name)}:`),
      encode: columnEncode({ dialect, wire: wireOf(column, dialect, settings), type, settings }),
      placeholder: Buffer.from(placeholderJson(type, settings)),
    }
  })

const writeRow = (out: JsonBytes, columns: readonly Column[], row: Row, omitted: readonly string[]): void => {
  for (let place = 0; place < columns.length; place += 1) {
    const column = columns[place]
    if (column === undefined) continue
    out.bytes(column.label)
    const value = row[column.name]
    if (value !== undefined && value !== null) column.encode(out, value)
    else if (value === undefined && omitted.includes(column.name)) out.bytes(column.placeholder)
    else out.ascii('null')
  }
  out.ascii(columns.length === 0 ? '{}' : '}')
}

/** A key column in TOAST is not in the row; it is in the key. */
const keyRow = ({ key }: EmittedTable, change: ChangeEvent): Row => {
  const row = change.after ?? change.before ?? {}
  if (key.every((name) => row[name] !== undefined)) return row
  const values = decode(change.key ?? '[]') as readonly Value[]
  return Object.fromEntries(key.map((name, place) => [name, values[place] ?? null]))
}
