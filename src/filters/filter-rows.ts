import type { ChangeEvent } from '../model/change-event.ts'
import { BanyanError } from '../model/errors.ts'
import type { TableName } from '../model/ids.ts'
import type { Row } from '../model/value.ts'
import type { SourceTable } from '../ports/change-source.ts'
import type { Filters } from './filters.ts'
import type { ColumnCondition } from './meets.ts'
import { isInside } from './meets.ts'

/**
 * A change as seen from inside the filter; null when it is all outside. An update that brings a row in is a create, one that
 * takes it out a delete. Where the log does not say what the row was before, an update stands for either, and so does a delete:
 * whoever knows the rows that are inside settles it.
 *
 * @throws BanyanError filter-invalid when the log does not carry a column that the filter hangs on.
 */
export type FilterRow = (change: ChangeEvent) => ChangeEvent | null

export interface RowFilter {
  /** Tables of which only some rows are captured. */
  readonly tables: ReadonlySet<TableName>
  readonly change: FilterRow
}

export const filterRows = (filters: Filters, tables: readonly SourceTable[]): RowFilter => {
  const byTable = new Map<TableName, readonly ColumnCondition[]>()
  for (const table of tables) {
    const rows = Object.hasOwn(filters, table.name) ? filters[table.name]?.rows : undefined
    if (rows !== undefined) byTable.set(table.name, conditionsOf(table, rows))
  }
  return {
    tables: new Set(byTable.keys()),
    change: (change) => {
      const conditions = byTable.get(change.table)
      return conditions === undefined ? change : seenFromInside(conditions, whole(change))
    },
  }
}

/** Of a changed key one half may be outside: from inside the other stands for itself. */
const whole = (change: ChangeEvent): ChangeEvent => {
  if (change.rekeys === undefined) return change
  const { rekeys: _, ...rest } = change
  return rest
}

const conditionsOf = (table: SourceTable, rows: NonNullable<Filters[string]['rows']>): readonly ColumnCondition[] =>
  Object.entries(rows).map(([column, condition]) => {
    const type = table.columns.find((each) => each.name === column)?.type ?? ''
    return { column, condition, padded: /^(character|char|bpchar|nchar)(\s*\(\d+\))?$/i.test(type) }
  })

const seenFromInside = (conditions: readonly ColumnCondition[], change: ChangeEvent): ChangeEvent | null => {
  switch (change.op) {
    case 'create':
    case 'read':
      return known(conditions, change) ? change : null
    case 'update':
      return seenUpdate(conditions, change)
    case 'delete':
      return was(conditions, change.before) === false ? null : change
    case 'truncate':
    case 'message':
      return change
    default:
      return change.op satisfies never
  }
}

const seenUpdate = (conditions: readonly ColumnCondition[], change: ChangeEvent): ChangeEvent | null => {
  const before = was(conditions, change.before)
  if (known(conditions, change)) return before === false ? { ...change, op: 'create', before: null, beforeKind: 'none' } : change
  return before === false ? null : { ...change, op: 'delete', after: null, omitted: [] }
}

const was = (conditions: readonly ColumnCondition[], before: Row | null): boolean | null =>
  before === null ? null : isInside(conditions, before)

const known = (conditions: readonly ColumnCondition[], { table, after }: ChangeEvent): boolean => {
  const inside = isInside(conditions, after ?? {})
  if (inside !== null) return inside
  const missing = conditions.map(({ column }) => column).filter((column) => after?.[column] === undefined)
  throw new BanyanError(
    'filter-invalid',
    `the log does not say ${missing.join(', ')} of a changed row of ${table}, on which its filter hangs`,
    {
      hint: 'PostgreSQL: REPLICA IDENTITY FULL, or STORAGE PLAIN for that column; MySQL: binlog_row_image = FULL; or filter by another column',
      where: `filters.${table}.rows`,
    },
  )
}
