import type { RawTransaction } from './assemble.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces } from './binlog-place.ts'

/** Files of large transactions that the consumer may still read. */
export interface Spools {
  readonly keep: (raw: RawTransaction) => void
  /** Lets go of all that ended at or before the place; null: of all. */
  readonly release: (end: BinlogPlace | null) => void
}

export const spools = (): Spools => {
  let kept: RawTransaction[] = []
  return {
    keep: (raw) => {
      if (raw.log.memoryBytes === 0) kept.push(raw)
    },
    release: (end) => {
      if (kept.length === 0) return
      const covered = (raw: RawTransaction): boolean => end === null || comparePlaces(raw.end, end) <= 0
      for (const raw of kept) if (covered(raw)) raw.log.release()
      kept = kept.filter((raw) => !covered(raw))
    },
  }
}
