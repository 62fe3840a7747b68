import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import { reachOf } from './rolling-state.ts'

/**
 * Keys whose history has a hole where this decision looks: the change after the version that was read as of then says
 * that something else had stood there before it, or the live run saw a version that the log does not know.
 */
export const brokenVersions = (
  state: VersionState,
  decision: {
    readonly live: LiveDecision
    readonly legacy: LegacyDecision
    readonly asOf: LogPoint
    readonly reads: readonly RecordedRead[]
  },
): readonly string[] => {
  const broken = new Set<string>()
  const reach = reachOf(decision)
  for (const read of decision.reads) {
    const keys = new Set(read.entries.map((entry) => entry.key))
    if (read.kind === 'group') for (const key of state.keysOf(read.projection, read.key)) keys.add(key)
    for (const key of keys) {
      const next = state.versions(read.projection, key).find((version) => comparePoints(version, decision.asOf) >= 0)
      // Further on the log may not have been read yet: a verdict must not depend on how far it has.
      if (next?.isAfterGap === true && next.position <= reach) broken.add(`${read.projection} ${key}`)
    }
  }
  for (const read of decision.live.reads) {
    for (const { key, version } of read.feed === 'stream' ? read.entries : []) {
      if (version === null) continue
      const chain = state.versions(read.projection, key)
      const first = chain[0]
      const isKept = first !== undefined && comparePoints(first, version) <= 0
      if (isKept && !chain.some((one) => comparePoints(one, version) === 0)) broken.add(`${read.projection} ${key}`)
    }
  }
  return [...broken]
}
