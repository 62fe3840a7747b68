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
}

export interface Readiness {
  readonly context: string
  readonly verdict: GateVerdict
  readonly checks: readonly GateCheck[]
}
