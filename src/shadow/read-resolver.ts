import type { Projection } from '../model/context.ts'
import { BanyanError } from '../model/errors.ts'
import type { EpochMs, Position } from '../model/ids.ts'
import type { LogPoint, ReadEntry, ReadRequest, RecordedRead } from '../model/read.ts'
import type { Data } from '../model/value.ts'
import { cloneData } from './clone-data.ts'
import type { View } from './version-chain.ts'
import type { VersionState } from './version-state.ts'

/** Answers one read of a candidate, whole and as it is to be recorded. `saw`: live, what the candidate itself found at the key. */
export type ResolveRead = (read: ReadRequest & { readonly saw?: Data }) => RecordedRead | Promise<RecordedRead>

/** What a resolver says, changed. What is known at once is not waited for. */
export const changedBy = (
  read: RecordedRead | Promise<RecordedRead>,
  change: (read: RecordedRead) => RecordedRead,
): RecordedRead | Promise<RecordedRead> => (read instanceof Promise ? read.then(change) : change(read))

type Projections = Readonly<Record<string, Projection>>

/**
 * What the projections hold at this instant: each stream up to its feed's durable frontier, without the decision's own
 * effects; each external feed asked for its present value.
 */
export const liveReads = (input: {
  readonly projections: Projections
  readonly state: VersionState
  readonly frontier: (projection: string) => Position
  readonly masked: readonly LogPoint[]
  readonly now: () => EpochMs
  readonly signal: AbortSignal
}): ResolveRead => {
  const { state, masked, now, signal } = input
  return ({ projection: name, kind, key, saw }) => {
    const projection = named(input.projections, name)
    if (saw !== undefined) return foundAt({ name, kind, key, readAt: now() }, saw)
    if (projection.feed.kind === 'stream') {
      const upTo = input.frontier(name)
      const entries = entriesAt(state, { projection: name, kind, key }, { upTo, masked })
      return { projection: name, kind, key, entries, feed: 'stream', frontier: upTo, readAt: now() }
    }
    if (kind === 'group') throw noGroups(name)
    return projection.feed
      .read(key, signal)
      .then((value) => foundAt({ name, kind, key, readAt: now() }, value === undefined ? null : cloneData(value)))
  }
}

/** What a store that Banyan does not fill held at a key; which version that was is found out later, by its value. */
const foundAt = (place: Pick<RecordedRead, 'kind' | 'key' | 'readAt'> & { readonly name: string }, value: Data): RecordedRead => ({
  projection: place.name,
  kind: place.kind,
  key: place.key,
  entries: [{ key: place.key, value, version: null }],
  feed: 'external',
  frontier: null,
  readAt: place.readAt,
})

/** Everything as it was just before a point of the log, external feeds too, without the decision's own effects. */
export const asOfReads = (input: {
  readonly projections: Projections
  readonly state: VersionState
  readonly before: LogPoint
  readonly masked: readonly LogPoint[]
  readonly readAt: EpochMs
}): ResolveRead => {
  const { state, before, masked, readAt } = input
  const view: View = { upTo: before, masked }
  return (asked) => {
    const { projection, kind, key } = asked
    const feed = named(input.projections, projection).feed.kind
    if (kind === 'group' && feed === 'external') throw noGroups(projection)
    const frontier = feed === 'stream' ? before.position : null
    return { projection, kind, key, entries: entriesAt(state, asked, view), feed, frontier, readAt }
  }
}

const entriesAt = (state: VersionState, { projection, kind, key }: ReadRequest, view: View): readonly ReadEntry[] =>
  kind === 'key' ? [state.read(projection, key, view)] : state.group(projection, key, view)

const named = (projections: Projections, name: string): Projection => {
  const projection = projections[name]
  if (projection !== undefined) return projection
  throw new BanyanError('context-invalid', `no projection is named '${name}'`, { where: name, hint: 'name one of the context’s reads' })
}

const noGroups = (name: string): BanyanError =>
  new BanyanError('context-invalid', `the external feed of '${name}' cannot read groups`, {
    where: `reads.${name}`,
    hint: 'read single keys, or let Banyan fill the projection: feed: stream()',
  })
