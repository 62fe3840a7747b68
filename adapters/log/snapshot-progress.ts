/** How far a table was read, in the order of its key. */
export interface TableProgress {
  /** Columns of the key by which it was read; empty: it has none that rows could be found by. */
  readonly key: readonly string[]
  /** The last key read, as text that the adapter can ask by; null: the table was read to its end. */
  readonly last: readonly string[] | null
  /** What the server tells one table from another of the same name by, where its log does not say that one took the other's place. */
  readonly made?: string
}

/** How far a snapshot has come. */
export interface SnapshotProgress {
  /** Ordinal of the next change. */
  readonly ordinal: number
  /** By name; a table that was not begun is not there. */
  readonly tables: Readonly<Record<string, TableProgress>>
}

export const noProgress: SnapshotProgress = { ordinal: 0, tables: {} }

/** A table as it is now. */
export type KeyedTable = Pick<TableProgress, 'key' | 'made'> & { readonly name: string }

/** Whether what was read under an earlier view can be put right from the log, table by table. */
export const canGoOn = (progress: SnapshotProgress, tables: readonly KeyedTable[]): boolean =>
  Object.entries(progress.tables).every(([name, { key, made }]) => {
    const table = tables.find((each) => each.name === name)
    return table !== undefined && key.length > 0 && key.join('\0') === table.key.join('\0') && made === table.made
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
