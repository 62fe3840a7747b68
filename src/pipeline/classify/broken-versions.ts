import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import { reachOf } from './rolling-state.ts'

/**
 * Keys whose history has a hole where this decision looks: a later change says that something else had stood there before it, and
 * since when is not known. What the legacy's own transaction says of the rows that it changed is exact.
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
  let broken: Set<string> | null = null
  const reach = reachOf(decision)
  for (const read of decision.reads) {
    for (const key of keysRead(state, read)) {
      const next = state.versions(read.projection, key).find((version) => comparePoints(version, decision.asOf) >= 0)
      // Further on the log may not have been read yet: a verdict must not depend on how far it has.
      if (next?.isAfterGap !== true || next.position > reach) continue
      broken ??= new Set()
      broken.add(`${read.projection} ${key}`)
    }
  }
  return broken === null ? none : [...broken]
}

const none: readonly string[] = []

const keysRead = (state: VersionState, { projection, kind, key: group, entries }: RecordedRead): Iterable<string> => {
  const keys = entries.map(({ key }) => key)
  return kind === 'key' ? keys : new Set([...keys, ...state.keysOf(projection, group)])
}
