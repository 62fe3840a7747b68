import type { BusinessEvent } from '../model/business-event.ts'
import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { DeadLetter } from '../model/dead-letter.ts'
import type { EpochMs, JourneyKey, Position, ResumeToken, RowKey, SourceName, TableName } from '../model/ids.ts'
import type { JourneyState } from '../model/journey.ts'
import type { ReadRows } from '../model/read-rows.ts'
import type { TableVersion } from '../model/table-shape.ts'
import type { Row } from '../model/value.ts'

/** Where capture stands. */
export interface CaptureCursor {
  readonly token: ResumeToken
  /** Everything at or before it is durable and visible. */
  readonly position: Position
  /** The legacy watermark: no commit older than this is still to come. */
  readonly at: EpochMs
  /** `snapshot`: the initial snapshot is not complete; a restart goes on with it where the source can, else begins it again. `gap`: what follows is in no log any more. */
  readonly phase: 'snapshot' | 'stream' | 'ended' | 'gap'
}

/** Changes in the form in which the store writes them. Nothing of them is held as rows any more: those die young, which collecting them later does not. */
export interface PackedChanges {
  /** How many there are so far. */
  readonly count: () => number
  readonly add: (changes: readonly ChangeEvent[]) => Promise<void>
  /** Rows that were read, at the place of their transaction. */
  readonly addRows: (rows: ReadRows, transaction: TransactionHeader) => Promise<void>
}

export interface CaptureBatch {
  readonly source: SourceName
  readonly expected: ResumeToken | null
  readonly cursor: CaptureCursor
  readonly transactions: readonly TransactionHeader[]
  /** Packed by this store, each once; or as they are, when they are few. */
  readonly changes: PackedChanges | readonly ChangeEvent[]
  readonly events: readonly BusinessEvent[]
  readonly journeys: readonly JourneyState[]
  readonly deadLetters: readonly DeadLetter[]
  /** How tables were from a place on; one that stands there already is replaced. */
  readonly tableVersions?: readonly TableVersion[]
  /** Tables that have been read again: nobody asks for them any more. */
  readonly reread?: readonly TableName[]
  /** May be called when the store works on the changes by itself: a caller that goes on before has it wait for its turns of the loop. */
  readonly onUnderWay?: () => void
}

export interface CaptureStore {
  /** Removes what an earlier run wrote beyond its cursor (a chunk of a large transaction and, but for `keepSnapshot`, an unfinished snapshot), then says where it stands. */
  readonly openCapture: (source: SourceName, options?: { readonly keepSnapshot?: boolean }) => Promise<CaptureCursor | null>
  /** Lets others capture this source. What was not committed is forgotten. */
  readonly closeCapture: (source: SourceName) => Promise<void>
  readonly packChanges: (source: SourceName) => PackedChanges
  readonly commitCapture: (batch: CaptureBatch) => Promise<void>
  /** A part of a large transaction: durable, but invisible until a batch moves the cursor over it. */
  readonly appendChanges: (source: SourceName, changes: readonly ChangeEvent[]) => Promise<void>
  /** Newest stored rows by key; keys without a row, or whose row was deleted, are left out. Map key: {@link rowAddress}. */
  readonly latestRows: (
    source: SourceName,
    keys: readonly { readonly table: TableName; readonly key: RowKey }[],
  ) => Promise<ReadonlyMap<string, Row>>
  readonly journeyStates: (keys: readonly { readonly journey: string; readonly key: JourneyKey }[]) => Promise<readonly JourneyState[]>
  /** Journeys with a limit that passes at or before the instant. */
  readonly journeysDue: (at: EpochMs, limit: number) => Promise<readonly JourneyState[]>
  /** The highest ordinal of the events that are stored at a position; null: there is none. */
  readonly lastEventOrdinal: (source: SourceName, position: Position) => Promise<number | null>
  readonly deadLetters: (limit: number) => Promise<readonly DeadLetter[]>
  /** Those of a source that lie behind one of them, in log order; null: from the first. */
  readonly deadLettersBehind: (
    source: SourceName,
    after: Pick<DeadLetter, 'position' | 'id'> | null,
    limit: number,
  ) => Promise<readonly DeadLetter[]>
  /** All versions that captured tables had, in log order. */
  readonly tableVersions: (source: SourceName) => Promise<readonly TableVersion[]>
  /** Asks whoever captures to read tables again; those that are asked for already stay so. */
  readonly askReread: (source: SourceName, tables: readonly TableName[]) => Promise<void>
  /** Tables that are asked for, and have not been read to their end. */
  readonly askedReread: (source: SourceName) => Promise<readonly TableName[]>
}

export const rowAddress = (table: TableName, key: RowKey): string => `${table} ${key}`
