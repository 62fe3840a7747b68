import { encode } from '../src/model/canonical.ts'
import { BanyanError } from '../src/model/errors.ts'
import type { RowKey, TableName } from '../src/model/ids.ts'
import { rowKey } from '../src/model/ids.ts'
import type { Row, Value } from '../src/model/value.ts'
import type { SourceColumn, SourceTable } from '../src/ports/change-source.ts'

/** Makes row keys as the source makes them. */
export interface RowKeys {
  /** Values as the key columns hold them: `char(n)` padded, int8 as bigint. Null when a value is null or undefined: no row. */
  readonly ofValues: (table: TableName, values: readonly (Value | undefined)[]) => RowKey | null
  /** Null when a key column is absent. */
  readonly ofRow: (table: TableName, row: Row) => RowKey | null
}

type Coerce = (value: Value) => Value

const paddedTo = /^(?:char|character|bpchar) ?\((\d+)\)$/i

/** References are often of another type than the key they point to; a row must be found nevertheless. */
const coercion = (column: SourceColumn): Coerce => {
  const width = Number(paddedTo.exec(column.type)?.[1] ?? 0)
  if (width > 0) return (value) => (typeof value === 'string' ? value.padEnd(width) : value)
  if (/^(int8|bigint)$/i.test(column.type)) return (value) => (typeof value === 'number' && Number.isInteger(value) ? BigInt(value) : value)
  if (/^(int2|int4|smallint|integer)$/i.test(column.type)) return (value) => (typeof value === 'bigint' ? Number(value) : value)
  return (value) => value
}

export const createRowKeys = (tables: readonly SourceTable[]): RowKeys => {
  const keys = new Map(
    tables.map((table) => {
      const columns = table.columns.filter((column) => column.keyOrder !== null).sort((a, b) => (a.keyOrder ?? 0) - (b.keyOrder ?? 0))
      return [table.name, columns.map((column) => ({ name: column.name, coerce: coercion(column) }))] as const
    }),
  )
  return {
    ofValues: (table, values) => {
      const columns = keys.get(table) ?? []
      if (columns.length !== values.length || columns.length === 0)
        throw wrongKey(
          table,
          columns.map((column) => column.name),
          values.length,
        )
      const key: Value[] = []
      for (const [at, column] of columns.entries()) {
        const value = values[at]
        if (value === null || value === undefined) return null
        key.push(column.coerce(value))
      }
      return rowKey(encode(key))
    },
    ofRow: (table, row) => {
      const columns = keys.get(table) ?? []
      const values = columns.flatMap((column) => row[column.name] ?? [])
      return columns.length === 0 || values.length !== columns.length ? null : rowKey(encode(values))
    },
  }
}

const wrongKey = (table: TableName, columns: readonly string[], given: number): BanyanError =>
  columns.length === 0
    ? new BanyanError('rule-invalid', `table '${table}' has no key, so that no row of it can be looked up`, {
        hint: 'read it from tx instead',
        where: table,
      })
    : new BanyanError('rule-invalid', `asOf('${table}', …) was given ${given} values for a key of ${columns.length}`, {
        hint: `the key is (${columns.join(', ')})`,
        where: table,
      })
