import type { CatalogueTable } from './catalogue.ts'

/** How far a table was read, in the order of its key. */
export interface TableProgress {
  /** Columns of the key by which it was read; empty: it has none that rows could be found by. */
  readonly key: readonly string[]
  /** The last key read, as the server's text; null: the table was read to its end. */
  readonly last: readonly string[] | null
}

/** How far a snapshot has come. */
export interface SnapshotProgress {
  /** Ordinal of the next change. */
  readonly ordinal: number
  /** By name; a table that was not begun is not there. */
  readonly tables: Readonly<Record<string, TableProgress>>
}

export const noProgress: SnapshotProgress = { ordinal: 0, tables: {} }

/** The columns by which a table can be read in pieces, and its rows found again; empty: there are none. */
export const orderedBy = ({ keyColumns, published, columns }: CatalogueTable): readonly string[] => {
  const usable = keyColumns.every((name) => {
    const type = columns.find((column) => column.name === name)?.type ?? ''
    return (published ?? []).includes(name) && !type.endsWith(']')
  })
  return usable ? keyColumns : []
}

/** Whether what was read under an earlier view can be put right from the log, table by table. */
export const canGoOn = (progress: SnapshotProgress, tables: readonly CatalogueTable[]): boolean =>
  Object.entries(progress.tables).every(([name, { key }]) => {
    const table = tables.find((each) => each.ref.name === name)
    return table !== undefined && key.length > 0 && key.join('\0') === orderedBy(table).join('\0')
  })

export const progressText = (progress: SnapshotProgress): string => JSON.stringify(progress)

/** Null for a text that is none. */
export const parseProgress = (text: string): SnapshotProgress | null => {
  try {
    return JSON.parse(text) as SnapshotProgress
  } catch {
    return null
  }
}
