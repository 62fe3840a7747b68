import { draw } from '../draw.ts'
import type { Draw } from '../draw.ts'
import type { Cells } from './cells.ts'
import { dayMs } from './cells.ts'
import type { Version } from './history.ts'
import type { World } from './simulate.ts'

export type Lag =
  | { readonly kind: 'exponential'; readonly meanMs: number }
  | { readonly kind: 'heavy'; readonly medianMs: number; readonly sigma: number }
  /** A copy at this hour (UTC) of each night. */
  | { readonly kind: 'nightly'; readonly hour: number }

/** How a candidate's store is filled, and what goes wrong with it. */
export interface FeedModel {
  readonly lag: Lag
  /** Nothing arrives meanwhile; all of it arrives at the end. An end beyond the period: a feed that stalled. */
  readonly outages: readonly { readonly fromMs: number; readonly toMs: number }[]
  /** Arrives much later than what was committed after it. */
  readonly reorderShare: number
  readonly lostShare: number
  readonly duplicateShare: number
  /** Arrives under another key, besides. */
  readonly wrongKeyShare: number
}

/** A version, by its index in its chain, or a mere value reached the candidate's store. */
export interface Arrival {
  readonly atMs: number
  readonly index: number | null
  readonly value: Cells
}

export type Arrivals = ReadonlyMap<string, readonly Arrival[]>

const lagMs = (from: Draw, lag: Lag, committedAtMs: number): number => {
  switch (lag.kind) {
    case 'exponential':
      return from.exponential(lag.meanMs)
    case 'heavy':
      return lag.medianMs * Math.exp(lag.sigma * from.normal())
    case 'nightly': {
      const tonight = Math.floor(committedAtMs / dayMs) * dayMs + lag.hour * 3_600_000
      return (tonight > committedAtMs ? tonight : tonight + dayMs) - committedAtMs
    }
    default:
      return lag satisfies never
  }
}

const afterOutages = (model: FeedModel, atMs: number): number => {
  const outage = model.outages.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs)
  return outage === undefined ? atMs : outage.toMs
}

/** True when everything arrives once, in log order: such a feed can be told by its frontier alone. */
export const arrivesInOrder = (model: FeedModel): boolean =>
  model.reorderShare === 0 && model.lostShare === 0 && model.duplicateShare === 0 && model.wrongKeyShare === 0

/** What reached the candidate's store of one projection, by key, in the order of arrival. The snapshot was there before. */
export const deliver = (world: World, projection: string, model: FeedModel): Arrivals => {
  const from = draw(world.options.seed, `feed ${projection}`)
  const chains = new Map([...world.history.projections()].find(([name]) => name === projection)?.[1] ?? [])
  const arrivals = new Map<string, Arrival[]>()
  const add = (key: string, arrival: Arrival): void => {
    const known = arrivals.get(key)
    if (known === undefined) arrivals.set(key, [arrival])
    else known.push(arrival)
  }
  const keys = [...chains.keys()]
  let reachedMs = 0
  for (const { key, index, version } of inLogOrder(chains)) {
    const dueMs = Math.ceil(version.committedAtMs + lagMs(from, model.lag, version.committedAtMs))
    reachedMs = Math.max(reachedMs, afterOutages(model, dueMs))
    if (from.chance(model.lostShare)) continue
    const atMs = from.chance(model.reorderShare) ? reachedMs + Math.ceil(from.exponential(4_000)) : reachedMs
    add(key, { atMs, index, value: version.value })
    if (from.chance(model.duplicateShare)) add(key, { atMs: atMs + Math.ceil(from.exponential(5_000)), index, value: version.value })
    if (from.chance(model.wrongKeyShare)) add(from.pick(keys), { atMs: atMs + 1, index: null, value: version.value })
  }
  return new Map([...arrivals].map(([key, all]) => [key, newestWins(all.toSorted((a, b) => a.atMs - b.atMs))]))
}

/** What comes after a newer version of its key changes nothing. */
const newestWins = (all: readonly Arrival[]): readonly Arrival[] => {
  const kept: Arrival[] = []
  for (const arrival of all) {
    const last = kept.at(-1)?.index ?? null
    if (arrival.index !== null && last !== null && last >= arrival.index) continue
    kept.push(arrival)
  }
  return kept
}

const inLogOrder = (
  chains: ReadonlyMap<string, readonly Version[]>,
): readonly { readonly key: string; readonly index: number; readonly version: Version }[] =>
  [...chains]
    .flatMap(([key, chain]) => chain.map((version, index) => ({ key, index, version })))
    .filter(({ version }) => version.seq > 0)
    .sort((a, b) => a.version.seq - b.version.seq || a.version.ordinal - b.version.ordinal)

/** What a key shows at an instant, without the transaction that must not be seen. The snapshot where nothing had arrived. */
export const shownAt = (arrivals: Arrivals, chain: readonly Version[], key: string, atMs: number, maskedSeq: number): Arrival | null => {
  const all = arrivals.get(key) ?? []
  let at = lastAtOrBefore(all, atMs)
  for (; at >= 0; at -= 1) {
    const arrival = all[at] as Arrival
    if (arrival.index === null || chain[arrival.index]?.seq !== maskedSeq) return arrival
  }
  const first = chain[0]
  return first !== undefined && first.seq === 0 ? { atMs: 0, index: 0, value: first.value } : null
}

const lastAtOrBefore = (all: readonly Arrival[], atMs: number): number => {
  let low = 0
  let high = all.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((all[middle] as Arrival).atMs <= atMs) low = middle + 1
    else high = middle
  }
  return low - 1
}
