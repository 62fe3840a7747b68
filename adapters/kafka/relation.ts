import { encode } from '../../src/model/canonical.ts'
import type { RowKey, TableName } from '../../src/model/ids.ts'
import { rowKey } from '../../src/model/ids.ts'
import type { Row, Value } from '../../src/model/value.ts'
import type { SourceTable } from '../../src/ports/change-source.ts'
import { columnDecode } from './column-decode.ts'
import type { ColumnDecode } from './column-facts.ts'
import type { ConnectorSettings, Dialect } from './connector-settings.ts'
import type { DeclaredType } from './declared-type.ts'
import { declaredType } from './declared-type.ts'
import { wireOfDeclared } from './declared-wire.ts'
import type { Json, JsonObject } from './exact-json.ts'
import { isObject } from './exact-json.ts'
import { notSent } from './json-value.ts'
import type { IsPlaceholder } from './placeholder.ts'
import { undecodable, unsettled } from './undecodable.ts'
import type { Wire } from './wire.ts'
import { wiresOfStruct } from './wire.ts'

/** A captured table: what was declared of it, or asked of the database. */
export interface CapturedTable {
  readonly name: TableName
  /** As the transaction topic names it. */
  readonly collection: string
  readonly types: ReadonlyMap<string, DeclaredType>
  /** In key order; empty for a table without a key. */
  readonly keyColumns: readonly string[]
  /** Whether the whole old row is in the log. If not, what a connector writes in its stead is partly made up. */
  readonly wholeOldRows: boolean
}

export interface CapturedAs {
  readonly collection: string
  readonly dialect: Dialect
  readonly wholeOldRows: boolean
}

export const capturedTable = ({ name, columns }: SourceTable, { collection, dialect, wholeOldRows }: CapturedAs): CapturedTable => ({
  name,
  collection,
  types: new Map(columns.map((column) => [column.name, declaredType(column.type, dialect)])),
  keyColumns: columns
    .filter(({ keyOrder }) => keyOrder !== null)
    .sort((a, b) => (a.keyOrder ?? 0) - (b.keyOrder ?? 0))
    .map((column) => column.name),
  wholeOldRows,
})

/** A row as far as it was sent. */
export interface ReadRow {
  readonly row: Row
  readonly omitted: readonly string[]
}

/** How the rows of a table are read from JSON of one form. */
export interface Relation {
  readonly table: CapturedTable
  readonly read: (row: JsonObject, only?: ReadonlySet<string>) => ReadRow
}

export interface RelationOptions {
  readonly table: CapturedTable
  readonly dialect: Dialect
  readonly settings: ConnectorSettings
  readonly isPlaceholder: IsPlaceholder
  /** Of the row's struct; null: the records have none. */
  readonly schema: Json | null
}

const nothingOmitted: readonly string[] = []

export const relationOf = (options: RelationOptions): Relation => {
  const { table, dialect, isPlaceholder } = options
  const decodeOf = decodes(options)
  const placeholders = dialect === 'postgres'
  return {
    table,
    read: (json, only) => {
      const row: Record<string, Value> = {}
      let omitted = nothingOmitted
      for (const name in json) {
        if (only !== undefined && !only.has(name)) continue
        const raw = json[name] as Json
        if (raw === null && !nullIsAnything(table.types.get(name))) {
          row[name] = null
          continue
        }
        const decode = decodeOf(name)
        if (decode === null) throw unknownColumn(table, name, json)
        const value = raw === null || (placeholders && isPlaceholder(raw)) ? notSent : decode(raw)
        if (value === notSent) omitted = [...omitted, name]
        else row[name] = value
      }
      return { row, omitted }
    },
  }
}

const lostElements: ReadonlySet<string> = new Set([
  'name',
  'money',
  'interval',
  'varbit',
  'xml',
  'point',
  'line',
  'lseg',
  'box',
  'path',
  'polygon',
  'circle',
])

/** Of some types of PostgreSQL the connector sends null, whatever the value. */
const nullIsAnything = (type: DeclaredType | undefined): boolean =>
  type !== undefined && (type.list ? lostElements.has(type.base) : type.base === 'name')

/** Made once for each column; null: its type is not known. A failure names it. */
const decodes = (options: RelationOptions): ((name: string) => ColumnDecode | null) => {
  const { table, dialect, settings, schema } = options
  const wires: ReadonlyMap<string, Wire> | null = schema === null ? null : wiresOfStruct(schema)
  const made = new Map<string, ColumnDecode>()
  const make = (name: string): ColumnDecode | null => {
    const type = table.types.get(name) ?? null
    const wire = wires === null ? (type === null ? null : wireOfDeclared(type, dialect, settings)) : wires.get(name)
    if (wire === null || wire === undefined) return null
    const decode = columnDecode(dialect, { wire, type, settings })
    return (raw) => {
      try {
        return decode(raw)
      } catch (error) {
        throw inColumn(error, `${table.name}.${name}`)
      }
    }
  }
  return (name) => {
    const known = made.get(name)
    if (known !== undefined) return known
    // As a property it would change what every row inherits.
    if (name === '__proto__') throw undecodable('a column of the name __proto__')
    const decode = make(name)
    if (decode !== null) made.set(name, decode)
    return decode
  }
}

/** A table that has one more column than is known was altered; a row that lacks known ones besides is another thing's. */
const unknownColumn = ({ name: table, types }: CapturedTable, name: string, row: JsonObject): Error => {
  const what = `a column ${table}.${name} of which no type is known`
  if (![...types.keys()].every((column) => Object.hasOwn(row, column))) return undecodable(what)
  const hint =
    'add it to the option tables, or let that ask the database; or let the converter write schemas (value.converter.schemas.enable)'
  return unsettled(what, hint)
}

const inColumn = (error: unknown, column: string): unknown =>
  error instanceof Error ? undecodable(`${error.message.replace(/^the topic holds /, '')} in ${column}`) : error

/** Canonical text of a row's key columns; null for a table without a key, and where a part of the key was not sent. */
export const keyOf = ({ keyColumns }: CapturedTable, row: Row | null): RowKey | null => {
  if (row === null || keyColumns.length === 0) return null
  const values: Value[] = []
  for (const name of keyColumns) {
    const value = row[name]
    if (value === undefined) return null
    values.push(value)
  }
  return rowKey(encode(values))
}

/** The field of a struct's schema that is a struct itself, e.g. `after` of an envelope. */
export const fieldSchema = ({ fields }: JsonObject, field: string): Json => {
  const found = Array.isArray(fields) ? (fields as readonly Json[]).find((each) => isObject(each) && each['field'] === field) : undefined
  if (found === undefined) throw undecodable('a schema without the fields of its record')
  return found
}
