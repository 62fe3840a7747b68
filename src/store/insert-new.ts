import type { AroundCopy } from './copy-rows.ts'
import { copyRows } from './copy-rows.ts'
import type { Cell } from './copy-text.ts'
import { copyLine } from './copy-text.ts'
import type { Session } from './database.ts'

export interface NewRows<Item> {
  /** Without its schema; its key is the column `id`. */
  readonly table: string
  readonly columns: readonly string[]
  readonly items: readonly Item[]
  readonly id: (item: Item) => string
  readonly cells: (item: Item) => readonly Cell[]
}

/**
 * Writes rows by COPY; those whose id is stored already stay as they are. Gives the number of rows written. Ids are met
 * twice only after a replay, so it is tried without looking first. Inside a transaction that no other writer of the table can overlap.
 */
export const insertNew = async <Item>(session: Session, rows: NewRows<Item>): Promise<number> => {
  if (rows.items.length === 0) return 0
  try {
    await copy(session, rows, rows.items, { before: 'SAVEPOINT before_new' })
    return rows.items.length
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== '23505') throw error
  }
  await session.client.query('ROLLBACK TO SAVEPOINT before_new')
  const asked = new Map(rows.items.map((item) => [rows.id(item), item]))
  const stored = await session.rows(`SELECT id FROM banyan.${rows.table} WHERE id = ANY ($1)`, [[...asked.keys()]])
  for (const [id] of stored) asked.delete(String(id))
  await copy(session, rows, [...asked.values()])
  return asked.size
}

const copy = <Item>(
  session: Session,
  { table, columns, cells }: NewRows<Item>,
  items: readonly Item[],
  around?: AroundCopy,
): Promise<number> => copyRows(session.client, `banyan.${table} (${columns.join(', ')})`, lines(items, cells), around)

function* lines<Item>(items: readonly Item[], cells: (item: Item) => readonly Cell[]): Generator<string, undefined> {
  for (const item of items) yield copyLine(cells(item))
}
