import type { ChangeOp } from '../../src/model/change-event.ts'
import type { EpochMs, RowKey } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'
import type { CapturedTable } from './relation.ts'

/** Of which transaction a change is, by the connector's own count. Orders begin with 1. */
export interface Membership {
  readonly id: string
  readonly order: number
  readonly tableOrder: number
}

/** What a record says of where its change comes from. */
export interface Origin {
  /** `postgresql`, `mysql` or `mariadb`; empty where the records do not say. */
  readonly connector: string
  readonly committedAt: EpochMs
  /** The database's own id of the transaction; null: not said. */
  readonly transactionId: string | null
  /** Text whose order is commit order, the same for all changes of one commit; null: not said. */
  readonly commitOrder: string | null
  /** Text whose order is that of the log, of this very change; null: not said. */
  readonly logOrder: string | null
  /** `initial`: of a snapshot before the stream. `incremental`: of one beside it. */
  readonly snapshot: 'no' | 'initial' | 'incremental'
}

/** A row change as a connector wrote it. */
export interface DebeziumChange {
  readonly kind: 'change'
  readonly table: CapturedTable
  /** The table as the transaction topic names it. */
  readonly collection: string
  readonly op: Exclude<ChangeOp, 'message'>
  readonly key: RowKey | null
  readonly before: Row | null
  readonly after: Row | null
  readonly beforeKind: 'full' | 'key' | 'none'
  readonly omitted: readonly string[]
  readonly origin: Origin
  readonly membership: Membership | null
}

/** What the transaction topic tells. */
export interface DebeziumBoundary {
  readonly kind: 'begin' | 'end'
  readonly id: string
  readonly at: EpochMs | null
  /** Of the end: changes in all, and by table. */
  readonly count: number
  readonly counts: ReadonlyMap<string, number>
}

/** One record of a connector's topics, read. */
export type DebeziumRecord =
  | DebeziumChange
  | DebeziumBoundary
  | { readonly kind: 'heartbeat'; readonly at: EpochMs }
  /** Follows a delete, and says nothing new. */
  | { readonly kind: 'tombstone' }
  /** Data definition, logical messages, signals, tables that are not captured. */
  | { readonly kind: 'passed'; readonly what: string }
