import type { Judge } from './code-literal.ts'
import type { GridColumn } from './grid.ts'
import type { Histogram, Population } from './histogram.ts'
import { longList, luckBits, sparse } from './luck.ts'
import { eachSpan } from './spans.ts'

/** Target precisions: for each, the best literal of each kind is found by one pass over the histogram. */
const targets = [0.3, 0.6, 0.9, 0.98]
/** And as multiples of the share that the rows have anyway, so that a weak but real lead is seen. */
const lifts = [1.3, 2, 4]

export const baseOf = ({ positives, negatives, weight }: Population): number =>
  positives.length / Math.max(1, positives.length + negatives.length * weight)

/** What a negative costs, in positives, at each of the target precisions; ascending. */
export const costsOf = (population: Population): readonly number[] => costsAt(population, lifts, targets)

/** Some of them: enough to tell which columns deserve a full look. */
export const fewCostsOf = (population: Population): readonly number[] => costsAt(population, [2], [0.3, 0.9])

const costsAt = (population: Population, multiples: readonly number[], precisions: readonly number[]): readonly number[] =>
  [...multiples.map((lift) => lift * baseOf(population)).filter((share) => share < 0.25), ...precisions].map(
    (target) => (target / (1 - target)) * population.weight,
  )

/** Shows the judge the best literals of one column. */
export const eachLiteral = (grid: GridColumn, histogram: Histogram, costs: readonly number[], judge: Judge): void => {
  const { positives, negatives, hit, population } = histogram
  const [without, against] = [positives[0] ?? 0, negatives[0] ?? 0]
  if (without > 0 && judge.wants(without, against, 1)) judge.take({ kind: 'null' }, 1)
  if (grid.hasNull && hit.length > 0 && grid.bins <= sparse) {
    const [withValue, others] = [population.positives.length - without, population.negatives.length - against]
    if (judge.wants(withValue, others, 1)) judge.take({ kind: 'given' }, 1)
  }
  if (grid.column.kind === 'number') eachSpan(grid, histogram, costs, judge)
  if (!grid.named) return
  eachSet(grid, histogram, costs, judge)
  if (grid.column.kind === 'category') eachException(grid, histogram, costs, judge)
}

const chosen = new Int32Array(65_536)

/** All values whose own precision reaches the target. In long lists, a few lucky hits are not enough to be named. */
const eachSet = (grid: GridColumn, { positives, negatives, hit, population }: Histogram, costs: readonly number[], judge: Judge): void => {
  const { bins } = grid
  const { weight } = population
  const base = baseOf(population)
  const most = Math.min(bins - 1, grid.column.kind === 'number' ? 6 : bins)
  const earned = bins > longList ? Math.log2(bins) : 0
  let before = -1
  for (const cost of costs) {
    let [count, hitsIn, missesIn] = [0, 0, 0]
    for (let i = 0; i < hit.length; i++) {
      const bin = hit[i] ?? 0
      const [hits, misses] = [positives[bin] ?? 0, negatives[bin] ?? 0]
      if (hits <= cost * misses || (earned > 0 && luckBits(hits, hits + misses * weight, base) < earned)) continue
      chosen[count++] = bin
      hitsIn += hits
      missesIn += misses
    }
    // The dearer a negative, the fewer the values: as many are the same.
    if (count === 0 || count > most || count === before) continue
    before = count
    const bits = choiceBits(bins, count)
    if (judge.wants(hitsIn, missesIn, bits)) judge.take({ kind: 'set', codes: Array.from(chosen.subarray(0, count)) }, bits)
  }
}

const mostExceptions = 3

/** All but a few values that hold most of the counter-evidence and next to no evidence. */
const eachException = (
  grid: GridColumn,
  { positives, negatives, hit, population }: Histogram,
  costs: readonly number[],
  judge: Judge,
): void => {
  // Where no more values are accepted than excepted, naming the accepted ones is as short.
  if (hit.length < 2 * mostExceptions || grid.bins > longList * 4) return
  const seen = new Set<string>()
  let before = 0
  for (const cost of costs) {
    const bad: number[] = []
    for (let bin = 1; bin <= grid.bins && bad.length <= 8; bin++) {
      if ((negatives[bin] ?? 0) > 0 && (positives[bin] ?? 0) < 0.1 * cost * (negatives[bin] ?? 0)) bad.push(bin)
    }
    // The dearer a negative, the more of them: as many are the same.
    if (bad.length === before) continue
    before = bad.length
    const codes = bad.sort((a, b) => (negatives[b] ?? 0) - (negatives[a] ?? 0)).slice(0, mostExceptions)
    let [hits, misses] = [population.positives.length, population.negatives.length]
    for (let count = 1; count <= codes.length; count++) {
      hits -= positives[codes[count - 1] ?? 0] ?? 0
      misses -= negatives[codes[count - 1] ?? 0] ?? 0
      const out = codes.slice(0, count).sort((a, b) => a - b)
      const key = out.join()
      if (seen.has(key)) continue
      seen.add(key)
      const bits = choiceBits(grid.bins, count) + 1
      if (judge.wants(hits, misses, bits)) judge.take({ kind: 'not', codes: out }, bits)
    }
  }
}

/** log2 of the number of ways to choose k of n. */
const choiceBits = (n: number, k: number): number => {
  let bits = 0
  const few = Math.min(k, n - k)
  for (let i = 1; i <= few; i++) bits += Math.log2((n - few + i) / i)
  return Math.max(1, bits)
}
