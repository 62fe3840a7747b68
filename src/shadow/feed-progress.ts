import { encode } from '../model/canonical.ts'
import type { EpochMs } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import type { RecordedRead } from '../model/read.ts'
import type { VersionState } from './version-state.ts'

/**
 * How far external feeds can have come. A feed that brings changes in their order, be it a stream or a copy of the whole table, and
 * that still shows an old version of one row, has brought no row's changes from beyond the version that it misses; nor had
 * it at any earlier instant.
 */
export interface FeedProgress {
  /** What was committed from this instant on was not there when the projection was read; infinity where nothing tells. */
  readonly missedFrom: (projection: string, readAt: EpochMs) => EpochMs
}

interface Witness {
  readonly readAt: EpochMs
  missedFrom: number
}

/** No instant. */
export const nothingTells: EpochMs = epochMs(Number.POSITIVE_INFINITY)

/** Nothing is known of any feed. */
export const noProgress: FeedProgress = { missedFrom: () => nothingTells }

/** Learns from reads, in any order. The versions must be known up to the last of them. */
export const feedProgress = (state: VersionState, reads: Iterable<RecordedRead>): FeedProgress => {
  const witnesses = new Map<string, Witness[]>()
  for (const read of reads) {
    const missedFrom = read.frontier === null ? earliestMiss(state, read) : null
    if (missedFrom === null) continue
    const known = witnesses.get(read.projection)
    if (known === undefined) witnesses.set(read.projection, [{ readAt: read.readAt, missedFrom }])
    else known.push({ readAt: read.readAt, missedFrom })
  }
  for (const list of witnesses.values()) {
    list.sort((a, b) => a.readAt - b.readAt)
    for (let i = list.length - 2; i >= 0; i--) {
      const [one, next] = [list[i], list[i + 1]]
      if (one !== undefined && next !== undefined) one.missedFrom = Math.min(one.missedFrom, next.missedFrom)
    }
  }
  return {
    missedFrom: (projection, readAt) => {
      const list = witnesses.get(projection) ?? []
      let [low, high] = [0, list.length]
      while (low < high) {
        const middle = (low + high) >> 1
        if ((list[middle]?.readAt ?? 0) < readAt) low = middle + 1
        else high = middle
      }
      return epochMs(list[low]?.missedFrom ?? nothingTells)
    },
  }
}

/** The commit of the oldest version that a read surely missed: the one after the newest that it can have seen. */
const earliestMiss = (state: VersionState, read: RecordedRead): number | null => {
  let earliest: number | null = null
  for (const entry of read.entries) {
    const chain = state.versions(read.projection, entry.key)
    if (chain.length < 2 || entry.value === null || entry.upTo !== undefined) continue
    const text = encode(entry.value)
    const seen = chain.findLastIndex((version) => version.committedAt <= read.readAt && encode(version.value) === text)
    const missed = seen < 0 ? undefined : chain[seen + 1]
    if (missed === undefined || missed.committedAt > read.readAt) continue
    earliest = Math.min(earliest ?? Number.POSITIVE_INFINITY, missed.committedAt)
  }
  return earliest
}
