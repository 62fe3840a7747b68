import type { Context, LegacyChange, OlderVersion } from '../../model/context.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { OlderState } from '../experiments/older-reads.ts'

/** Decisions by something, with the first and the last of them. */
export interface Span {
  readonly count: number
  readonly firstAt: number
  readonly lastAt: number
}

/** One kind of answer: how often what was written beside it, where both sides agree. */
export interface Stratum {
  readonly count: number
  /** `column` → value as text → how often. */
  readonly columns: ReadonlyMap<string, ReadonlyMap<string, number>>
}

/** All that the tests may look at besides a cluster's own members. */
export interface World {
  readonly context: Pick<Context, 'reads' | 'parameters' | 'sourceText'>
  readonly olderVersions: readonly OlderVersion[]
  readonly legacyChanges: readonly LegacyChange[]
  /** All compared decisions by the version that decided them. */
  readonly versions: ReadonlyMap<string, Span>
  readonly span: Span
  readonly strata: ReadonlyMap<string, Stratum>
  /** Paths of the trigger's data, and projections as `read.name`, that the candidate looked at in any decision. */
  readonly looked: ReadonlySet<string>
  /** Facts that have always had the same value as another one. */
  readonly aliases: (fact: string) => readonly string[]
  /** Earlier states that were tried in decisions where both sides agree. */
  readonly olderOfAgreements: readonly { readonly at: number; readonly states: readonly OlderState[] }[]
  /** An even share of the agreements, for trials that must break none. */
  readonly agreements: readonly PairedDecision[]
}
