import type { LegacyDecision, LiveDecision } from './decision.ts'
import type { Verdict } from './verdict.ts'

/** Both sides of one decision, and what came of comparing them: what the archive holds, and what mining and reports see. */
export interface PairedDecision {
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  /** Null until it is classified. Holds the as-of answer. */
  readonly verdict: Verdict | null
}
