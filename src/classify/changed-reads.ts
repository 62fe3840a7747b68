import { encode } from '../model/canonical.ts'
import type { ReadEntry, RecordedRead } from '../model/read.ts'
import { readUnit } from '../model/substitution.ts'
import type { Data } from '../model/value.ts'

/** One entry that the live run saw differently from how it was just before the legacy's commit. */
export interface ChangedRead {
  readonly unit: string
  readonly projection: string
  readonly key: string
  readonly seen: Data
  readonly atLegacyCommit: Data
  readonly read: RecordedRead
  readonly entry: ReadEntry
}

/** Compares the live reads with the same reads as of the legacy's commit, by value: a newer version with an equal value is no change. */
export const changedReads = (live: readonly RecordedRead[], asOf: readonly RecordedRead[]): readonly ChangedRead[] => {
  const changed = new Map<string, ChangedRead>()
  live.forEach((read, index) => {
    const seen = new Map(read.entries.map((entry) => [entry.key, entry]))
    const then = new Map((asOf[index]?.entries ?? []).map((entry) => [entry.key, entry]))
    for (const key of new Set([...seen.keys(), ...then.keys()])) {
      const unit = readUnit(read.projection, key)
      const entry = seen.get(key) ?? { key, value: null, version: null }
      const atLegacyCommit = then.get(key)?.value ?? null
      if (changed.has(unit) || encode(entry.value) === encode(atLegacyCommit)) continue
      changed.set(unit, { unit, projection: read.projection, key, seen: entry.value, atLegacyCommit, read, entry })
    }
  })
  // In which order reads were answered is a matter of timing, not of the decision.
  return [...changed.values()].sort((a, b) => (a.unit < b.unit ? -1 : 1))
}
