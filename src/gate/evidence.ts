/** How fresh one projection's feed was, over the window. */
export interface FeedEvidence {
  readonly projection: string
  readonly reads: number
  /** Reads that saw a value older than the feed's freshness limit. */
  readonly stale: number
  /** 99th percentile of the age of what was read; null when no age is known. */
  readonly lagP99Ms: number | null
  /** Declared limit; null when none was declared. */
  readonly freshWithinMs: number | null
}

/** What one tolerance hid over the window, and whether someone still answers for it. */
export interface ToleranceEvidence {
  readonly path: string
  readonly owner: string | null
  readonly until: string | null
  readonly expired: boolean
  readonly hits: number
}

/** All that the gate looks at, as plain counts. A null count is one that nobody took: it never passes. */
export interface GateEvidence {
  /** Nights since evidence began, i.e. since the last change of the candidate; for estimates only. */
  readonly nights: number
  readonly decisions: number
  /** Decisions with both answers and an as-of answer. */
  readonly compared: number
  /** Since when the legacy's log was lost, and nothing that was decided has been seen. Left out: it was not. */
  readonly gapSince?: string
  /** Since when capture waits before a change of the legacy's schema. Left out: it does not. */
  readonly pausedSince?: string
  /** Decisions that are in no account; anything but zero means that Banyan lost count. */
  readonly remainder: number | null
  readonly unpaired: number
  /** As-of answers that differ from the legacy's, latent ones included, and that no adopted rule explains. */
  readonly mismatches: number | null
  readonly openDefects: number | null
  readonly unresolved: number | null
  /** Hidden rules that are shown as true. */
  readonly rules: { readonly found: number; readonly decided: number } | null
  readonly deadLetters: number | null
  readonly tolerances: readonly ToleranceEvidence[] | null
  /** Alarms about what is called timing and stale data, as sentences; `words` is what was seen. */
  readonly environment: { readonly plateaus: readonly string[]; readonly timingRule: string | null; readonly words: string } | null
  readonly feeds: readonly FeedEvidence[] | null
}

/** What the gate asks for. */
export interface GateLimits {
  /** Share of decisions that may differ for reasons of logic. */
  readonly mismatchShare: number
  /** Chance of a wrong READY, over all nights together. */
  readonly alpha: number
  readonly decisions: number
  readonly unresolvedShare: number
  readonly unpairedShare: number
  readonly staleShare: number
}

/** The standard profile; money-critical decisions take a mismatch share of 1e-4. */
export const standardLimits: GateLimits = {
  mismatchShare: 1e-3,
  alpha: 0.05,
  decisions: 3000,
  unresolvedShare: 1e-3,
  unpairedShare: 1e-3,
  staleShare: 1e-3,
}
