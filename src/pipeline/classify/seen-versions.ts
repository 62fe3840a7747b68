import type { LiveDecision } from '../../model/decision.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint, ReadEntry, VersionRef } from '../../model/read.ts'
import { readUnit } from '../../model/substitution.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import { changedBy } from '../../shadow/read-resolver.ts'
import { isMasked } from '../../shadow/version-chain.ts'
import type { VersionState } from '../../shadow/version-state.ts'

interface SeenEntry extends ReadEntry {
  readonly version: VersionRef
}

/** What the live run of one decision saw and the log does not know, by unit: the log has lost these versions. */
export type SeenVersions = ReadonlyMap<string, SeenEntry>

/**
 * The versions that a live run saw before a point of the log, and that the captured log lacks; null where it lacks none. Only the decision's
 * own reads count: a verdict must not depend on the company that it is in.
 */
export const seenVersions = (
  state: VersionState,
  live: LiveDecision,
  { before, masked }: { readonly before: LogPoint; readonly masked: readonly LogPoint[] },
): SeenVersions | null => {
  let seen: Map<string, SeenEntry> | null = null
  for (const { feed, projection, entries } of live.reads) {
    if (feed !== 'stream') continue
    for (const { key, value, version } of entries) {
      if (version === null || comparePoints(version, before) >= 0 || isMasked(version, masked)) continue
      const chain = state.versions(projection, key)
      const first = chain[0]
      if (first === undefined || comparePoints(first, version) > 0 || isIn(chain, version)) continue
      seen ??= new Map()
      seen.set(readUnit(projection, key), { key, value, version })
    }
  }
  return seen
}

/** Looked for from the end: most reads see one of the newest. */
const isIn = (chain: readonly LogPoint[], version: LogPoint): boolean => {
  for (let at = chain.length - 1; at >= 0; at--) {
    const one = chain[at]
    const order = one === undefined ? -1 : comparePoints(one, version)
    if (order <= 0) return order === 0
  }
  return false
}

/** Reads in which the lost versions stand where they belong. */
export const withSeen =
  (resolve: ResolveRead, seen: SeenVersions): ResolveRead =>
  (asked) =>
    changedBy(resolve(asked), (read) => ({
      ...read,
      entries: read.entries.map((entry) => newer(entry, seen.get(readUnit(read.projection, entry.key)))),
    }))

const newer = (entry: ReadEntry, seen: SeenEntry | undefined): ReadEntry =>
  seen !== undefined && (entry.version === null || comparePoints(entry.version, seen.version) < 0) ? seen : entry
