/** Repeatable chance. */
export interface Draw {
  /** 0 up to and without 1. */
  readonly unit: () => number
  /** A whole number from 0 up to and without `limit`. */
  readonly below: (limit: number) => number
  readonly chance: (share: number) => boolean
}

/** The same seed gives the same numbers (mulberry32). */
export const drawFrom = (seed: number): Draw => {
  let state = seed >>> 0
  const unit = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  return { unit, below: (limit) => Math.floor(unit() * limit), chance: (share) => unit() < share }
}
