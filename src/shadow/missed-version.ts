import { encode } from '../model/canonical.ts'
import type { EpochMs } from '../model/ids.ts'
import { comparePoints } from '../model/log-point.ts'
import type { LogPoint, ReadEntry, RecordedRead, VersionRef } from '../model/read.ts'
import type { Version } from './version-chain.ts'
import { isMasked } from './version-chain.ts'
import type { VersionState } from './version-state.ts'

/** How what a live read saw lies to what the legacy had before it when it decided. */
export interface MissedVersion {
  /** `behind`: it missed versions. `ahead`: it saw a version from after the legacy's commit. `unknown`: no version has this value. */
  readonly kind: 'behind' | 'ahead' | 'unknown'
  /** Commit of the oldest missed version; of the oldest version seen too early when `ahead`. */
  readonly at: EpochMs
  /** The version that was seen; found by its value for an external feed. */
  readonly seen: VersionRef | null
}

/** Compares one entry of a live read with the versions around the legacy's as-of point; null when nothing is known of its key. */
export const missedVersion = (
  state: VersionState,
  query: {
    readonly read: RecordedRead
    readonly entry: ReadEntry
    readonly before: LogPoint
    readonly masked: readonly LogPoint[]
    /** What an external feed had not brought yet when it was read; see `feedProgress`. Asked only where several versions have the value. */
    readonly missedFrom?: () => EpochMs
    /** By how much the clock of the reader may be ahead of the legacy's. */
    readonly clockAheadMs?: number
    /** By how much the clocks may be wrong that ordered the versions: what lies as close behind the one that was seen may lie before it. */
    readonly clockErrorMs?: number
  },
): MissedVersion | null => {
  const { read, entry, masked } = query
  const upTo = entry.upTo ?? read.frontier
  const chain = state.versions(read.projection, entry.key).filter((version) => !isMasked(version, masked))
  return upTo === null ? byValue(chain, query) : byFrontier(chain, upTo, query)
}

const byFrontier = (
  chain: readonly Version[],
  frontier: string,
  { entry, before, clockErrorMs = 0 }: { readonly entry: ReadEntry; readonly before: LogPoint; readonly clockErrorMs?: number },
): MissedVersion | null => {
  const later = chain.filter((version) => version.position > frontier && comparePoints(version, before) < 0)
  const sureFrom = (entry.version?.committedAt ?? Number.NEGATIVE_INFINITY) + 2 * clockErrorMs
  const missed = clockErrorMs === 0 ? later[0] : (later.find(({ committedAt }) => committedAt > sureFrom) ?? later[0])
  if (missed !== undefined) return { kind: 'behind', at: missed.committedAt, seen: entry.version }
  const early = chain.find((version) => version.position <= frontier && comparePoints(version, before) >= 0)
  return early === undefined ? null : { kind: 'ahead', at: early.committedAt, seen: entry.version }
}

interface ValueQuery {
  readonly read: RecordedRead
  readonly entry: ReadEntry
  readonly missedFrom?: () => EpochMs
  readonly clockAheadMs?: number
}

const byValue = (chain: readonly Version[], query: ValueQuery & { readonly before: LogPoint }): MissedVersion | null => {
  const { entry, before } = query
  const seen = versionByValue(chain, query)
  const known = chain.filter((version) => comparePoints(version, before) < 0)
  if (seen !== null && comparePoints(seen, before) >= 0) return { kind: 'ahead', at: seen.committedAt, seen }
  if (seen === null && entry.value !== null) {
    const current = known.at(-1)
    return current === undefined ? null : { kind: 'unknown', at: current.committedAt, seen: null }
  }
  const missed = known.find((version) => seen === null || comparePoints(version, seen) > 0)
  return missed === undefined ? null : { kind: 'behind', at: missed.committedAt, seen }
}

/**
 * Of the versions with the value of an entry the newest that can have been there when it was read, for a feed is more often fresh than
 * stale; else the oldest later one that a clock which is ahead can have seen; null when none has it.
 */
const versionByValue = (chain: readonly Version[], { read, entry, missedFrom, clockAheadMs = 0 }: ValueQuery): VersionRef | null => {
  const text = encode(entry.value)
  const same = chain.filter((version) => encode(version.value) === text)
  const there = same.filter((version) => version.committedAt <= read.readAt)
  const from = there.length < 2 ? undefined : missedFrom?.()
  const brought = from === undefined ? undefined : there.findLast((version) => version.committedAt < from)
  const found = brought ?? there.at(-1) ?? same.find((version) => version.committedAt <= read.readAt + clockAheadMs)
  return found === undefined ? null : { position: found.position, ordinal: found.ordinal, committedAt: found.committedAt }
}
