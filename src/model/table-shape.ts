import type { EpochMs, Position, SourceName, TableName } from './ids.ts'

/** What the values of a column are, in Banyan's terms. */
export type ValueKind = 'number' | 'bigint' | 'text' | 'boolean' | 'bytes' | 'list'

/** A column as the log describes it. */
export interface ColumnShape {
  readonly name: string
  /** As the source prints it, e.g. `numeric(12,2)`. */
  readonly type: string
  readonly holds: ValueKind
}

/** The columns that rows of a captured table are read under, as of one place in the log. */
export interface TableShape {
  readonly table: TableName
  readonly columns: readonly ColumnShape[]
  /** Key columns in key order; empty for a table without a key. */
  readonly key: readonly string[]
}

/** What became of a captured table as a whole. */
export type TableFate =
  /** No table has its name any more. `how`: e.g. `dropped`, `renamed to ord_old`. */
  | { readonly kind: 'gone'; readonly table: TableName; readonly how: string }
  /** Another table has taken its name. `by`: the tool that does so after it copied all rows; null: nobody knows what rows it has. */
  | { readonly kind: 'swapped'; readonly table: TableName; readonly other: string; readonly by: string | null }

/** What a transaction tells of a table beside its rows. One object stays the same as long as the log says nothing new. */
export interface TableDescription {
  /** Null: nothing is said of its columns. */
  readonly shape: TableShape | null
  readonly fate?: TableFate
}

/** One thing that is different between two versions of a table. */
export type SchemaChange =
  | { readonly kind: 'added'; readonly column: string; readonly type: string }
  | { readonly kind: 'dropped'; readonly column: string; readonly type: string }
  /** Or dropped and another one added in its place: the log does not tell. */
  | { readonly kind: 'renamed'; readonly column: string; readonly to: string }
  | { readonly kind: 'retyped'; readonly column: string; readonly from: ColumnShape; readonly to: ColumnShape }
  | { readonly kind: 'key'; readonly from: readonly string[]; readonly to: readonly string[] }
  | { readonly kind: 'gone'; readonly how: string }
  | { readonly kind: 'swapped'; readonly other: string; readonly by: string | null }

export type SchemaChangeKind = SchemaChange['kind']

/**
 * `first`: it is how the table was when it was first seen. `told`: capture went on. `retyped`: it went on, and the values keep the kind that
 * they had. `accepted`: it went on because the config says so. `paused`: it waits just before this place.
 */
export type SchemaDecision = 'first' | 'told' | 'retyped' | 'accepted' | 'paused'

/** A captured table from one place in the log on. */
export interface TableVersion {
  readonly source: SourceName
  readonly table: TableName
  readonly position: Position
  readonly at: EpochMs
  /** Null: the table is gone. */
  readonly shape: TableShape | null
  readonly changes: readonly SchemaChange[]
  /** Rules and contexts that look at what has changed. */
  readonly usedBy: readonly string[]
  readonly decision: SchemaDecision
  /** Names these changes in the config: `{table}:{hash}`. */
  readonly fingerprint: string
}
