import type { SourceTable } from '../../src/ports/change-source.ts'
import type { ConnectorSettings, Dialect } from './connector-settings.ts'
import type { Json, JsonObject } from './exact-json.ts'
import { isObject } from './exact-json.ts'
import { placeholderTest } from './placeholder.ts'
import type { CapturedTable, Relation } from './relation.ts'
import { capturedTable, fieldSchema, relationOf } from './relation.ts'

export interface TableSources {
  readonly settings: ConnectorSettings
  readonly tables: readonly SourceTable[]
  /** Schema, or database, of tables that are named without one. */
  readonly schema: string
  /** Tables of PostgreSQL with REPLICA IDENTITY FULL; those of MySQL have whole old rows anyway. */
  readonly wholeOldRows: ReadonlySet<string>
}

export interface Relations {
  /** Null: the table is not captured. */
  readonly tableOf: (dialect: Dialect, schema: string, table: string) => CapturedTable | null
  /** Rows of a table in records of one schema; `field`: where in it the row's own is. */
  readonly of: (dialect: Dialect, table: CapturedTable, schema: JsonObject | null, field: string | null) => Relation
}

/** Everything that rows are read with, made once for each table and schema. */
export const relations = ({ settings, tables, schema: defaultSchema, wholeOldRows }: TableSources): Relations => {
  const isPlaceholder = placeholderTest(settings.placeholder)
  const captured = new Map<string, CapturedTable | null>()
  const bare = new Map<CapturedTable, Relation>()
  const bySchema = new WeakMap<JsonObject, Map<string, Relation>>()
  const make = (dialect: Dialect, table: CapturedTable, schema: Json | null): Relation =>
    relationOf({ table, dialect, settings, isPlaceholder, schema })
  return {
    tableOf: (dialect, schema, table) => {
      const id = `${dialect} ${schema}.${table}`
      const known = captured.get(id)
      if (known !== undefined) return known
      const name = schema === defaultSchema || schema === '' ? table : `${schema}.${table}`
      const source = tables.find((each) => each.name === name || each.name === `${schema}.${table}`)
      const as = { collection: `${schema}.${table}`, dialect }
      const made =
        source === undefined ? null : capturedTable(source, { ...as, wholeOldRows: dialect === 'mysql' || wholeOldRows.has(source.name) })
      captured.set(id, made)
      return made
    },
    of: (dialect, table, schema, field) => {
      if (schema === null) return kept(bare, table, () => make(dialect, table, null))
      const known = bySchema.get(schema) ?? new Map<string, Relation>()
      bySchema.set(schema, known)
      return kept(known, `${table.name} ${field}`, () => make(dialect, table, field === null ? schema : fieldSchema(schema, field)))
    },
  }
}

const kept = <Key, Kept>(map: Map<Key, Kept>, key: Key, make: () => Kept): Kept => {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** The object in a field; null: there is none. */
export const objectIn = (json: JsonObject, field: string): JsonObject | null => {
  const value = json[field]
  return isObject(value) ? value : null
}
