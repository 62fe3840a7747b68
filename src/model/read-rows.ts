import type { ChangeEvent } from './change-event.ts'
import type { RowKey, TableName } from './ids.ts'

/**
 * Rows of one table that were read, as changes with op `read`; and the same as text, for who only keeps them: most rows of a snapshot are
 * never looked at, and making values of them costs more than all the rest. Whoever changes rows on their way gives changes, and no text.
 */
export interface ReadRows extends Iterable<ChangeEvent> {
  readonly kind: 'read-rows'
  readonly table: TableName
  readonly count: number
  /** Ordinal of the first. */
  readonly first: number
  /** Key and row of each, in order, in the canonical form (see `encode`). */
  readonly eachText: EachText
}

export type EachText = (row: (key: RowKey | null, after: string) => void) => void

export const isReadRows = (changes: Iterable<ChangeEvent>): changes is ReadRows => 'kind' in changes && changes.kind === 'read-rows'
