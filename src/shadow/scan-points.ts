import type { EpochMs, Position } from '../model/ids.ts'
import { afterTransaction, comparePoints } from '../model/log-point.ts'
import type { LogPoint, RecordedRead } from '../model/read.ts'
import { isMasked } from './version-chain.ts'
import type { VersionState } from './version-state.ts'

export interface ScanQuery {
  /** The keys and groups whose versions matter: what the candidate read as of the legacy's commit. */
  readonly reads: readonly RecordedRead[]
  /** When the legacy may have begun to read. */
  readonly from: EpochMs
  readonly asOf: LogPoint
  /** The decision's own transactions; where there are several, the legacy may have read until the last. */
  readonly transactions: readonly LogPoint[]
  /** At most so many points, nearest first. */
  readonly limit: number
}

/**
 * The other instants at which the legacy may have read, where it did not lock what it read: one point for each
 * distinct state of the given reads in the interval, nearest to `asOf` first. Reads are to be resolved just before each.
 */
export const scanPoints = (state: VersionState, query: ScanQuery): readonly LogPoint[] => {
  const last = query.transactions.at(-1) ?? query.asOf
  const earlier = new Set<Position>()
  const later = new Set<Position>()
  for (const read of query.reads) {
    const keys = new Set(read.entries.map((entry) => entry.key))
    if (read.kind === 'group') for (const key of state.keysOf(read.projection, read.key)) keys.add(key)
    for (const key of keys) {
      for (const version of state.versions(read.projection, key)) {
        if (isMasked(version, query.transactions)) continue
        if (comparePoints(version, query.asOf) >= 0) {
          if (version.position < last.position) later.add(version.position)
        } else if (version.committedAt >= query.from) earlier.add(version.position)
      }
    }
  }
  return [
    ...[...earlier]
      .sort()
      .reverse()
      .map((position) => ({ position, ordinal: 0 })),
    ...[...later].sort().map((position) => afterTransaction(position)),
  ].slice(0, query.limit)
}
