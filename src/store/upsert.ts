import type { Session } from './database.ts'
import { copyRows } from './copy-rows.ts'
import type { Cell } from './copy-text.ts'
import { copyLine } from './copy-text.ts'

export interface Upsert {
  /** Without its schema. */
  readonly table: string
  readonly columns: readonly string[]
  readonly rows: readonly (readonly Cell[])[]
  /** What follows `ON CONFLICT`. */
  readonly onConflict: string
}

/** Writes rows in bulk where some may exist: COPY to a temporary twin, then one INSERT. Gives the number of rows written. At most once for a table in a transaction. */
export const upsert = async (session: Session, { table, columns, rows, onConflict }: Upsert): Promise<number> => {
  if (rows.length === 0) return 0
  const names = columns.join(', ')
  const twin = `pg_temp.new_${table}`
  return copyRows(session.client, `${twin} (${names})`, inKeyOrder(rows).map(copyLine), {
    // A notice each time but the first; the connection drops them.
    before: `CREATE TEMP TABLE IF NOT EXISTS new_${table} (LIKE banyan.${table} INCLUDING DEFAULTS) ON COMMIT DELETE ROWS`,
    after: `INSERT INTO banyan.${table} AS stored (${names}) SELECT ${names} FROM ${twin} ON CONFLICT ${onConflict}`,
  })
}

/** Every writer takes its rows in the order of their keys, so that no two wait for each other. */
const inKeyOrder = (rows: readonly (readonly Cell[])[]): readonly (readonly Cell[])[] =>
  rows
    .map((row) => ({ row, key: `${String(row[0])} ${String(row[1])}` }))
    .sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
    .map(({ row }) => row)

/** The last row of each id: a statement may not write one row twice. */
export const lastById = <T>(items: readonly T[], id: (item: T) => string): readonly T[] => [
  ...new Map(items.map((item) => [id(item), item])).values(),
]
