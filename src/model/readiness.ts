export type GateVerdict = 'READY' | 'NOT READY' | 'INSUFFICIENT EVIDENCE'

/** One question of the gate, with its answer. Absent evidence never passes. */
export interface GateCheck {
  readonly id: string
  readonly title: string
  readonly verdict: 'pass' | 'fail' | 'insufficient'
  readonly required: string
  readonly actual: string
  readonly missing: string | null
  /** About how many more nights at the present rate; null when more nights alone will not do. */
  readonly etaNights: number | null
  /** Where the question is about a share: what was seen, what it surely does not exceed, and what may be. All from 0 to 1. */
  readonly bound?: { readonly share: number; readonly upper: number; readonly limit: number }
}

export interface Readiness {
  readonly context: string
  readonly verdict: GateVerdict
  readonly checks: readonly GateCheck[]
}
