import type { ReadEntry, RecordedRead } from '../model/read.ts'
import { readUnit } from '../model/substitution.ts'
import type { ResolveRead } from './read-resolver.ts'
import { changedBy } from './read-resolver.ts'

/**
 * Reads of a replay: the substituted entries as of the legacy's commit, all others as they were recorded live. What the
 * live run never read has no recorded value and is taken as of.
 */
export const substitutedReads = (input: {
  readonly recorded: readonly RecordedRead[]
  readonly asOf: ResolveRead
  readonly units: ReadonlySet<string>
}): ResolveRead => {
  const known = new Map(input.recorded.map((read) => [`${read.kind} ${readUnit(read.projection, read.key)}`, read]))
  return (asked) => {
    const live = known.get(`${asked.kind} ${readUnit(asked.projection, asked.key)}`)
    if (live === undefined) return input.asOf(asked)
    if (input.units.size === 0) return live
    const isSubstituted = (key: string): boolean => input.units.has(readUnit(asked.projection, key))
    return changedBy(input.asOf(asked), (then) => ({
      ...live,
      entries: mixed({ live: live.entries, asOf: then.entries, isSubstituted }),
    }))
  }
}

const mixed = (input: {
  readonly live: readonly ReadEntry[]
  readonly asOf: readonly ReadEntry[]
  readonly isSubstituted: (key: string) => boolean
}): readonly ReadEntry[] =>
  [...input.live.filter((entry) => !input.isSubstituted(entry.key)), ...input.asOf.filter((entry) => input.isSubstituted(entry.key))].sort(
    (a, b) => (a.key < b.key ? -1 : 1),
  )

/** Each recorded read asked again of another resolver, in the same order. */
export const resolveAgain = async (reads: readonly RecordedRead[], resolve: ResolveRead): Promise<readonly RecordedRead[]> => {
  const again: RecordedRead[] = []
  for (const { projection, kind, key } of reads) again.push(await resolve({ projection, kind, key }))
  return again
}
