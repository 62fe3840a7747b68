/** What one statement of the workload does to one row. */
export interface Write {
  readonly table: string
  readonly key: string
  readonly op: 'create' | 'update' | 'delete'
  /** Counts the writes of a key: the workload gives the numbers, not the database. */
  readonly version: number
  /** Columns that it sets, as text; an update leaves all others as they are. */
  readonly set: Readonly<Record<string, string | null>>
  /** The row had this key before: one statement deletes it there and creates it here, with what it does not set. */
  readonly from?: string
}

/** A transaction as the workload wrote it down, in that transaction itself. Its first write is its mark. */
export interface Committed {
  readonly id: string
  readonly worker: number
  /** Order of commit within the worker. */
  readonly turn: number
  /** Order of commit among all transactions that have one: they hold one lock until they have committed. */
  readonly ticket: number | null
  readonly writes: readonly Write[]
}

export type TextRow = Readonly<Record<string, string | null>>

/** A row change in Banyan's store. */
export interface StoredChange {
  readonly position: string
  readonly ordinal: number
  readonly op: string
  readonly table: string
  readonly key: string
  /** The new row; null for a deleted one. */
  readonly row: TextRow | null
}

export interface StoredTransaction {
  readonly position: string
  readonly count: number
  readonly snapshot: boolean
}

export interface StoredEvent {
  readonly id: string
  readonly position: string
  readonly key: string
}

/** All that is known of one run of a workload. */
export interface History {
  /** Ids of transactions whose commit the server has confirmed to the client. */
  readonly confirmed: readonly string[]
  /** The workload's own table of its transactions, as it is at the end. */
  readonly committed: readonly Committed[]
  /** The captured tables as they are at the end, by {@link rowAddress}. */
  readonly final: ReadonlyMap<string, TextRow>
  /** The store, each list in its order by position (and ordinal). */
  readonly transactions: readonly StoredTransaction[]
  readonly changes: readonly StoredChange[]
  readonly events: readonly StoredEvent[]
}

/** Each transaction creates one row of this table, whose key is the transaction's id. */
export const markTable = 'mark'

export const rowAddress = (table: string, key: string): string => `${table} ${key}`
