import type { GridColumn } from './grid.ts'
import { sparse } from './luck.ts'

/** Sample indexes of one effect's population; each negative stands for `weight` of them. */
export interface Population {
  readonly positives: Int32Array
  readonly negatives: Int32Array
  readonly weight: number
}

/** How many positives and (unweighted) negatives each bin of a column has; bin 0 are those without a value. */
export interface Histogram {
  readonly positives: Int32Array
  readonly negatives: Int32Array
  /** The bins with positives, ascending, without the bin of nulls: often few of many. */
  readonly hit: Int32Array
  readonly population: Population
}

const counts = { positives: new Int32Array(65_536), negatives: new Int32Array(65_536), hit: new Int32Array(65_536) }

/** Its counts are good until {@link cleared}. */
export const histogramOf = ({ codes, bins }: GridColumn, population: Population): Histogram => {
  const { positives, negatives } = population
  tally(codes, positives, counts.positives)
  let hits = 0
  if (bins <= sparse) {
    tally(codes, negatives, counts.negatives)
    for (let bin = 1; bin <= bins; bin++) if ((counts.positives[bin] ?? 0) > 0) counts.hit[hits++] = bin
    return { ...counts, hit: counts.hit.subarray(0, hits), population }
  }
  for (let i = 0; i < positives.length; i++) {
    const code = codes[positives[i] ?? 0] ?? 0
    if (code > 0 && code <= bins && counts.negatives[code] === 0) {
      counts.hit[hits++] = code
      counts.negatives[code] = 1
    }
  }
  const hit = counts.hit.subarray(0, hits).sort()
  for (let i = 0; i < hits; i++) counts.negatives[hit[i] ?? 0] = 0
  const isAsked = (counts.positives[0] ?? 0) === 0
  for (let i = 0; i < negatives.length; i++) {
    const code = codes[negatives[i] ?? 0] ?? 0
    if ((counts.positives[code] ?? 0) > 0 || (code === 0 && isAsked)) counts.negatives[code] = (counts.negatives[code] ?? 0) + 1
  }
  return { ...counts, hit, population }
}

/** Makes room for the next. */
export const cleared = ({ bins }: GridColumn, { hit }: Histogram): void => {
  if (bins <= sparse) {
    counts.positives.fill(0, 0, bins + 1)
    counts.negatives.fill(0, 0, bins + 1)
  } else {
    for (let i = 0; i < hit.length; i++) {
      counts.positives[hit[i] ?? 0] = 0
      counts.negatives[hit[i] ?? 0] = 0
    }
    counts.positives[0] = 0
    counts.negatives[0] = 0
  }
  counts.positives[65_535] = 0
  counts.negatives[65_535] = 0
}

const tally = (codes: Uint16Array, indexes: Int32Array, into: Int32Array): void => {
  for (let i = 0; i < indexes.length; i++) {
    const code = codes[indexes[i] ?? 0] ?? 0
    into[code] = (into[code] ?? 0) + 1
  }
}
