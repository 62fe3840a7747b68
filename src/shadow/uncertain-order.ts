import type { EpochMs } from '../model/ids.ts'
import { comparePoints } from '../model/log-point.ts'
import type { LogPoint, ReadEntry, RecordedRead } from '../model/read.ts'
import { readUnit } from '../model/substitution.ts'
import type { ResolveRead } from './read-resolver.ts'
import { changedBy } from './read-resolver.ts'
import type { Version } from './version-chain.ts'
import { isMasked } from './version-chain.ts'
import type { VersionState } from './version-state.ts'

/** Another state of the same keys that is as possible as the recorded one, by unit: only what differs from that. Null: the key was absent. */
export type PossibleWorld = ReadonlyMap<string, Version | null>

/**
 * Two clocks that are each wrong by up to so much put commits further apart than this many times of it the wrong way round in less than one of twenty cases, and
 * the more orders are tried, the more often one fits by luck.
 */
const likelyWithin = 1.4

export interface PossibleQuery {
  /** What the candidate read as of the legacy's commit. */
  readonly reads: readonly RecordedRead[]
  /** What it read live: a version that its own store held is as possible as the clocks allow at all. */
  readonly live: readonly RecordedRead[]
  readonly asOf: LogPoint
  /** Between these instants lies the legacy's own commit, by the clock that ordered it. */
  readonly committed: { readonly from: EpochMs; readonly until: EpochMs }
  readonly transactions: readonly LogPoint[]
  /** By how much that clock may be wrong. */
  readonly errorMs: number
  /** At most so many worlds, those that differ in one key first. */
  readonly limit: number
}

/**
 * Where clocks ordered the commits, the order of any two that lie close together is unknown. A key may have held each version that no other one
 * is sure to have followed before the legacy's commit, and that is not sure to have come after it.
 */
export const possibleWorlds = (
  state: VersionState,
  query: PossibleQuery,
): { readonly worlds: readonly PossibleWorld[]; readonly isWhole: boolean } => {
  const choices = [...keysOf(state, query)].flatMap(([unit, { projection, key, seen }]) => {
    const others = otherVersions(state.versions(projection, key), seen, query)
    return others.length === 0 ? [] : [others.map((version) => [unit, version] as const)]
  })
  const worlds: PossibleWorld[] = []
  for (const world of inOrder(choices)) {
    if (worlds.length >= query.limit) return { worlds, isWhole: false }
    worlds.push(new Map(world))
  }
  return { worlds, isWhole: true }
}

type Choice = readonly [string, Version | null]

/** One key otherwise, then two. More at once would be a coincidence. */
function* inOrder(choices: readonly (readonly Choice[])[]): Generator<readonly Choice[], undefined> {
  for (const some of choices) for (const one of some) yield [one]
  for (const [at, some] of choices.entries())
    for (const one of some) for (const more of choices.slice(at + 1)) for (const other of more) yield [one, other]
}

interface AskedKey {
  readonly projection: string
  readonly key: string
  /** The version that the live run saw. */
  readonly seen: LogPoint | null
}

const keysOf = (state: VersionState, { reads, live }: PossibleQuery): ReadonlyMap<string, AskedKey> => {
  const keys = new Map<string, AskedKey>()
  for (const { projection, kind, key: asked, entries } of [...reads, ...live]) {
    const all = [...entries.map(({ key }) => key), ...(kind === 'group' ? state.keysOf(projection, asked) : [asked])]
    for (const key of all) keys.set(readUnit(projection, key), { projection, key, seen: null })
  }
  for (const { projection, entries } of live)
    for (const { key, version } of entries) keys.set(readUnit(projection, key), { projection, key, seen: version })
  return keys
}

/** What a key may have held besides what the log's order says, newest first. */
const otherVersions = (chain: readonly Version[], seen: LogPoint | null, query: PossibleQuery): readonly (Version | null)[] => {
  const own = chain.filter((version) => !isMasked(version, query.transactions))
  const nominal = own.findLast((version) => comparePoints(version, query.asOf) < 0) ?? null
  const likely = possibleIn(own, query, likelyWithin * query.errorMs)
  const held =
    seen === null ? [] : possibleIn(own, query, 2 * query.errorMs).filter((one) => one !== null && comparePoints(one, seen) === 0)
  return [...new Set([...likely, ...held])].filter((version) => version !== nominal)
}

/** Newest first. */
const possibleIn = (own: readonly Version[], { committed }: PossibleQuery, slackMs: number): readonly (Version | null)[] => {
  const sure = own.findLast(({ committedAt }) => committedAt < committed.from - slackMs)?.committedAt ?? null
  const possible = own.filter(
    ({ committedAt }) => committedAt <= committed.until + slackMs && (sure === null || committedAt >= sure - slackMs),
  )
  // Where nothing is sure to have been there, the key may have been absent.
  return [...possible.toReversed(), ...(sure === null ? [null] : [])]
}

/** Reads in a possible world. */
export const inWorld =
  (resolve: ResolveRead, state: VersionState, world: PossibleWorld): ResolveRead =>
  (asked) =>
    changedBy(resolve(asked), (read) => {
      const entries = new Map(read.entries.map((entry) => [entry.key, entry]))
      for (const key of asked.kind === 'key' ? [asked.key] : state.keysOf(asked.projection, asked.key)) {
        const version = world.get(readUnit(asked.projection, key))
        if (version === undefined) continue
        if (asked.kind === 'group' && version?.group !== asked.key) entries.delete(key)
        else entries.set(key, entryOf(key, version))
      }
      return { ...read, entries: [...entries.values()].sort((a, b) => (a.key < b.key ? -1 : 1)) }
    })

const entryOf = (key: string, version: Version | null): ReadEntry =>
  version === null || version.value === null
    ? { key, value: null, version: null }
    : {
        key,
        value: version.value,
        version: { position: version.position, ordinal: version.ordinal, committedAt: version.committedAt },
      }

/** How what was seen lies to what a possible world held. What lies close together may have been seen too early or too late: it counts as missed. */
export const missedInWorld = (
  { version }: Pick<ReadEntry, 'version'>,
  held: Version | null,
  errorMs: number,
): { readonly kind: 'behind' | 'ahead'; readonly at: EpochMs } | null => {
  if (held === null) return version === null ? null : { kind: 'ahead', at: version.committedAt }
  return version !== null && version.committedAt > held.committedAt + 2 * errorMs
    ? { kind: 'ahead', at: version.committedAt }
    : { kind: 'behind', at: held.committedAt }
}
