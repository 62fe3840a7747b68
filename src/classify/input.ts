import type { Context } from '../model/context.ts'
import type { AsOfAnswer, LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { Difference } from '../model/difference.ts'
import type { EpochMs, Fingerprint } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { ReadEntry, RecordedRead } from '../model/read.ts'
import type { Substitution } from '../model/substitution.ts'
import type { CompareAnswers } from './observation-differences.ts'

/** How what a live read saw lies to what the legacy had before it. */
export interface Missed {
  /** `behind`: it missed versions. `ahead`: it saw one from after the legacy's commit. `unknown`: no version has this value. */
  readonly kind: 'behind' | 'ahead' | 'unknown'
  /** Commit of the oldest missed version, or of the oldest one that was seen too early. */
  readonly at: EpochMs
}

/** The candidate's world at one instant of the legacy's past. */
export interface Snapshot {
  readonly asOf: AsOfAnswer
  /** The live decision's reads, each resolved at this instant, in the same order. */
  readonly asOfReads: readonly RecordedRead[]
  /** The candidate again, with some of the live reads replaced by those of this instant. */
  readonly replay: (substitution: Substitution) => Promise<Observation>
  readonly missed: (read: RecordedRead, entry: ReadEntry) => Missed | null
}

export interface ClassifyInput {
  readonly context: Pick<Context, 'name' | 'reads' | 'settlesWithinMs' | 'invariants' | 'exposure'>
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  /** Just before the legacy's own transaction. */
  readonly snapshot: Snapshot
  /** The other instants at which the legacy may have read, nearest first; null when the first is exact. */
  readonly scan: AsyncIterable<Snapshot> | null
  /** Reads that cannot be resolved as of then, because history does not go back so far. */
  readonly missingVersions: readonly string[]
  readonly compare: CompareAnswers
  readonly fingerprint: (differences: readonly Difference[]) => Fingerprint
  /** Once it is aborted a failing replay says nothing: classify throws instead of answering. */
  readonly signal?: AbortSignal
}
