import type { SourceLoad } from '../ports/change-source.ts'

/**
 * What capture takes for one change. Time: 45 µs of Banyan's own process and 19 µs of its store's server were seen with orders that make events
 * and journeys (topic `capture` of the benches), rounded up. Bytes are reckoned from the tables of the store, not measured.
 */
export const assumed = {
  /** Of the store's disk, beside the row itself: its version's head, indexes, and its share of events. */
  storeBytesPerChange: 420,
  /** A version keeps the row as text with the names of its columns. */
  storeBytesPerRowByte: 2,
  /** Of Banyan's process and of its store's server together. */
  cpuMicrosPerChange: 80,
} as const

/** What Banyan will take of disk and processor to follow a legacy; before masking and filters leave anything out, and without candidates. */
export interface Estimate {
  /** The greater of what was watched and what is usual. */
  readonly changesPerSecond: number
  readonly storeBytesPerDay: number
  /** Of one core; above 1, capture cannot keep up with one. */
  readonly cpuShare: number
}

const daySeconds = 86_400
/** Of rows whose size is not known. */
const usualRowBytes = 150

/** Straight proportion: it says an order of magnitude, and what it was made of. */
export const estimateOf = ({ changesPerSecond, usualChangesPerSecond, rowBytes }: SourceLoad): Estimate => {
  const rate = Math.max(changesPerSecond, usualChangesPerSecond ?? 0)
  const bytes = assumed.storeBytesPerChange + assumed.storeBytesPerRowByte * (rowBytes ?? usualRowBytes)
  return {
    changesPerSecond: rate,
    storeBytesPerDay: rate * daySeconds * bytes,
    cpuShare: (rate * assumed.cpuMicrosPerChange) / 1_000_000,
  }
}
