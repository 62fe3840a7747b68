/** What one run of the miner gave. */
export interface Measured {
  readonly seconds: number
  readonly cpuSeconds: number
  /** Of the whole process, with the table. */
  readonly peakBytes: number
  readonly planted: number
  /** Rules whose decisions at risk a mined rule has with a Jaccard index of 0.95 or more. */
  readonly found: readonly string[]
  readonly untrue: readonly string[]
  readonly jaccards: readonly number[]
}
