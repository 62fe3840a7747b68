import type { EpochMs, Position, ResumeToken, RowKey, SourceName, TableName } from './ids.ts'
import type { TableDescription } from './table-shape.ts'
import type { Row } from './value.ts'

export type ChangeOp = 'create' | 'read' | 'update' | 'delete' | 'truncate' | 'message'

/** What is known of a whole commit before its changes are looked at. */
export interface TransactionHeader {
  readonly source: SourceName
  /** The commit's place in the log; unique per commit. */
  readonly position: Position
  /** The database's own id of the transaction, for people. */
  readonly id: string
  /** When the transaction began, where the source knows it. */
  readonly beganAt: EpochMs | null
  readonly committedAt: EpochMs
  readonly capturedAt: EpochMs
  /** Number of changes that `changes()` yields. */
  readonly count: number
  /** True for rows of the initial snapshot: state, not facts. */
  readonly snapshot: boolean
}

/** One row change (Debezium's envelope, normalised). Its identity is (transaction position, ordinal). */
export interface ChangeEvent {
  readonly transaction: TransactionHeader
  /** 0-based order inside the transaction. */
  readonly ordinal: number
  readonly op: ChangeOp
  readonly table: TableName
  /** Null for truncate, message, and for tables without a key. */
  readonly key: RowKey | null
  /** Old row; null where the source does not send it. See `beforeKind`. */
  readonly before: Row | null
  readonly after: Row | null
  /** `full`: whole old row; `key`: key columns only; `filled`: from Banyan's last version of the row; `none`. */
  readonly beforeKind: 'full' | 'key' | 'filled' | 'none'
  /** Columns of `after` whose value the source did not send (unchanged TOAST). They are absent from `after`. */
  readonly omitted: readonly string[]
  /** Half of one update that changed the row's key: the delete of the old one, or the create of the new one right behind it. */
  readonly rekeys?: true
}

/** A record of the source that could not be read: where it lies, and stays, and why; never what it holds. */
export interface UnreadableRecord {
  readonly where: string
  readonly reason: string
}

/** A whole commit. `changes()` can be iterated again and again; a large one is read from a spool, never held. */
export interface LegacyTransaction {
  readonly kind: 'transaction'
  readonly header: TransactionHeader
  /** Acknowledging this token acknowledges everything up to and including this transaction, and not a byte more. */
  readonly token: ResumeToken
  /** The tables that it tells of, as the log describes them, in log order; left out where a source does not say. */
  readonly described?: readonly TableDescription[]
  /** The token may tell keys of rows, as those of a snapshot always may. */
  readonly tellsKeys?: true
  /** Rows of a table that is read again while the log is followed: state as of this place in it. */
  readonly reread?: true
  /** Records of it that could not be read. What `changes()` yields is then state alone (`header.snapshot`): a part of a commit is no fact. */
  readonly unreadable?: readonly UnreadableRecord[]
  changes(): Iterable<ChangeEvent>
}

/** Nothing happened up to here: moves the watermark of an idle source. Never sent while a transaction is in flight. */
export interface SourceProgress {
  readonly kind: 'progress'
  readonly token: ResumeToken
  readonly position: Position
  readonly at: EpochMs
  /** The token may tell keys of rows. */
  readonly tellsKeys?: true
  /** Tables that were asked for again, and have been read to their end. */
  readonly reread?: readonly TableName[]
  /** Records that could not be read, as far as no transaction lacks them. They may be told again. */
  readonly unreadable?: readonly UnreadableRecord[]
}

export type SourceItem = LegacyTransaction | SourceProgress
