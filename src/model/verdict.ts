import type { ContextName, DecisionId, EpochMs, Fingerprint, HiddenRuleId } from './ids.ts'
import type { Difference } from './difference.ts'
import type { AsOfAnswer } from './decision.ts'
import type { Data } from './value.ts'

export const causes = ['timing', 'stale-data', 'hidden-rule', 'defect', 'legacy-defect'] as const
export type Cause = (typeof causes)[number]

export const unresolvedReasons = [
  'unpaired',
  'nondeterministic-candidate',
  'candidate-replaced',
  'missing-version',
  'unrecorded-read',
  'legacy-snapshot-unknown',
  'legacy-inconsistent',
  'no-compact-explanation',
  'owner-decides',
  'awaiting-mining',
  'replay-failed',
  'not-replayable',
] as const
export type UnresolvedReason = (typeof unresolvedReasons)[number]

/** One finding that speaks for a cause, as a sentence and as data. */
export interface Evidence {
  readonly test: string
  readonly words: string
  readonly data: Data
}

/** How one read explains a divergence. */
export interface RestoringRead {
  readonly projection: string
  readonly key: string
  readonly seen: Data
  readonly atLegacyCommit: Data
  /** Decision instant minus commit of the oldest missed version; negative: the candidate saw a later version. */
  readonly ageMs: number
  readonly cause: 'timing' | 'stale-data'
}

/** Why a pair differs, or that it does not. */
export type Finding =
  | { readonly kind: 'agreed' }
  | {
      readonly kind: 'caused'
      readonly causes: readonly Cause[]
      /** `compound`: all are needed. `overdetermined`: each alone would do. */
      readonly relation: 'single' | 'compound' | 'overdetermined'
      readonly rule: HiddenRuleId | null
    }
  | { readonly kind: 'unresolved'; readonly reason: UnresolvedReason }

/** The classification of one decision. An upsert: a higher revision replaces a lower. */
export interface Verdict {
  readonly id: DecisionId
  readonly context: ContextName
  readonly revision: number
  readonly finding: Finding
  /** A: exact position and one minimal explanation. B: an interval was scanned, or positions are partial. */
  readonly grade: 'A' | 'B'
  /** As-of differs from legacy though live agreed: it will show after cutover. */
  readonly latent: boolean
  readonly liveDifferences: readonly Difference[]
  readonly asOfDifferences: readonly Difference[]
  readonly restoring: readonly RestoringRead[]
  readonly evidence: readonly Evidence[]
  readonly fingerprint: Fingerprint | null
  readonly asOf: AsOfAnswer
  readonly decidedAt: EpochMs
  readonly exposure: number | null
  /** How far the instant of what the live run read lies from the legacy's: the dose of which timing is the response. Null: unknown. */
  readonly lagMs?: number | null
}
