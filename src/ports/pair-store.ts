import type { DeadLetter } from '../model/dead-letter.ts'
import type { LegacyDecision } from '../model/decision.ts'
import type { ContextName, Position } from '../model/ids.ts'
import type { LogPoint } from '../model/read.ts'
import type { StagePoint } from './stage-point.ts'

/** The stage whose cursor `commitPairs` moves. */
export const pairStage = (context: ContextName): string => `pair ${context}`

/** Where pairing stands: `at` is how far it has folded, triggers included, `settledBefore` bounds the as-of points of all that is not settled yet. */
export interface PairCursor {
  readonly at: StagePoint
  /** Every decision whose as-of point is before this one is settled and stored. */
  readonly settledBefore: LogPoint
  /** The last transaction up to `at` with a trigger or a watched row; null before the first. */
  readonly lastPaired: Position | null
  /** True when the source has ended and everything is settled. */
  readonly ended: boolean
}

export interface PairStore {
  readonly pairCursor: (context: ContextName) => Promise<PairCursor | null>
  /** Decisions that are open or answered: what a restarted stage goes on with. */
  readonly unsettled: (context: ContextName) => Promise<readonly LegacyDecision[]>
  /** A settled decision by its trigger key, for late answers. */
  readonly settledByKey: (context: ContextName, keys: readonly string[]) => Promise<readonly LegacyDecision[]>
  readonly commitPairs: (batch: {
    readonly context: ContextName
    readonly expected: StagePoint | null
    readonly cursor: PairCursor
    readonly decisions: readonly LegacyDecision[]
    readonly deadLetters: readonly DeadLetter[]
  }) => Promise<void>
}
