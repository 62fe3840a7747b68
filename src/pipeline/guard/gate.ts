import { filterFaults } from '../../filters/filter-faults.ts'
import { keptColumns, withoutColumns } from '../../filters/filter-columns.ts'
import type { Filters } from '../../filters/filters.ts'
import { filterRows } from '../../filters/filter-rows.ts'
import { maskChanges } from '../../masking/mask-change.ts'
import { maskedTable } from '../../masking/masked-table.ts'
import type { Masking } from '../../masking/masking.ts'
import type { ChangeEvent } from '../../model/change-event.ts'
import { BanyanError } from '../../model/errors.ts'
import type { TableName } from '../../model/ids.ts'
import type { ColumnShape, TableDescription } from '../../model/table-shape.ts'
import type { SourceTable } from '../../ports/change-source.ts'

/** Filters and masks over one set of tables. */
export interface Gate {
  /** The tables as they are seen from inside. */
  readonly tables: readonly SourceTable[]
  /** The columns that must be read of a table; null: all. */
  readonly columns: (table: TableName) => ReadonlySet<string> | null
  /** Rows may be left out, so that a transaction has fewer changes inside than outside. */
  readonly leavesOut: boolean
  /** What is told of tables, of the columns that are seen from inside alone. Nothing new said is the same object. */
  readonly describe: (described: readonly TableDescription[]) => readonly TableDescription[]
  /** Null: outside. */
  readonly admit: (change: ChangeEvent) => ChangeEvent | null
}

/** @throws BanyanError masking-invalid, filter-invalid when they do not fit the tables. */
export const createGate = (
  { masking, filters }: { readonly masking: Masking | null; readonly filters: Filters | null },
  tables: readonly SourceTable[],
): Gate => {
  const [fault] = filters === null ? [] : filterFaults(filters, tables)
  if (fault !== undefined) throw new BanyanError('filter-invalid', fault.what, { hint: fault.hint, where: fault.where })
  const derived = (table: TableName): readonly string[] => Object.keys(masking?.tables[table]?.derive ?? {})
  const rows = filterRows(filters ?? {}, tables)
  const mask = masking === null ? null : maskChanges(masking, tables)
  const kept = keptColumns(filters ?? {}, tables, derived)
  return {
    tables: tables.map((table) => keptTable(masking === null ? table : maskedTable(masking, table), kept(table.name))),
    columns: neededColumns({ masking, filters }, tables, kept),
    leavesOut: rows.tables.size > 0,
    describe: seenDescriptions(kept, masking),
    // Rows are judged by their clear values, and a column that is dropped may still say whether, or what may be derived from it.
    admit: (change) => {
      const inside = rows.change(change)
      if (inside === null) return null
      return withoutColumns(kept, mask === null ? inside : mask(inside))
    },
  }
}

const seenDescriptions = (kept: ReturnType<typeof keptColumns>, masking: Masking | null): Gate['describe'] => {
  const narrowed = new WeakMap<TableDescription, TableDescription>()
  const narrow = (description: TableDescription): TableDescription => {
    const { shape } = description
    if (shape === null) return description
    const [keeps, masks] = [kept(shape.table), masking?.tables[shape.table]?.columns]
    if (keeps === null && masks === undefined) return description
    const seen = shape.columns.filter(({ name }) => keeps === null || keeps.has(name))
    // What a mask makes of a value is text, whatever the value was.
    const columns = seen.map(
      (column): ColumnShape =>
        masks !== undefined && Object.hasOwn(masks, column.name) ? { ...column, type: `masked ${column.type}`, holds: 'text' } : column,
    )
    return { ...description, shape: { ...shape, columns } }
  }
  return (described) =>
    described.map((description) => {
      const own = narrowed.get(description) ?? narrow(description)
      narrowed.set(description, own)
      return own
    })
}

const keptTable = (table: SourceTable, kept: { readonly has: (column: string) => boolean } | null): SourceTable =>
  kept === null ? table : { ...table, columns: table.columns.filter((column) => kept.has(column.name)) }

const neededColumns = (
  { masking, filters }: { readonly masking: Masking | null; readonly filters: Filters | null },
  tables: readonly SourceTable[],
  kept: ReturnType<typeof keptColumns>,
): Gate['columns'] => {
  const needed = new Map<TableName, ReadonlySet<string>>()
  for (const { name, columns } of tables) {
    const keeps = kept(name)
    if (keeps === null) continue
    const policy = masking?.tables[name]
    const asked = new Set([
      ...Object.keys(filters?.[name]?.rows ?? {}),
      ...Object.keys(policy?.columns ?? {}),
      ...Object.values(policy?.derive ?? {}).map(({ from }) => from),
    ])
    needed.set(name, new Set(columns.map((column) => column.name).filter((column) => keeps.has(column) || asked.has(column))))
  }
  return (table) => needed.get(table) ?? null
}
