import { comparePoints } from '../../model/log-point.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { ReadEntry } from '../../model/read.ts'
import { readUnit } from '../../model/substitution.ts'
import type { Version } from '../../shadow/version-chain.ts'
import { newestIn } from '../../shadow/version-chain.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import type { LostVersion } from '../classify/lost-versions.ts'

/** The versions that one decision's own reads tell, and those that the log has lost: all that a replay of it needs, as long as it asks for nothing else. */
export interface RecordedVersions {
  readonly state: VersionState
  /** Something else was asked for, of which nothing is known. */
  readonly isBeyond: () => boolean
}

export const recordedVersions = ({ live, verdict }: PairedDecision, lost: readonly LostVersion[]): RecordedVersions => {
  const chains = new Map<string, Version[]>()
  const groups = new Map<string, readonly string[]>()
  let isBeyond = false
  const add = (unit: string, { value, version }: Pick<ReadEntry, 'value' | 'version'>): void => {
    const chain = chains.get(unit) ?? []
    chains.set(unit, chain)
    if (version === null || chain.some((one) => comparePoints(one, version) === 0)) return
    chain.push({ ...version, value, group: null, isAfterGap: false })
    chain.sort(comparePoints)
  }
  for (const { projection, kind, key, entries } of [...live.reads, ...(verdict?.asOf.reads ?? [])]) {
    if (kind === 'group') groups.set(readUnit(projection, key), [...new Set(entries.map((entry) => entry.key))])
    for (const entry of entries) add(readUnit(projection, entry.key), entry)
  }
  for (const { unit, value, version } of lost) add(unit, { value, version })
  const read: VersionState['read'] = (projection, key, view) => {
    const chain = chains.get(readUnit(projection, key))
    if (chain === undefined) isBeyond = true
    const found = newestIn(chain ?? [], view)
    if (found === undefined || found.value === null) return { key, value: null, version: null }
    const { position, ordinal, committedAt } = found
    return { key, value: found.value, version: { position, ordinal, committedAt } }
  }
  const keysOf = (projection: string, group: string): readonly string[] => {
    const keys = groups.get(readUnit(projection, group))
    if (keys === undefined) isBeyond = true
    return keys ?? []
  }
  return {
    isBeyond: () => isBeyond,
    state: {
      apply: () => undefined,
      read,
      group: (projection, group, view) =>
        keysOf(projection, group)
          .map((key) => read(projection, key, view))
          .filter(({ value }) => value !== null),
      versions: (projection, key) => chains.get(readUnit(projection, key)) ?? [],
      keysOf,
      prune: () => undefined,
      versionCount: () => 0,
    },
  }
}
