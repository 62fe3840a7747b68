import type { ResumeToken, SourceName, TableName } from '../model/ids.ts'
import type { SourceItem } from '../model/change-event.ts'

export interface ReadOptions {
  /** Null: from the beginning, which is a consistent snapshot and then the stream, without a gap or a double. */
  readonly from: ResumeToken | null
  readonly signal: AbortSignal
  /** `current`: end once everything committed before the call has been yielded. Default: never end. */
  readonly until?: 'current'
  /** Told, in a sentence, what people should know of and nothing ends for. */
  readonly onNotice?: (text: string) => void
  /**
   * Tables to read again while the log is followed, asked between two items; with `current`, at the beginning. One stays in the list until
   * whoever asks knows of its end. Sources that cannot do so pass over it.
   */
  readonly reread?: () => readonly TableName[]
  /** The columns that are looked at of a table; null: all. A source need not read others, but may send them. */
  readonly columns?: (table: TableName) => ReadonlySet<string> | null
}

/** A column as the source declares it. */
export interface SourceColumn {
  readonly name: string
  readonly type: string
  readonly nullable: boolean
  /** 1-based place in the key; null when not part of it. */
  readonly keyOrder: number | null
}

export interface SourceTable {
  readonly name: TableName
  readonly columns: readonly SourceColumn[]
}

/** One thing that preflight looked at. */
export interface PreflightCheck {
  readonly name: string
  readonly verdict: 'ok' | 'warn' | 'refuse'
  readonly found: string
  /** How to mend it: a sentence or the SQL. */
  readonly mend: string | null
}

/** How much the legacy writes, by its own statistics over a while. */
export interface SourceLoad {
  readonly watchedMs: number
  /** Row changes a second: of the captured tables, or of the whole server where it counts no finer. */
  readonly changesPerSecond: number
  readonly counted: 'captured tables' | 'whole server'
  /** The same over all the time that the server has counted; null: not known. */
  readonly usualChangesPerSecond: number | null
  /** What the server writes to the log that is read, of all its tables. */
  readonly logBytesPerSecond: number
  /** Of a row of the captured tables, on average; null: not known. */
  readonly rowBytes: number | null
}

/** What preflight is asked beyond the usual. */
export interface PreflightAsk {
  /** The longest time for which Banyan may be down, and how fast the log grows meanwhile: what the server's retention must bear. */
  readonly outage?: { readonly lastsMs: number; readonly logBytesPerSecond: number }
}

/**
 * Where legacy changes come from. Yields whole transactions in commit order; the same commit always has the same
 * position; memory is bounded, because nothing is read that the consumer has not asked for.
 */
export interface ChangeSource extends AsyncDisposable {
  readonly name: SourceName
  /** It can be read from its beginning again and again, also by several readers at once. */
  readonly isRecorded?: true
  /** Tables of which only some rows come: an update there may be of a row that never came, and so may a delete. */
  readonly rowFiltered?: ReadonlySet<TableName>
  /** Throws BanyanError source-*; ends when the signal is aborted. One call at a time. */
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  /**
   * Whether a read from this token of an unfinished snapshot goes on with it; it then puts right by itself what was read before. False, or
   * left out: the read begins again, and what was read before must be forgotten.
   */
  readonly resumable?: (token: ResumeToken) => Promise<boolean>
  /** Everything up to the token is durable here: the source may forget it. Monotonic, idempotent, never ahead of what was yielded. */
  readonly acknowledge: (token: ResumeToken) => void
  /** What would hurt the legacy or lose data, and the mend. Never changes anything. */
  readonly preflight: (ask?: PreflightAsk) => Promise<readonly PreflightCheck[]>
  /** Watches for so long how much the legacy writes. Changes nothing. Left out: there is nothing to watch. */
  readonly load?: (watchMs: number) => Promise<SourceLoad>
  /** The captured tables as they are now. */
  readonly tables: () => Promise<readonly SourceTable[]>
}
