import type { EpochMs } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import { isMasked } from '../../shadow/version-chain.ts'

/** What reached one key of a candidate's store, and when. */
export interface Arrival {
  readonly at: EpochMs
  /** Null: known by its value only. */
  readonly point: (LogPoint & { readonly committedAt: EpochMs }) | null
  /** Null: the key was absent from then on. */
  readonly value: Data
  readonly group: string | null
}

/** The store of one projection as it was filled key by key. Arrivals come in the order of their instants. */
export interface Arrivals {
  readonly add: (key: string, arrival: Arrival) => void
  /** The arrival that a key shows at an instant, without a decision's own work; undefined where nothing had come. */
  readonly shown: (key: string, at: EpochMs, masked: readonly LogPoint[]) => Arrival | undefined
  readonly keys: () => Iterable<string>
  /** What lies before this instant is not asked for any more. */
  readonly forgetBefore: (instant: EpochMs) => void
}

/** `newest`: what comes after a newer version of its key changes nothing. */
export const createArrivals = (applied: 'newest' | 'last'): Arrivals => {
  const chains = new Map<string, Arrival[]>()
  const grown = new Set<string>()
  return {
    add: (key, arrival) => {
      const chain = chains.get(key)
      if (chain === undefined) {
        chains.set(key, [arrival])
        return
      }
      // A line may have had to wait for the log to come to its version.
      const at = chain.findLastIndex((one) => one.at <= arrival.at) + 1
      if (applied === 'newest' && isOld(chain[at - 1], arrival)) return
      chain.splice(at, 0, arrival)
      while (applied === 'newest' && chain[at + 1] !== undefined && isOld(arrival, chain[at + 1])) chain.splice(at + 1, 1)
      grown.add(key)
    },
    shown: (key, at, masked) => {
      const chain = chains.get(key)
      if (chain === undefined) return undefined
      for (let index = chain.length - 1; index >= 0; index--) {
        const arrival = chain[index]
        if (arrival !== undefined && arrival.at <= at && !(arrival.point !== null && isMasked(arrival.point, masked))) return arrival
      }
      return undefined
    },
    keys: () => chains.keys(),
    forgetBefore: (instant) => {
      for (const key of grown) {
        const chain = chains.get(key) ?? []
        const shown = chain.findLastIndex((arrival) => arrival.at <= instant)
        // One more is kept: the one shown may be a decision's own work, which that decision does not see.
        if (shown > 1) chain.splice(0, shown - 1)
        if (chain.length <= 2) grown.delete(key)
      }
    },
  }
}

/** The newest version so far is as new, or newer. A value without a version counts as it comes. */
const isOld = (before: Arrival | undefined, arrival: Arrival | undefined): boolean => {
  const [last, point] = [before?.point ?? null, arrival?.point ?? null]
  return point !== null && last !== null && comparePoints(last, point) >= 0
}
