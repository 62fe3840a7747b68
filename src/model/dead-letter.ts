import type { EpochMs, Position, SourceName } from './ids.ts'

/** A record, a transaction, or an event of it, that could not be processed: parked with its reason; the flow went on. */
export interface DeadLetter {
  readonly id: string
  readonly source: SourceName
  readonly position: Position
  readonly stage: 'capture' | 'translate' | 'pair' | 'classify'
  /** The rule or context that failed; of capture, where the record lies. */
  readonly part: string
  readonly reason: string
  readonly at: EpochMs
}
