import type { PairedDecision } from '../model/paired-decision.ts'

/** Classified decisions that are looked at again, in the order in which they were added: more of them than memory holds. */
export interface DecisionSpool extends AsyncDisposable {
  readonly add: (decisions: readonly PairedDecision[]) => Promise<void>
  /** From the beginning, as often as asked. `divergences`: without those of which nothing is said but that both sides agreed. */
  readonly read: (which: 'all' | 'divergences') => AsyncIterable<readonly PairedDecision[]>
  /** The decision that was added as number `index`, from 0. */
  readonly at: (index: number) => Promise<PairedDecision | null>
}
