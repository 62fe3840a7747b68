import type { SourceItem } from '../../src/model/change-event.ts'
import type { Position, RowKey, TableName } from '../../src/model/ids.ts'

/** Where the stream touched rows last: what a view says of them is older than what has come. */
export interface TouchedRows {
  readonly note: (item: SourceItem, tables: { readonly has: (table: TableName) => boolean }) => void
  /** A view is of this position: it knows what came up to there. */
  readonly forgetUpTo: (position: Position) => void
  readonly has: (table: TableName, key: RowKey | null) => boolean
  readonly isTruncated: (table: TableName) => boolean
  readonly size: () => number
  readonly clear: () => void
}

/** Stands for the whole table. */
const everyRow = ''

export const touchedRows = (): TouchedRows => {
  const places = new Map<string, Position>()
  const address = (table: TableName, key: string): string => `${table} ${key}`
  return {
    note: (item, tables) => {
      if (item.kind === 'progress') return
      for (const { op, table, key } of item.changes()) {
        if (!tables.has(table)) continue
        if (op === 'truncate') places.set(address(table, everyRow), item.header.position)
        else if (key !== null) places.set(address(table, key), item.header.position)
      }
    },
    forgetUpTo: (position) => {
      for (const [row, place] of places) if (place <= position) places.delete(row)
    },
    has: (table, key) => key !== null && places.has(address(table, key)),
    isTruncated: (table) => places.has(address(table, everyRow)),
    size: () => places.size,
    clear: () => places.clear(),
  }
}
