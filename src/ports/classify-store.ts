import type { LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { ContextName, DecisionId } from '../model/ids.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { LogPoint } from '../model/read.ts'
import type { Verdict } from '../model/verdict.ts'

/** The stage whose cursor `commitVerdicts` moves. */
export const classifyStage = (context: ContextName): string => `classify ${context}`

/** A decision that can be classified: settled, and with a live answer. */
export interface ReadyDecision {
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
}

export interface ClassifyStore {
  readonly readyDecisions: (query: {
    readonly context: ContextName
    readonly after: ReadyCursor | null
    /** Exclusive bound of the as-of point. */
    readonly before: LogPoint
    readonly limit: number
  }) => Promise<readonly ReadyDecision[]>
  /** The live answers of these decisions, as far as they are given, in no order. */
  readonly liveDecisions: (ids: readonly DecisionId[]) => Promise<readonly LiveDecision[]>
  readonly classifyCursor: (context: ContextName) => Promise<ReadyCursor | null>
  readonly commitVerdicts: (batch: {
    readonly context: ContextName
    readonly expected: ReadyCursor | null
    readonly next: ReadyCursor
    readonly verdicts: readonly Verdict[]
  }) => Promise<void>
  /** Replaces all mined rules of a context, and the verdicts that they change, in one transaction. */
  readonly commitMining: (batch: {
    readonly context: ContextName
    readonly rules: readonly HiddenRule[]
    readonly verdicts: readonly Verdict[]
  }) => Promise<void>
}

/** Order of classification: by as-of point, then by decision id. */
export interface ReadyCursor extends LogPoint {
  readonly id: string
}
