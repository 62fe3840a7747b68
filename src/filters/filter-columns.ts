import type { ChangeEvent } from '../model/change-event.ts'
import type { TableName } from '../model/ids.ts'
import type { Row, Value } from '../model/value.ts'
import type { SourceTable } from '../ports/change-source.ts'
import type { Filters } from './filters.ts'

/** Which columns of a table are kept; null: all, also those that come later. */
export type KeptColumns = (table: TableName) => { readonly has: (column: string) => boolean } | null

/** `extra`: columns that are kept besides, by table. */
export const keptColumns = (
  filters: Filters,
  tables: readonly SourceTable[],
  extra: (table: TableName) => readonly string[],
): KeptColumns => {
  const kept = new Map<TableName, { readonly has: (column: string) => boolean }>()
  for (const { name, columns } of tables) {
    const filter = Object.hasOwn(filters, name) ? filters[name] : undefined
    if (filter?.columns !== undefined) {
      const keys = columns.filter((column) => column.keyOrder !== null).map((column) => column.name)
      kept.set(name, new Set([...keys, ...filter.columns, ...extra(name)]))
    } else if (filter?.except !== undefined) {
      const left = new Set(filter.except)
      kept.set(name, { has: (column) => !left.has(column) })
    }
  }
  return (table) => kept.get(table) ?? null
}

/** The change without the columns that are not kept. */
export const withoutColumns = (kept: KeptColumns, change: ChangeEvent): ChangeEvent => {
  const keeps = kept(change.table)
  if (keeps === null) return change
  return {
    ...change,
    before: change.before === null ? null : keptRow(keeps, change.before),
    after: change.after === null ? null : keptRow(keeps, change.after),
    omitted: change.omitted.filter((column) => keeps.has(column)),
  }
}

const keptRow = (keeps: { readonly has: (column: string) => boolean }, row: Row): Row => {
  const kept: Record<string, Value> = {}
  for (const name in row) if (keeps.has(name)) kept[name] = row[name] ?? null
  return kept
}
