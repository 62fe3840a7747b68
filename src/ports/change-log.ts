import type { ChangeEvent } from '../model/change-event.ts'
import type { Position, RowKey, SourceName, TableName } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { Row } from '../model/value.ts'
import type { CaptureCursor } from './capture-store.ts'

export interface ChangeQuery {
  readonly source: SourceName
  /** Exclusive; null from the beginning. */
  readonly after: Position | null
  /** Inclusive; at most the capture cursor's position. */
  readonly upTo: Position
  /** All tables when left out. */
  readonly tables?: readonly TableName[]
  /** About how many changes; the last transaction is always whole. */
  readonly limit: number
}

export interface ChangePage {
  readonly source: SourceName
  /** Exclusive; null from the beginning. */
  readonly after: LogPoint | null
  /** Inclusive; at most the capture cursor's position. */
  readonly upTo: Position
  readonly limit: number
}

export interface RowAt {
  readonly table: TableName
  readonly key: RowKey
  readonly before: LogPoint
}

/** The captured row changes in log order; equally, every version that any row ever had. */
export interface ChangeLog {
  readonly captureCursor: (source: SourceName) => Promise<CaptureCursor | null>
  /** Resolves when capture has moved beyond `after`, or ended, or the signal is aborted. */
  readonly captured: (source: SourceName, after: Position | null, signal: AbortSignal) => Promise<CaptureCursor | null>
  /** Ordered by (position, ordinal), whole transactions. Empty: nothing left up to `upTo`. */
  readonly readChanges: (query: ChangeQuery) => Promise<readonly ChangeEvent[]>
  /** So many changes behind a point, ordered; a transaction may go on in the next page. Fewer: nothing is left up to `upTo`. */
  readonly changePage: (page: ChangePage) => Promise<readonly ChangeEvent[]>
  /** The newest change of every key of a table at or before a position (deleted keys left out), in bounded memory. */
  readonly stateAt: (source: SourceName, table: TableName, upTo: Position) => AsyncIterable<readonly ChangeEvent[]>
  /** Each asked row as of just before a point; rows that did not exist then are left out. Map key: index in `asked`. */
  readonly rowsAt: (source: SourceName, asked: readonly RowAt[]) => Promise<ReadonlyMap<number, Row>>
  /** The changes at exactly these points; unknown ones are left out. */
  readonly changesAt: (source: SourceName, points: readonly LogPoint[]) => Promise<readonly ChangeEvent[]>
  /** Every change of one key at or before a position, newest first. */
  readonly history: (source: SourceName, table: TableName, key: RowKey, upTo: Position, limit: number) => Promise<readonly ChangeEvent[]>
}
