import type { ChangeEvent } from '../model/change-event.ts'
import type { Projection } from '../model/context.ts'
import { BanyanError } from '../model/errors.ts'
import type { Position, RowKey, TableName } from '../model/ids.ts'
import { comparePoints } from '../model/log-point.ts'
import type { LogPoint, ReadEntry } from '../model/read.ts'
import { projectRow } from './project-row.ts'
import type { ProjectedRow } from './project-row.ts'
import { sameData } from '../model/same-data.ts'
import { isVisible, newestIn, visibleCount } from './version-chain.ts'
import type { Version, VersionChain, View } from './version-chain.ts'

/**
 * The recent past of the legacy rows that one context's projections show: for each key a short chain of versions.
 * A projection's key must name one row. Memory: one entry a row, plus the versions since the last prune.
 */
export interface VersionState {
  /** Takes the next change in log order; one that is known already is passed over. */
  readonly apply: (change: ChangeEvent) => void
  /** What a key held in a view. Value null and version null: absent. The value is shared: never mutate it. */
  readonly read: (projection: string, key: string, view: View) => ReadEntry
  /** All present entries of a group in a view, ordered by key. */
  readonly group: (projection: string, group: string, view: View) => readonly ReadEntry[]
  /** All kept versions of a key. */
  readonly versions: (projection: string, key: string) => readonly Version[]
  /** All keys that were in a group at some kept version. */
  readonly keysOf: (projection: string, group: string) => Iterable<string>
  /** May forget what no view at or after a point can see, now or later. External feeds are matched by value, so they keep more: null keeps all. */
  readonly prune: (keepFrom: PruneBounds) => void
  readonly versionCount: () => number
}

/** Versions that a view at or after these points sees are kept. */
export interface PruneBounds {
  readonly stream: LogPoint
  readonly external: LogPoint | null
  /** Streamed master data, where other than `stream`; null keeps all. */
  readonly reference?: LogPoint | null
  /** Where a key is needed from an earlier point on; null: it is not. */
  readonly holdOf?: (projection: string, key: string) => LogPoint | null
}

interface ProjectionState {
  readonly name: string
  readonly projection: Projection
  readonly chains: Map<string, VersionChain>
  readonly groups: Map<string, Set<string>>
  readonly keyOfRow: Map<RowKey, string>
  /** Keys with something to prune. */
  readonly grown: Map<string, VersionChain>
  /** Versions since the last prune. */
  appended: number
  /** The position of the newest change so far. */
  newest: Position
}

/** `clockErrorMs`: by how much the clocks may be wrong that ordered the changes; 0: nothing is uncertain of their order. */
export const createVersionState = (
  projections: Readonly<Record<string, Projection>>,
  { clockErrorMs = 0 }: { readonly clockErrorMs?: number } = {},
): VersionState => {
  const states = new Map<string, ProjectionState>()
  const byTable = new Map<TableName, ProjectionState[]>()
  for (const [name, projection] of Object.entries(projections)) {
    const state = createState(name, projection)
    states.set(name, state)
    byTable.set(projection.from, [...(byTable.get(projection.from) ?? []), state])
  }
  const stateOf = (name: string): ProjectionState => {
    const state = states.get(name)
    if (state !== undefined) return state
    throw new BanyanError('context-invalid', `no projection is named '${name}'`, { where: name, hint: 'name one of the context’s reads' })
  }
  return {
    apply: (change) => {
      for (const state of byTable.get(change.table) ?? []) applyTo(state, change)
    },
    read: (name, key, view) => entryOf(key, newestAt(stateOf(name), key, view)),
    group: (name, group, view) => groupEntries(stateOf(name), group, view),
    versions: (name, key) => stateOf(name).chains.get(key) ?? [],
    keysOf: (name, group) => stateOf(name).groups.get(group) ?? [],
    prune: (keepFrom) => {
      for (const state of states.values()) {
        const { feed, kind } = state.projection
        const streamed = kind === 'reference' && keepFrom.reference !== undefined ? keepFrom.reference : keepFrom.stream
        const from = feed.kind === 'external' ? keepFrom.external : streamed
        // To look through all keys each time would cost more than what is let go of.
        if (from !== null && state.appended >= state.grown.size)
          pruneState(state, from, { holdOf: keepFrom.holdOf, alikeMs: 2 * clockErrorMs })
      }
    },
    versionCount: () => {
      let count = 0
      for (const state of states.values()) for (const chain of state.chains.values()) count += chain.length
      return count
    },
  }
}

