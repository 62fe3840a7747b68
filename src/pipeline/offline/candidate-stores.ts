import type { TransactionHeader } from '../../model/change-event.ts'
import type { Context, Projection } from '../../model/context.ts'
import { BanyanError } from '../../model/errors.ts'
import type { EpochMs, Position } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint, ReadEntry, RecordedRead } from '../../model/read.ts'
import type { DeclaredDeliveries, DeliveredFeed, DeliveredLine, FrontierLine } from '../../ports/delivery-source.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import type { Version } from '../../shadow/version-chain.ts'
import { newestIn } from '../../shadow/version-chain.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import type { Arrival, Arrivals } from './arrivals.ts'
import { createArrivals } from './arrivals.ts'
import type { Marks } from './marks.ts'
import { createMarks } from './marks.ts'

/** What the candidate's stores held at each instant: the versions of the log, and when they had come. */
export interface CandidateStores {
  /** Every transaction, in log order. */
  readonly committed: (header: TransactionHeader) => void
  readonly frontier: (line: FrontierLine) => void
  /** False: the log has not been read so far yet. Throws BanyanError fixture-invalid for a version that it lacks. */
  readonly delivered: (line: DeliveredLine) => boolean
  /** The reads of a decision, without its own work. `readAt`: the instant at which a projection is read. */
  readonly resolve: (asked: { readonly readAt: (projection: string) => EpochMs; readonly masked: readonly LogPoint[] }) => ResolveRead
  /** The oldest position that reads from an instant on may show, for stores that are filled in order. */
  readonly shownFrom: (instant: EpochMs) => Position
  /** How far the log had come at an instant. */
  readonly committedBy: (instant: EpochMs) => Position
  /** From where on the versions of a key must be kept, for stores that are filled key by key; null: as of any other. */
  readonly keptFrom: (projection: string, key: string, instant: EpochMs) => LogPoint | null
  /** Reads before the first instant, and commits before the second, are not asked for any more. */
  readonly forgetBefore: (instant: EpochMs, commit: EpochMs) => void
}

interface Store {
  readonly name: string
  readonly projection: Projection
  readonly lagMs: number
  readonly marks: Marks
  /** Null: filled in order. */
  readonly arrivals: Arrivals | null
  readonly applied: 'newest' | 'last'
}

const beginning: LogPoint = { position: '' as Position, ordinal: 0 }

export const createCandidateStores = (input: {
  readonly context: Context
  readonly state: VersionState
  readonly declared: DeclaredDeliveries
}): CandidateStores => {
  const { context, state, declared } = input
  const commits = createMarks()
  let head = '' as Position
  const stores = new Map<string, Store>(
    Object.entries(context.reads).map(([name, projection]) => {
      const feed = declared.feeds[`${context.name}/${name}`] ?? declared.feeds[name] ?? null
      return [name, storeOf(name, projection, feed, commits)]
    }),
  )
  const all = [...stores.values()]
  return {
    committed: ({ position, committedAt, snapshot }) => {
      head = position
      commits.note(committedAt, position)
      if (!snapshot) return
      const always = epochMs(Number.NEGATIVE_INFINITY)
      for (const { marks } of all) if (marks !== commits) marks.note(always, position)
    },
    frontier: ({ projection, at, position }) => stores.get(projection)?.marks.note(at, position),
    delivered: (line) => {
      const store = stores.get(line.projection)
      if (store === undefined || store.arrivals === null) return true
      const arrival = arrivalOf(store, state, line, head)
      if (arrival === null) return false
      store.arrivals.add(line.key, arrival)
      return true
    },
    resolve: ({ readAt, masked }) => {
      return ({ projection: name, kind, key }) => {
        const store = stores.get(name)
        if (store === undefined)
          throw new BanyanError('context-invalid', `no projection is named '${name}'`, {
            where: name,
            hint: 'name one of the context’s reads',
          })
        return readOf({ store, state, at: readAt(name), masked }, kind, key)
      }
    },
    shownFrom: (instant) =>
      all.reduce<Position>((least, store) => (store.arrivals === null ? minimum(least, frontierAt(store, instant)) : least), head),
    committedBy: commits.at,
    keptFrom: (projection, key, instant) => {
      const store = stores.get(projection)
      return store === undefined || store.arrivals === null ? null : keptOf(store, store.arrivals, key, instant)
    },
    forgetBefore: (instant, commit) => {
      for (const { marks, arrivals, lagMs } of all) {
        if (marks !== commits) marks.forgetBefore(epochMs(instant - lagMs))
        arrivals?.forgetBefore(instant)
      }
      const longestLagMs = Math.max(0, ...all.map(({ lagMs }) => lagMs))
      commits.forgetBefore(epochMs(Math.min(commit, instant - longestLagMs)))
    },
  }
}

/** What a key shows, and all that came after it in the log. What comes last may be any old version, and a value may be that of any. */
const keptOf = (store: Store, arrivals: Arrivals, key: string, instant: EpochMs): LogPoint => {
  const inOrder = { position: frontierAt(store, instant), ordinal: 0 }
  const arrival = arrivals.shown(key, instant, [])
  if (arrival === undefined) return inOrder
  if (arrival.point === null || store.applied === 'last') return beginning
  return comparePoints(arrival.point, inOrder) > 0 ? arrival.point : inOrder
}

