import type { ChangeEvent, LegacyTransaction, TransactionHeader } from '../../src/model/change-event.ts'
import type { EpochMs, Position, ResumeToken, SourceName, TableName } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { TableDescription } from '../../src/model/table-shape.ts'
import type { EachText, ReadRows } from '../../src/model/read-rows.ts'
import type { Value } from '../../src/model/value.ts'
import type { KeyedTable } from './snapshot-progress.ts'

/** Rows of one table that came together. */
export interface TableChunk {
  readonly rows: number
  /** Key of the last of them, as text that the adapter can ask by. */
  readonly lastKey: () => readonly string[]
  /** As rows that were read; `first` is the ordinal of the first. */
  readonly decode: (header: TransactionHeader, first: number) => readonly ChangeEvent[]
  /** The same as text; left out where only `decode` can tell. */
  readonly eachText?: EachText
}

/** A table under one view. */
export interface SnapshotTable extends KeyedTable {
  readonly name: TableName
  /** All rows in the order of the key, behind `last`; without a key in any order. */
  readonly rowsAfter: (last: readonly string[] | null) => AsyncIterable<TableChunk>
  /** Those of the given keys that are there, as far as `last` (null: all). */
  readonly rowsAt: (keys: readonly (readonly Value[])[], last: readonly string[] | null) => AsyncIterable<TableChunk>
}

/** One consistent state of all tables, and its place in the log. */
export interface SnapshotView {
  readonly source: SourceName
  /** Just before every commit of the stream that follows. */
  readonly position: Position
  /** When the view was taken. */
  readonly at: EpochMs
  readonly tables: readonly SnapshotTable[]
  /** The tables as the log would describe them now; left out where that is not known. */
  readonly described?: readonly TableDescription[]
}

export interface StateParts {
  readonly count: number
  /** Ordinal of its first change. */
  readonly first: number
  readonly token: ResumeToken
  readonly decode: TableChunk['decode']
  /** Where they are rows of one table that can be told as text. */
  readonly text?: { readonly table: TableName; readonly each: EachText }
}

/** Rows as they are at the view. */
export const stateTransaction = (
  { source, position, at, described }: Pick<SnapshotView, 'source' | 'position' | 'at' | 'described'>,
  { count, first, token, decode, text }: StateParts,
): LegacyTransaction => {
  const header: TransactionHeader = {
    source,
    position,
    id: `snapshot ${first}`,
    beganAt: at,
    committedAt: at,
    capturedAt: epochMs(Date.now()),
    count,
    snapshot: true,
  }
  let decoded: readonly ChangeEvent[] | null = null
  const changes = (): readonly ChangeEvent[] => {
    decoded ??= decode(header, first)
    return decoded
  }
  const rows: ReadRows | null =
    text === undefined
      ? null
      : { kind: 'read-rows', table: text.table, count, first, eachText: text.each, [Symbol.iterator]: () => changes()[Symbol.iterator]() }
  return {
    kind: 'transaction',
    header,
    token,
    ...(described === undefined ? {} : { described }),
    changes: () => rows ?? changes(),
  }
}