const createState = (name: string, projection: Projection): ProjectionState => ({
  name,
  projection,
  chains: new Map(),
  groups: new Map(),
  keyOfRow: new Map(),
  grown: new Map(),
  appended: 0,
  newest: '' as Position,
})

const newestAt = (state: ProjectionState, key: string, view: View): Version | undefined => {
  const chain = state.chains.get(key)
  return chain === undefined ? undefined : newestIn(chain, view)
}

const entryOf = (key: string, version: Version | undefined): ReadEntry => {
  if (version === undefined || version.value === null) return { key, value: null, version: null }
  const { position, ordinal, committedAt } = version
  return { key, value: version.value, version: { position, ordinal, committedAt } }
}

const groupEntries = (state: ProjectionState, group: string, view: View): readonly ReadEntry[] => {
  const entries: ReadEntry[] = []
  for (const key of state.groups.get(group) ?? []) {
    const version = newestAt(state, key, view)
    if (version !== undefined && version.value !== null && version.group === group) entries.push(entryOf(key, version))
  }
  return inKeyOrder(entries)
}

/** Members mostly came in order: a look is cheaper than sorting. */
const inKeyOrder = (entries: ReadEntry[]): readonly ReadEntry[] => {
  for (let at = 1; at < entries.length; at++) {
    if ((entries[at - 1]?.key ?? '') > (entries[at]?.key ?? '')) return entries.sort((a, b) => (a.key < b.key ? -1 : 1))
  }
  return entries
}

const applyTo = (state: ProjectionState, change: ChangeEvent): void => {
  switch (change.op) {
    case 'create':
    case 'read':
    case 'update':
      put(state, change, projectRow(state, change))
      return
    case 'delete': {
      const key = rowOf(state, change)
      if (key !== undefined) remove(state, change, key)
      if (change.key !== null) state.keyOfRow.delete(change.key)
      return
    }
    case 'truncate':
      for (const key of state.chains.keys()) remove(state, change, key)
      state.keyOfRow.clear()
      return
    case 'message':
      return
    default:
      change.op satisfies never
  }
}

/** The projection key that a row has had so far. */
const rowOf = (state: ProjectionState, change: ChangeEvent): string | undefined => {
  const known = change.key === null ? undefined : state.keyOfRow.get(change.key)
  return known ?? keyBefore(state, change)
}

const keyBefore = (state: ProjectionState, change: ChangeEvent): string | undefined =>
  change.beforeKind === 'full' || change.beforeKind === 'filled' ? projectRow(state, change, change.before).key : undefined

const put = (state: ProjectionState, change: ChangeEvent, row: ProjectedRow): void => {
  const isNew = change.op === 'create' || change.op === 'read'
  const known = isNew || change.key === null ? undefined : state.keyOfRow.get(change.key)
  const earlier = isNew ? undefined : (known ?? keyBefore(state, change))
  if (earlier !== undefined && earlier !== row.key) remove(state, change, earlier)
  if (change.key !== null && known !== row.key) state.keyOfRow.set(change.key, row.key)
  append(state, change, row)
}

const remove = (state: ProjectionState, change: ChangeEvent, key: string): void => append(state, change, { key, value: null, group: null })

const append = (state: ProjectionState, change: ChangeEvent, { key, value, group }: ProjectedRow): void => {
  const { position, committedAt } = change.transaction
  const version: Version = { position, ordinal: change.ordinal, committedAt, value, group, isAfterGap: false }
  const chain = state.chains.get(key)
  const last = chain?.[chain.length - 1]
  // What comes after all that is known need not be compared with what its own key held.
  if (position > state.newest) state.newest = position
  else if (last !== undefined && comparePoints(last, version) >= 0) return
  const lost = lostBefore(state, change, key, last)
  state.appended += 1
  if (chain === undefined) {
    if (value === null && lost === null) return
    const first = lost === null ? [version] : [lost, version]
    state.chains.set(key, first)
    if (lost !== null) state.grown.set(key, first)
  } else {
    // What has more than one is known to have grown.
    if (chain.length === 1) state.grown.set(key, chain)
    if (lost !== null) chain.push(lost)
    chain.push(version)
  }
  if (lost !== null) joinGroup(state, lost.group, key)
  joinGroup(state, group, key)
}

