/** A seeded source of draws: equal seeds and names give equal draws on every machine. */
export interface Draw {
  /** In [0, 1). */
  readonly next: () => number
  /** A whole number, both ends included. */
  readonly whole: (from: number, to: number) => number
  readonly chance: (share: number) => boolean
  /** Throws on an empty list: there is nothing to pick. */
  readonly pick: <T>(items: readonly T[]) => T
  readonly sample: <T>(items: readonly T[], count: number) => readonly T[]
  readonly exponential: (mean: number) => number
  readonly normal: () => number
}

const mixed = (seed: number, name: string): number => {
  let hash = (Math.imul(seed, 0x85ebca6b) ^ 0x9e3779b9) >>> 0
  for (let at = 0; at < name.length; at += 1) hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193) >>> 0
  return hash
}

/** The draws of one purpose; another purpose of the same seed never disturbs them. */
export const draw = (seed: number, purpose: string): Draw => {
  let state = mixed(seed, purpose)
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let value = Math.imul(state ^ (state >>> 15), state | 1)
    value ^= value + Math.imul(value ^ (value >>> 7), value | 61)
    return ((value ^ (value >>> 14)) >>> 0) / 4294967296
  }
  const whole = (from: number, to: number): number => from + Math.floor(next() * (to - from + 1))
  const sample = <T>(items: readonly T[], count: number): readonly T[] => {
    const copy = [...items]
    const taken = Math.min(count, copy.length)
    for (let at = 0; at < taken; at += 1) {
      const other = whole(at, copy.length - 1)
      const kept = copy[at] as T
      copy[at] = copy[other] as T
      copy[other] = kept
    }
    return copy.slice(0, taken)
  }
  return {
    next,
    whole,
    chance: (share) => next() < share,
    pick: (items) => items[whole(0, items.length - 1)] as (typeof items)[number],
    sample,
    exponential: (mean) => -mean * Math.log(1 - next()),
    normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  }
}

/** Draws 0 … count−1 with the skew that customers and items have: the first is met far more often than the last. */
export const skewed = (count: number, exponent: number): ((from: Draw) => number) => {
  const upTo = new Float64Array(count)
  let sum = 0
  for (let at = 0; at < count; at += 1) {
    sum += 1 / (at + 1) ** exponent
    upTo[at] = sum
  }
  return (from) => {
    const wanted = from.next() * sum
    let low = 0
    let high = count - 1
    while (low < high) {
      const middle = (low + high) >> 1
      if ((upTo[middle] ?? 0) < wanted) low = middle + 1
      else high = middle
    }
    return low
  }
}
