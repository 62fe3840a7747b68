import type { ChangeEvent } from '../../model/change-event.ts'
import type { Position, RowKey, TableName } from '../../model/ids.ts'
import type { Row } from '../../model/value.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import type { RowMemory } from '../capture/row-memory.ts'

export interface KnownRows extends RowMemory {
  readonly note: (changes: Iterable<ChangeEvent>) => void
}

/**
 * The present rows of the tables that rules look into, as far as the log has been read. Which tables these are shows when a rule first asks for
 * one: its rows so far are then read from the recording once more. Memory: the present rows of those tables.
 */
export const createKnownRows = (input: { readonly transactions: ChangeSource; readonly signal: AbortSignal }): KnownRows => {
  const tables = new Map<TableName, Map<RowKey, Row>>()
  let readUpTo: Position | null = null

  const catchUp = async (wanted: ReadonlySet<TableName>, upTo: Position): Promise<void> => {
    for (const table of wanted) tables.set(table, new Map())
    for await (const item of input.transactions.read({ from: null, signal: input.signal, until: 'current' })) {
      if (item.kind !== 'transaction') continue
      if (item.header.position > upTo) return
      for (const change of item.changes()) if (wanted.has(change.table)) put(tables, change)
    }
  }
  const note = (changes: Iterable<ChangeEvent>): void => {
    for (const change of changes) {
      readUpTo = change.transaction.position
      if (tables.size === 0) return
      put(tables, change)
    }
  }
  return {
    rowOf: (table, key) => {
      const rows = tables.get(table)
      return rows === undefined ? undefined : (rows.get(key) ?? null)
    },
    fetch: async (keys) => {
      const wanted = new Set(keys.map(({ table }) => table).filter((table) => !tables.has(table)))
      if (wanted.size === 0) return
      if (readUpTo === null) for (const table of wanted) tables.set(table, new Map())
      else await catchUp(wanted, readUpTo)
    },
    note,
    notePart: (_, changes) => note([...changes]),
    release: () => undefined,
    seal: () => () => undefined,
  }
}

const put = (tables: ReadonlyMap<TableName, Map<RowKey, Row>>, change: ChangeEvent): void => {
  const rows = tables.get(change.table)
  if (rows === undefined) return
  if (change.op === 'truncate') rows.clear()
  else if (change.key === null || change.op === 'message') return
  else if (change.op === 'delete') rows.delete(change.key)
  else if (change.after !== null) rows.set(change.key, completed(change, rows.get(change.key)))
}

/** Columns that the source left out are as they were. */
const completed = (change: ChangeEvent, last: Row | undefined): Row => {
  const after = change.after ?? {}
  return change.omitted.length === 0 || last === undefined ? after : { ...last, ...after }
}
