import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { TableDescription } from '../model/table-shape.ts'
import type { PreflightCheck, SourceTable } from './change-source.ts'

/** A transaction, or a bounded part of a large one. */
export interface EmitPart {
  readonly kind: 'part'
  readonly header: TransactionHeader
  /** What its tables look like, where it is told. One object stays the same as long as nothing new is said. */
  readonly described: readonly TableDescription[]
  readonly changes: readonly ChangeEvent[]
  readonly isFirst: boolean
  readonly isLast: boolean
  /** Opaque: where to go on behind it. Of use only of a transaction's last part. */
  readonly token: string
  /** Rows of a table that was read again beside the stream. */
  readonly reread: boolean
}

/** Nothing is to be emitted up to here. */
export interface EmitProgress {
  readonly kind: 'progress'
  readonly token: string
}

/** Row changes that can be emitted, in log order, from any place on. */
export interface Emittable {
  readonly read: (from: string | null, signal: AbortSignal) => AsyncIterable<EmitPart | EmitProgress>
  /** Everything up to the token is where it was to go, for good. */
  /** Whether a snapshot that was left in the middle goes on; false: it is told again from its beginning. Left out: there is none to go on with. */
  readonly resumable?: (token: string) => Promise<boolean>
  readonly acknowledge: (token: string) => void
  /** The captured tables as they are now. */
  readonly tables: () => Promise<readonly SourceTable[]>
}

export interface EmitRun {
  readonly from: Emittable
  readonly signal: AbortSignal
  /** Changes that have arrived for good, of this run. */
  readonly onProgress: (progress: { readonly changes: number }) => void
  /** What people should know of, in a sentence. */
  readonly onNotice: (text: string) => void
}

/**
 * Where row changes go for others to read. It keeps with them how far it is, so that each arrives once, whenever a run was killed.
 */
export interface ChangeEmitter {
  /** The form that it writes, e.g. `debezium`. */
  readonly form: string
  /** What would keep the changes of these tables from being written; nothing is changed. Left out: there is nothing to ask. */
  readonly preflight?: (tables: readonly SourceTable[]) => Promise<readonly PreflightCheck[]>
  /** Resolves at the end of what is to be read, or when the signal is aborted. @throws BanyanError sink-* */
  readonly emit: (run: EmitRun) => Promise<unknown>
}
