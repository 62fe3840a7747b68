import type { Cells } from './cells.ts'

/** One state that a row ever had. */
export interface Version {
  /** Place of its transaction in the log; 0 is the snapshot. */
  readonly seq: number
  readonly ordinal: number
  readonly committedAtMs: number
  readonly row: Cells
  /** The candidate's view of it. */
  readonly value: Cells
}

/** Every version of every row that a candidate can read, in log order. */
export interface History {
  readonly add: (projection: string, key: string, version: Version) => void
  readonly of: (projection: string, key: string) => readonly Version[]
  readonly projections: () => Iterable<readonly [projection: string, chains: ReadonlyMap<string, readonly Version[]>]>
}

export const createHistory = (): History => {
  const chains = new Map<string, Map<string, Version[]>>()
  return {
    add: (projection, key, version) => {
      const keys = chains.get(projection) ?? new Map<string, Version[]>()
      chains.set(projection, keys)
      const chain = keys.get(key)
      if (chain === undefined) keys.set(key, [version])
      else chain.push(version)
    },
    of: (projection, key) => chains.get(projection)?.get(key) ?? [],
    projections: () => chains,
  }
}

/** Where in a chain the newest version before a place in the log is; -1 where there is none. */
export const indexBefore = (chain: readonly Version[], seq: number, ordinal: number): number => {
  let low = 0
  let high = chain.length
  while (low < high) {
    const middle = (low + high) >> 1
    const version = chain[middle] as Version
    if (version.seq < seq || (version.seq === seq && version.ordinal < ordinal)) low = middle + 1
    else high = middle
  }
  return low - 1
}
