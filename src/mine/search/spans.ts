import type { Judge } from './code-literal.ts'
import type { GridColumn } from './grid.ts'
import type { Histogram } from './histogram.ts'

/** More than the bins of a column of numbers. */
const room = 1024

/**
 * The bins in stretches: each bin with positives is one, and so are all bins between two of them, from the first to the last
 * that has a negative. Where positives are few, so are the stretches.
 */
const stretch = {
  from: new Int32Array(room),
  to: new Int32Array(room),
  positives: new Int32Array(room),
  negatives: new Int32Array(room),
  /** Sums of all stretches before this one. */
  positivesBefore: new Int32Array(room + 1),
  negativesBefore: new Int32Array(room + 1),
  count: 0,
}

const push = (from: number, to: number, positives: number, negatives: number): void => {
  const at = stretch.count++
  stretch.from[at] = from
  stretch.to[at] = to
  stretch.positives[at] = positives
  stretch.negatives[at] = negatives
  stretch.positivesBefore[at + 1] = (stretch.positivesBefore[at] ?? 0) + positives
  stretch.negativesBefore[at + 1] = (stretch.negativesBefore[at] ?? 0) + negatives
}

const cutIntoStretches = (bins: number, { positives, negatives }: Histogram): void => {
  stretch.count = 0
  let [between, from, to] = [0, 0, 0]
  for (let bin = 1; bin <= bins; bin++) {
    const hits = positives[bin] ?? 0
    const misses = negatives[bin] ?? 0
    if (hits > 0) {
      if (between > 0) push(from, to, 0, between)
      between = 0
      push(bin, bin, hits, misses)
    } else if (misses > 0) {
      if (between === 0) from = bin
      between += misses
      to = bin
    }
  }
  if (between > 0) push(from, to, 0, between)
}

/** Best of the runs that one pass looked at, as stretches; -1: none. */
const best = { prefixTo: -1, lowestTo: -1, runFrom: -1, runTo: -1, worstFrom: -1, worstTo: -1, around: 0 }

/** Kadane's maximum-sum run, with the best prefix, suffix and the worst run (for cycles: what is around it is best), in one pass. */
const findRuns = (cost: number): void => {
  let [total, prefix, lowest, run, runFrom, most, drop, dropFrom, worst] = [0, 0, 0, 0, 0, 0, 0, 0, 0]
  let [prefixTo, lowestTo, bestFrom, bestTo, worstFrom, worstTo] = [-1, -1, -1, -1, -1, -1]
  for (let at = 0; at < stretch.count; at++) {
    const score = (stretch.positives[at] ?? 0) - cost * (stretch.negatives[at] ?? 0)
    total += score
    if (total > prefix) {
      prefix = total
      prefixTo = at
    }
    if (total < lowest) {
      lowest = total
      lowestTo = at
    }
    if (run <= 0) {
      run = 0
      runFrom = at
    }
    run += score
    if (run > most) {
      most = run
      bestFrom = runFrom
      bestTo = at
    }
    if (drop >= 0) {
      drop = 0
      dropFrom = at
    }
    drop += score
    if (drop < worst) {
      worst = drop
      worstFrom = dropFrom
      worstTo = at
    }
  }
  best.prefixTo = prefixTo
  best.lowestTo = lowestTo
  best.runFrom = bestFrom
  best.runTo = bestTo
  best.worstFrom = worstFrom
  best.worstTo = worstTo
  best.around = total - worst
}

const seen = { keys: new Int32Array(64), count: 0 }

const isNew = (from: number, to: number): boolean => {
  const key = from * room + to
  for (let i = 0; i < seen.count; i++) if (seen.keys[i] === key) return false
  seen.keys[seen.count++] = key
  return true
}

/** Shows the judge the best spans of a column of numbers; each cost is that of a negative, in positives. */
export const eachSpan = (grid: GridColumn, histogram: Histogram, costs: readonly number[], judge: Judge): void => {
  const { bins } = grid
  const wide = Math.log2(bins + 1)
  const cyclic = grid.column.kind === 'number' && (grid.column.cycle ?? null) !== null
  const offer = (first: number, last: number, from: number, to: number, bits: number): void => {
    if (!isNew(from, to)) return
    const positives = (stretch.positivesBefore[last + 1] ?? 0) - (stretch.positivesBefore[first] ?? 0)
    const negatives = (stretch.negativesBefore[last + 1] ?? 0) - (stretch.negativesBefore[first] ?? 0)
    if (judge.wants(positives, negatives, bits)) judge.take({ kind: 'span', from, to, wraps: false }, bits)
  }
  cutIntoStretches(bins, histogram)
  seen.count = 0
  const end = stretch.count - 1
  for (const cost of costs) {
    findRuns(cost)
    const { prefixTo, lowestTo, runFrom, runTo, worstFrom, worstTo } = best
    const to = stretch.to[prefixTo] ?? bins
    if (to < bins) offer(0, prefixTo, 1, to, wide)
    const from = (stretch.to[lowestTo] ?? bins) + 1
    if (from <= bins) offer(lowestTo + 1, end, from, bins, wide)
    const [first, last] = [stretch.from[runFrom] ?? 0, stretch.to[runTo] ?? bins]
    if (first > 1 && last < bins) offer(runFrom, runTo, first, last, 2 * wide)
    if (cyclic && best.around > 0) offerAround(worstFrom, worstTo, bins, 2 * wide, judge)
  }
}

const offerAround = (worstFrom: number, worstTo: number, bins: number, bits: number, judge: Judge): void => {
  const [from, to] = [(stretch.to[worstTo] ?? bins) + 1, (stretch.from[worstFrom] ?? 0) - 1]
  if (to < 1 || from > bins || !isNew(from, to)) return
  const inside = (sums: Int32Array): number => (sums[worstFrom] ?? 0) + (sums[stretch.count] ?? 0) - (sums[worstTo + 1] ?? 0)
  if (judge.wants(inside(stretch.positivesBefore), inside(stretch.negativesBefore), bits))
    judge.take({ kind: 'span', from, to, wraps: true }, bits)
}
