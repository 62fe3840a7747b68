import type { Context, Logic } from '../model/context.ts'
import type { AsOfAnswer, LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { Difference } from '../model/difference.ts'
import type { EpochMs, Fingerprint } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { ReadEntry, RecordedRead } from '../model/read.ts'
import type { Substitution } from '../model/substitution.ts'
import type { Data } from '../model/value.ts'
import type { CompareAnswers } from './observation-differences.ts'

/** How what a live read saw lies to what the legacy had before it. */
export interface Missed {
  /** `behind`: it missed versions. `ahead`: it saw one from after the legacy's commit. `unknown`: no version has this value. */
  readonly kind: 'behind' | 'ahead' | 'unknown'
  /** Commit of the oldest missed version, or of the oldest one that was seen too early. */
  readonly at: EpochMs
}

/** One more run of a decision's logic, with something of it changed; what is left out is as of the snapshot's instant. */
export interface Variation {
  /** Default: the code that decided live. */
  readonly logic?: Logic
  /** Answers of any shape are taken as they are. */
  readonly anyShape?: boolean
  /** The trigger's data. */
  readonly data?: Data
  /** Only these reads as of the instant, all others as they were recorded live. */
  readonly substitution?: Substitution
  readonly alter?: (read: RecordedRead) => RecordedRead
}

/** What a key held from `from` until `until`, before the snapshot's instant. */
export interface PastValue {
  readonly value: Data
  readonly from: EpochMs
  readonly until: EpochMs
}

/** The candidate's world at one instant of the legacy's past. */
export interface Snapshot {
  readonly asOf: AsOfAnswer
  /** Which code gave that answer, where a service says so. */
  readonly answeredBy?: string | null
  /** The live decision's reads, each resolved at this instant, in the same order. */
  readonly asOfReads: () => Promise<readonly RecordedRead[]>
  readonly run: (variation: Variation) => Promise<Observation>
  readonly missed: (read: RecordedRead, entry: ReadEntry) => Missed | null
  /** What a key held before this instant, newest first and without what it held at it; as far back as is still kept. */
  readonly history: (projection: string, key: string) => readonly PastValue[]
}

/** Other views of the past that the legacy may have had. */
export interface Scan {
  readonly snapshots: AsyncIterable<Snapshot>
  /** False: there are more than are tried. */
  readonly isWhole: boolean
}

/** What classification looks at in a context. */
export type ClassifiedContext = Pick<
  Context,
  'name' | 'reads' | 'candidate' | 'candidateVersion' | 'settlesWithinMs' | 'invariants' | 'exposure'
> &
  Pick<Context, 'olderVersions' | 'specification' | 'relations'>

export interface ClassifyInput {
  readonly context: ClassifiedContext
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  /** Just before the legacy's own transaction. */
  readonly snapshot: Snapshot
  /** The other instants at which the legacy may have read, nearest first; null when the first is exact. */
  readonly scan: Scan | null
  /** Other orders of commits that are as possible as the log's, where clocks ordered them; null or left out: there is none. */
  readonly orders?: Scan | null
  /** Reads that cannot be resolved as of then, because history does not go back so far. */
  readonly missingVersions: readonly string[]
  /** Reads whose history has a hole just where it is looked at. Asked only where answers differ. */
  readonly brokenVersions: () => readonly string[]
  /** The world at some other instant, for experiments whose success means nothing; null where there is none. */
  readonly placebo: () => Promise<Snapshot | null>
  readonly lagMs: number | null
  readonly compare: CompareAnswers
  readonly fingerprint: (differences: readonly Difference[]) => Fingerprint
  /** Once it is aborted a failing replay says nothing: classify throws instead of answering. */
  readonly signal?: AbortSignal
}
