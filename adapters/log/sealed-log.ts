/** The records of one whole transaction, in memory or on disk. */
export interface SealedLog {
  /** Whole records, block by block, as often as asked. */
  readonly blocks: () => Iterable<Buffer>
  /** Held in memory; 0: on disk, and read again at every look. */
  readonly memoryBytes: number
  readonly release: () => void
}
