/** One measured number. Peer fields are null where there is no peer; `ratio` above 1 means Banyan is ahead. */
export interface Figure {
  /** Stable and dotted, e.g. `capture.postgres`. */
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly peer: string | null
  readonly peerValue: number | null
  /** How many times better than the peer. */
  readonly ratio: number | null
  /** What the workload is and why it is fair, in a sentence. */
  readonly context: string
}
