import type { Tolerance } from './comparison.ts'
import type { Difference } from './difference.ts'
import type { HiddenRule } from './hidden-rule.ts'
import type { Observation } from './observation.ts'
import type { Readiness } from './readiness.ts'
import type { Evidence, RestoringRead } from './verdict.ts'
import type { Data } from './value.ts'

/** `agreed` counts decisions whose live and as-of answers both agree. */
export type CauseLabel = 'timing' | 'stale-data' | 'hidden-rule' | 'defect' | 'legacy-defect' | 'compound' | 'unresolved'

/** Everything that a report says about one run window, as one JSON value. Reports are pure functions of it. */
export interface Night {
  readonly schema: 1
  readonly title: string
  readonly window: { readonly from: string; readonly to: string }
  readonly generatedAt: string
  readonly source: {
    readonly name: string
    readonly transactions: number
    readonly changes: number
    readonly events: number
    readonly deadLetters: number
    /** The legacy's log was lost from this instant on: evidence is missing since. Left out: it was not. */
    readonly gapSince?: string
    /** How the legacy's schema changed, in the order of its log. Left out: it did not. */
    readonly schemaChanges?: readonly NightSchemaChange[]
  }
  readonly contexts: readonly NightContext[]
}

/** A change of the legacy's schema, and what was done about it. `paused`: capture waits there. */
export interface NightSchemaChange {
  readonly at: string
  readonly table: string
  readonly words: string
  readonly usedBy: readonly string[]
  readonly decision: 'told' | 'retyped' | 'accepted' | 'paused'
  readonly fingerprint: string
}

export interface NightContext {
  readonly name: string
  readonly candidateVersion: string
  /** Every legacy decision is in exactly one of these; `remainder` is zero or Banyan is wrong. */
  readonly account: {
    readonly decisions: number
    readonly compared: number
    readonly sampledOut: number
    readonly deadLettered: number
    readonly unpaired: number
    readonly open: number
    readonly remainder: number
  }
  readonly agreed: number
  readonly diverged: number
  readonly latent: number
  readonly byCause: readonly { readonly cause: CauseLabel; readonly count: number; readonly exposure: number | null }[]
  readonly unresolved: readonly { readonly reason: string; readonly count: number }[]
  /** Divergences over the window, in equal buckets of the source's time. */
  readonly timeline: readonly {
    readonly at: string
    readonly decisions: number
    readonly byCause: Readonly<Partial<Record<CauseLabel, number>>>
  }[]
  readonly clusters: readonly NightCluster[]
  readonly rules: readonly HiddenRule[]
  readonly cases: readonly NightCase[]
  readonly feeds: readonly NightFeed[]
  /** Every rule of comparison that can hide a difference, and what it hid. */
  readonly tolerances: readonly NightTolerance[]
  readonly guards: NightGuards
  readonly latencyMs: { readonly p50: number; readonly p95: number; readonly p99: number } | null
  readonly readiness: Readiness
}

/** A thousand copies of one cause, as one row. */
export interface NightCluster {
  readonly fingerprint: string
  readonly cause: CauseLabel
  readonly count: number
  readonly exposure: number | null
  readonly words: string
  readonly example: string
}

/** One divergence told in full. */
export interface NightCase {
  readonly id: string
  readonly key: string
  readonly at: string
  readonly cause: CauseLabel
  readonly grade: 'A' | 'B'
  readonly latent: boolean
  readonly trigger: Data
  readonly legacy: Observation | null
  readonly live: Observation
  readonly asOf: Observation
  readonly differences: readonly Difference[]
  readonly restoring: readonly RestoringRead[]
  readonly evidence: readonly Evidence[]
  readonly rule: string | null
}

/** Whether timing and stale data behave like what they are called. */
export interface NightGuards {
  readonly doses: readonly NightDose[]
  /** A compact rule that foretells timing is an alarm: something else goes by that name. Null: none was found. */
  readonly timingRule: { readonly words: string; readonly explains: number; readonly of: number } | null
  /** Logic residues replayed at another instant, chosen by chance, and how often agreement came about there. */
  readonly placebo: { readonly tried: number; readonly restored: number }
  /** Decisions explained by another instant of the legacy's own transaction, or another order of commits (grade B). */
  readonly scanned: number
}

/** How often a cause is found, by what it must depend on. */
export interface NightDose {
  readonly cause: 'timing' | 'stale-data'
  readonly dose: string
  /** `plateau`: it does not depend on it, which is an alarm. */
  readonly verdict: 'responds' | 'plateau' | 'too-few'
  readonly words: string
  readonly buckets: readonly { readonly upToMs: number | null; readonly decisions: number; readonly hits: number }[]
}

export interface NightFeed {
  readonly projection: string
  readonly feed: 'stream' | 'external'
  readonly kind: 'state' | 'reference'
  readonly lagP50Ms: number | null
  readonly lagP99Ms: number | null
  readonly freshWithinMs: number | null
  readonly stale: number
  readonly reads: number
}

/** A rule of comparison that can hide a difference, and what it hid between live answers and the legacy's. */
export interface NightTolerance {
  readonly path: string
  readonly kind: Tolerance['kind']
  readonly words: string
  readonly reason: string | null
  readonly owner: string | null
  readonly until: string | null
  /** It no longer holds: what it hid before is a difference again. */
  readonly expired: boolean
  /** Differences hidden. */
  readonly hits: number
  /** Decisions in which it hid at least one. */
  readonly decisions: number
  readonly example: { readonly path: string; readonly legacy: string; readonly candidate: string; readonly decision: string } | null
}
