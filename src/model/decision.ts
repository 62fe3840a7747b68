import type { BusinessEvent } from './business-event.ts'
import type { ContextName, DecisionId, EpochMs } from './ids.ts'
import type { Observation } from './observation.ts'
import type { LogPoint, RecordedRead } from './read.ts'
import type { Data } from './value.ts'

/** The candidate's live answer, with all that it read. Written once, never changed. */
export interface LiveDecision {
  readonly id: DecisionId
  readonly context: ContextName
  readonly trigger: BusinessEvent
  readonly candidateVersion: string
  readonly observation: Observation
  readonly reads: readonly RecordedRead[]
  readonly decidedAt: EpochMs
  readonly tookMs: number
}

/**
 * The legacy's side of a decision, folded from its transactions.
 * `open`: not answered yet. `answered`: may still be corrected. `settled`: its settlement time has passed.
 */
export interface LegacyDecision {
  readonly id: DecisionId
  readonly context: ContextName
  readonly trigger: BusinessEvent
  readonly state: 'open' | 'answered' | 'settled'
  /** Counts changes of the observation after it was first settled, from 1. */
  readonly revision: number
  /** The final word; null while open. */
  readonly observation: Observation | null
  /** The first answer, where a correction inside the settlement time replaced it. */
  readonly firstObservation: Observation | null
  /**
   * Every transaction that touched a watched row of this decision, in order. `ordinal` is where its own work begins:
   * just after the last watched row of another decision in the same transaction. From there on the transaction's
   * effects are masked in this decision's reads.
   */
  readonly transactions: readonly LogPoint[]
  /** Its as-of reads are resolved just before this point; null while open. */
  readonly asOf: LogPoint | null
  /** When the legacy may have begun to read; null when it locks what it reads, so that `asOf` is exact. */
  readonly readFrom: EpochMs | null
  /** The legacy's own clock at the decision. */
  readonly decidedAt: EpochMs | null
  readonly answeredAt: EpochMs | null
  /** Codes and flags that the legacy wrote beside its answer, as `table.column`: what it thought of it. */
  readonly wrote?: Readonly<Record<string, Data>>
}

/** The candidate's answer with every read resolved just before the legacy's own transaction. */
export interface AsOfAnswer {
  readonly observation: Observation
  readonly reads: readonly RecordedRead[]
  /** Paths of the trigger's data that the candidate looked at. */
  readonly inputsRead: readonly string[]
}