const minimum = (a: Position, b: Position): Position => (a < b ? a : b)

const storeOf = (name: string, projection: Projection, feed: DeliveredFeed | null, commits: Marks): Store => {
  const lagMs = feed === null && projection.feed.kind === 'stream' ? (projection.feed.lagMs ?? 0) : 0
  const marks = feed === null ? commits : createMarks()
  const applied = feed?.filled === 'by-key' ? feed.applied : 'newest'
  return { name, projection, lagMs, marks, arrivals: feed?.filled === 'by-key' ? createArrivals(applied) : null, applied }
}

const frontierAt = ({ marks, lagMs }: Store, at: EpochMs): Position => marks.at(epochMs(at - lagMs))

/** Null: the log has not been read so far yet. */
const arrivalOf = (store: Store, state: VersionState, line: DeliveredLine, head: Position): Arrival | null => {
  const { key, at, position, ordinal, value } = line
  const chain = state.versions(store.name, key)
  if (position === undefined) return { at, point: null, value: value ?? null, group: chain.at(-1)?.group ?? null }
  const version = chain.findLast((one) => one.position === position && (ordinal === undefined || one.ordinal === ordinal))
  if (version !== undefined) return { at, point: version, value: version.value, group: version.group }
  if (value !== undefined)
    return { at, point: { position, ordinal: ordinal ?? 0, committedAt: at }, value, group: chain.at(-1)?.group ?? null }
  if (position > head) return null
  const point = { position, ordinal: ordinal ?? 0 }
  const oldest = chain[0]
  // Only what lies before the version that the store shows is forgotten: it comes too late to be shown.
  const isForgotten = store.arrivals?.shown(key, at, []) !== undefined && (oldest === undefined || comparePoints(oldest, point) > 0)
  if (isForgotten) return { at, point: { ...point, committedAt: at }, value: null, group: null }
  throw new BanyanError('fixture-invalid', `no transaction wrote the version ${position} of ${store.name} '${key}'`, {
    hint: 'give the line the value of that version, or record the transactions that wrote it',
    where: `${line.projection} ${key}`,
  })
}

interface Reading {
  readonly store: Store
  readonly state: VersionState
  readonly at: EpochMs
  readonly masked: readonly LogPoint[]
}

const readOf = (reading: Reading, kind: 'key' | 'group', key: string): RecordedRead => {
  const { store, at } = reading
  const { feed } = store.projection
  if (kind === 'group' && store.projection.group === null) {
    throw new BanyanError('context-invalid', `'${store.name}' has no groups`, {
      where: `reads.${store.name}`,
      hint: 'give the projection a group function',
    })
  }
  const entries = store.arrivals === null ? inOrder(reading, kind, key) : byKey(reading, store.arrivals, kind, key)
  const frontier = store.arrivals === null ? frontierAt(store, at) : null
  return { projection: store.name, kind, key, entries, feed: feed.kind, frontier, readAt: at }
}

const inOrder = ({ store, state, at, masked }: Reading, kind: 'key' | 'group', key: string): readonly ReadEntry[] => {
  const view = { upTo: frontierAt(store, at), masked }
  return kind === 'key' ? [state.read(store.name, key, view)] : state.group(store.name, key, view)
}

/** Of a group the keys that were absent are told too: that they were is part of what was read. */
const byKey = (reading: Reading, arrivals: Arrivals, kind: 'key' | 'group', key: string): readonly ReadEntry[] => {
  if (kind === 'key') return [entryOf(key, shownOf(reading, arrivals, key))]
  const { state, store } = reading
  return [...state.keysOf(store.name, key)].sort().map((member) => {
    const shown = shownOf(reading, arrivals, member)
    // What came by its value belongs to where its row belongs.
    const isElsewhere = shown !== null && shown.group !== null && shown.group !== key
    return entryOf(member, isElsewhere ? { ...shown, value: null } : shown)
  })
}

/** What a key shows: the newer of what came in order and of what came by itself. */
const shownOf = ({ store, state, at, masked }: Reading, arrivals: Arrivals, key: string): Omit<Arrival, 'at'> | null => {
  const version = newestIn(state.versions(store.name, key), { upTo: frontierAt(store, at), masked })
  const arrival = arrivals.shown(key, at, masked)
  if (arrival === undefined) return version === undefined ? null : shownVersion(version)
  if (version === undefined) return arrival
  const isByPoint = arrival.point !== null && store.applied === 'newest'
  const isVersionNewer = isByPoint ? comparePoints(version, arrival.point ?? version) > 0 : version.committedAt > arrival.at
  return isVersionNewer ? shownVersion(version) : arrival
}

const shownVersion = (version: Version): Omit<Arrival, 'at'> => ({ point: version, value: version.value, group: version.group })

const entryOf = (key: string, shown: Omit<Arrival, 'at'> | null): ReadEntry => {
  if (shown === null) return { key, value: null, version: null, upTo: '' as Position }
  if (shown.point === null) return { key, value: shown.value, version: null }
  const { position, ordinal, committedAt } = shown.point
  return { key, value: shown.value, version: shown.value === null ? null : { position, ordinal, committedAt }, upTo: position }
}
