import type { BusinessEvent } from '../model/business-event.ts'
import type { LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { ContextName, DecisionId, JourneyKey, SourceName } from '../model/ids.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { PairedDecision } from '../model/paired-decision.ts'
import type { JourneyState } from '../model/journey.ts'
import type { Verdict } from '../model/verdict.ts'

export interface Totals {
  readonly transactions: number
  readonly changes: number
  readonly events: number
  readonly deadLetters: number
}

export interface DecisionTotals {
  /** Triggers of the context that were captured. */
  readonly triggers: number
  readonly live: number
  readonly open: number
  readonly settled: number
  readonly verdicts: number
}

/** Bulk reading of what was recorded, for mining, reports and people. Streams are in as-of order and in bounded memory. */
export interface ArchiveReader {
  readonly totals: (source: SourceName) => Promise<Totals>
  readonly decisionTotals: (context: ContextName, trigger: string) => Promise<DecisionTotals>
  /** Those of these decisions that have one, in their order. */
  readonly verdicts: (context: ContextName, ids: readonly DecisionId[]) => AsyncIterable<readonly Verdict[]>
  readonly rules: (context: ContextName) => Promise<readonly HiddenRule[]>
  readonly decision: (
    id: DecisionId,
  ) => Promise<{ readonly live: LiveDecision; readonly legacy: LegacyDecision | null; readonly verdict: Verdict | null } | null>
  /** All decisions with both sides, for scoring and replay. */
  readonly archive: (context: ContextName) => AsyncIterable<readonly PairedDecision[]>
  readonly journeyState: (journey: string, key: JourneyKey) => Promise<JourneyState | null>
  readonly eventsOf: (key: JourneyKey, limit: number) => Promise<readonly BusinessEvent[]>
}