const joinGroup = (state: ProjectionState, group: string | null, key: string): void => {
  if (group === null) return
  const members = state.groups.get(group)
  if (members === undefined) state.groups.set(group, new Set([key]))
  else members.add(key)
}

/** Before everything that a transaction did. */
const beforeTransaction = -1

/**
 * What the source's own old row tells of a version that nobody recorded, as it stood just before this change; null where the old row is what was
 * known. Since when it had stood there is not known.
 */
const lostBefore = (state: ProjectionState, change: ChangeEvent, key: string, last: Version | undefined): Version | null => {
  if (last?.position === change.transaction.position) return null
  if (change.op === 'create') return last === undefined || last.value === null ? null : lostAt(change, null, null)
  if (change.beforeKind !== 'full' || change.before === null || change.omitted.length > 0) return null
  const before = projectRow(state, change, change.before)
  if (before.key !== key || (last !== undefined && sameData(last.value, before.value))) return null
  return lostAt(change, before.value, before.group)
}

const lostAt = ({ transaction: { position, committedAt } }: ChangeEvent, value: Version['value'], group: string | null): Version => ({
  position,
  ordinal: beforeTransaction,
  committedAt,
  value,
  group,
  isAfterGap: true,
})

/** Keeps of each key the newest version before the point, and all later ones. */
const pruneState = (
  state: ProjectionState,
  bound: LogPoint,
  { holdOf, alikeMs }: { readonly holdOf: PruneBounds['holdOf']; readonly alikeMs: number },
): void => {
  state.appended = 0
  for (const [key, chain] of state.grown) {
    const hold = holdOf?.(state.name, key) ?? null
    const keepFrom = hold !== null && comparePoints(hold, bound) < 0 ? hold : bound
    // The oldest one is still what is seen from there.
    if (chain[1] !== undefined && !isVisible(chain[1], keepFrom)) continue
    const oldest = oldestNeeded(chain, visibleCount(chain, keepFrom) - 1, alikeMs)
    const isSingle = oldest >= chain.length - 1
    const first = chain[oldest]
    const isGone = isSingle && first?.value === null && comparePoints(first, keepFrom) < 0
    if (isSingle) state.grown.delete(key)
    if (isGone) state.chains.delete(key)
    letGo(state, key, chain, isGone ? chain.length : oldest)
  }
}

/** The oldest versions of a key, and the groups that it was in with them only. */
const letGo = (state: ProjectionState, key: string, chain: VersionChain, count: number): void => {
  for (let at = 0; at < count; at++) {
    const group = chain[at]?.group ?? null
    if (group !== null && !isIn(group, chain, count)) leaveGroup(state, group, key)
  }
  // Most chains are short: to move what is left costs less than to cut.
  for (let at = count; at < chain.length; at++) chain[at - count] = chain[at] as Version
  chain.length -= count
}

const isIn = (group: string, chain: VersionChain, from: number): boolean => {
  for (let at = from; at < chain.length; at++) if (chain[at]?.group === group) return true
  return false
}

/** Where clocks ordered the changes, what lies as close before the newest one may be the newer of them. */
const oldestNeeded = (chain: VersionChain, newest: number, alikeMs: number): number => {
  let at = Math.max(0, newest)
  const from = (chain[at]?.committedAt ?? 0) - alikeMs
  while (alikeMs > 0 && at > 0 && (chain[at - 1]?.committedAt ?? 0) >= from) at--
  return at
}

const leaveGroup = (state: ProjectionState, group: string, key: string): void => {
  const members = state.groups.get(group)
  members?.delete(key)
  if (members?.size === 0) state.groups.delete(group)
}
