import type { LiveDecision } from '../model/decision.ts'
import type { Observation } from '../model/observation.ts'
import type { Evidence, Finding, RestoringRead, UnresolvedReason } from '../model/verdict.ts'
import type { ClassifyInput, Snapshot } from './input.ts'

/** One decision under examination. */
export interface Case {
  readonly input: ClassifyInput
  /** The legacy's final word. */
  readonly final: Observation
  /** Compared with the final word, unless another is given. */
  readonly agrees: (candidate: Observation, other?: Observation) => boolean
}

/** What was found out about one decision, and with which view of the past. */
export interface Result {
  readonly finding: Finding
  readonly grade: 'A' | 'B'
  readonly restoring: readonly RestoringRead[]
  readonly evidence: readonly Evidence[]
  readonly snapshot: Snapshot
  /** Both the live and the as-of answer were compared and are equal. */
  readonly isPlain?: boolean
  /** What there is to say with the log's own view of the past, where another one was taken. */
  readonly inLog?: Result
}

/** A decision whose cause cannot be told. */
export const unresolved = ({ input }: Case, reason: UnresolvedReason, evidence: readonly Evidence[]): Result => ({
  finding: { kind: 'unresolved', reason },
  grade: 'A',
  restoring: [],
  evidence,
  snapshot: input.snapshot,
})

/** A decision in which both sides say the same. */
export const agreed = (snapshot: Snapshot, grade: 'A' | 'B', evidence: readonly Evidence[]): Result => ({
  finding: { kind: 'agreed' },
  grade,
  restoring: [],
  evidence,
  snapshot,
})

/** Of agreements, one in so many is asked which parts of the trigger the candidate looked at; of all that differs, each is. */
export const trackedOneIn = 8

/** True for an even share of all decisions, always the same ones: what costs many replays is done with these only. `oneIn` divides 256. */
export const isSampled = ({ id }: Pick<LiveDecision, 'id'>, oneIn: number): boolean =>
  (hexDigit(id.charCodeAt(id.length - 2)) * 16 + hexDigit(id.charCodeAt(id.length - 1))) % oneIn === 0

/** Of a digit, or of a letter in lower case. */
const hexDigit = (code: number): number => (code >= 48 && code < 58 ? code - 48 : code >= 97 && code < 103 ? code - 87 : Number.NaN)
