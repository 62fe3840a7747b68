const sampleSize = 4_096

export interface Sample {
  readonly add: (value: number) => void
  /** Null when nothing was added. */
  readonly percentile: (share: number) => number | null
}

/** Every n-th of a stream, thinned as it grows: enough for percentiles, bounded for any length, and deterministic. */
export const createSample = (): Sample => {
  let every = 1
  let seen = 0
  let values: number[] = []
  return {
    add: (value) => {
      if (seen % every === 0) values.push(value)
      seen += 1
      if (values.length < sampleSize) return
      every *= 2
      values = values.filter((_, index) => index % 2 === 0)
    },
    percentile: (share) => {
      const sorted = [...values].sort((a, b) => a - b)
      return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? null
    },
  }
}
