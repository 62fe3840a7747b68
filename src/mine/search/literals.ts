import type { Literal } from '../../model/hidden-rule.ts'
import type { GridColumn } from './grid.ts'
import { longList, luckBits, sparse } from './luck.ts'

/** A condition in grid codes: the bins that it accepts. `from` > `to` wraps around. */
export type CodeSpan =
  | { readonly kind: 'span'; readonly from: number; readonly to: number; readonly wraps: boolean }
  | { readonly kind: 'set'; readonly codes: readonly number[] }
  /** All but these; no value is none of them. */
  | { readonly kind: 'not'; readonly codes: readonly number[] }
  | { readonly kind: 'null' }
  | { readonly kind: 'given' }

export interface CodeLiteral {
  readonly feature: number
  readonly span: CodeSpan
  /** Description length, without the choice of the feature. */
  readonly bits: number
}

/** Target precisions: for each, the best literal of each kind is found by one pass over the histogram. */
const targets = [0.3, 0.6, 0.9, 0.98]
/** And as multiples of the share that the rows have anyway, so that a weak but real lead is seen. */
const lifts = [1.3, 2, 4]

/** How many positives and (weighted) negatives each bin of a column has. */
export interface Histogram {
  readonly positives: Int32Array
  readonly negatives: Int32Array
  readonly weight: number
  /** Share of the positives in all bins together. */
  readonly base: number
  /** The bins with positives, ascending, without the bin of nulls: often few of many. */
  readonly hit: readonly number[]
}

/** Best literals of one column. */
export const literalsOf = (feature: number, grid: GridColumn, histogram: Histogram): readonly CodeLiteral[] => {
  const { positives, negatives, weight, base, hit } = histogram
  const found = new Map<string, CodeLiteral>()
  const add = (span: CodeSpan, bits: number): void => {
    const key = spanKey(span)
    if (!found.has(key)) found.set(key, { feature, span, bits })
  }
  if ((positives[0] ?? 0) > 0) add({ kind: 'null' }, 1)
  if (grid.hasNull && hit.length > 0 && grid.bins <= sparse) add({ kind: 'given' }, 1)
  for (const target of [...lifts.map((lift) => lift * base).filter((share) => share < 0.25), ...targets]) {
    const cost = (target / (1 - target)) * weight
    if (grid.column.kind === 'number') addSpans(grid, positives, negatives, cost, add)
    if (grid.named) addSet(grid, histogram, cost, add)
    if (grid.named && grid.column.kind === 'category') addExceptions(grid, histogram, cost, add)
  }
  return [...found.values()]
}

const spanKey = (span: CodeSpan): string =>
  span.kind === 'span' ? `${span.from}-${span.to}` : 'codes' in span ? `${span.kind} ${span.codes.join()}` : span.kind

type Add = (span: CodeSpan, bits: number) => void

/** Kadane's maximum-sum run, with the best prefix, suffix and (for cycles) the best wrapping run, in one pass. */
const addSpans = (grid: GridColumn, positives: Int32Array, negatives: Int32Array, cost: number, add: Add): void => {
  const { bins } = grid
  const wide = Math.log2(bins + 1)
  let total = 0
  let prefixBest = 0
  let prefixTo = 0
  let lowest = 0
  let lowestTo = 0
  let run = 0
  let runFrom = 1
  let best = 0
  let bestFrom = 0
  let bestTo = 0
  let drop = 0
  let dropFrom = 1
  let worst = 0
  let worstFrom = 0
  let worstTo = 0
  for (let bin = 1; bin <= bins; bin++) {
    const score = (positives[bin] ?? 0) - cost * (negatives[bin] ?? 0)
    total += score
    if (total > prefixBest) {
      prefixBest = total
      prefixTo = bin
    }
    if (total < lowest) {
      lowest = total
      lowestTo = bin
    }
    if (run <= 0) {
      run = 0
      runFrom = bin
    }
    run += score
    if (run > best) {
      best = run
      bestFrom = runFrom
      bestTo = bin
    }
    if (drop >= 0) {
      drop = 0
      dropFrom = bin
    }
    drop += score
    if (drop < worst) {
      worst = drop
      worstFrom = dropFrom
      worstTo = bin
    }
  }
  if (prefixTo > 0 && prefixTo < bins) add({ kind: 'span', from: 1, to: prefixTo, wraps: false }, wide)
  if (lowestTo > 0 && lowestTo < bins) add({ kind: 'span', from: lowestTo + 1, to: bins, wraps: false }, wide)
  if (bestTo > 0 && bestFrom > 1 && bestTo < bins) add({ kind: 'span', from: bestFrom, to: bestTo, wraps: false }, 2 * wide)
  const cyclic = grid.column.kind === 'number' && (grid.column.cycle ?? null) !== null
  if (cyclic && worstFrom > 1 && worstTo < bins && total - worst > 0)
    add({ kind: 'span', from: worstTo + 1, to: worstFrom - 1, wraps: true }, 2 * wide)
}

/** All values whose own precision reaches the target. In long lists, a few lucky hits are not enough to be named. */
const addSet = (grid: GridColumn, { positives, negatives, hit, weight, base }: Histogram, cost: number, add: Add): void => {
  const isLong = grid.bins > longList
  const codes = hit.filter((bin) => {
    const [hits, misses] = [positives[bin] ?? 0, negatives[bin] ?? 0]
    if (hits <= cost * misses) return false
    return !isLong || luckBits(hits, hits + misses * weight, base) >= Math.log2(grid.bins)
  })
  if (codes.length === 0 || codes.length >= grid.bins) return
  if (grid.column.kind === 'number' && codes.length > 6) return
  add({ kind: 'set', codes }, choiceBits(grid.bins, codes.length))
}

const mostExceptions = 3

/** All but a few values that hold most of the counter-evidence and next to no evidence. */
const addExceptions = (grid: GridColumn, { positives, negatives, hit }: Histogram, cost: number, add: Add): void => {
  // Where no more values are accepted than excepted, naming the accepted ones is as short.
  if (hit.length < 2 * mostExceptions || grid.bins > longList * 4) return
  const bad: number[] = []
  for (let bin = 1; bin <= grid.bins && bad.length <= 8; bin++) {
    if ((negatives[bin] ?? 0) > 0 && (positives[bin] ?? 0) < 0.1 * cost * (negatives[bin] ?? 0)) bad.push(bin)
  }
  const codes = bad.sort((a, b) => (negatives[b] ?? 0) - (negatives[a] ?? 0)).slice(0, mostExceptions)
  for (let count = 1; count <= codes.length; count++) {
    add({ kind: 'not', codes: codes.slice(0, count).sort((a, b) => a - b) }, choiceBits(grid.bins, count) + 1)
  }
}

/** log2 of the number of ways to choose k of n. */
const choiceBits = (n: number, k: number): number => {
  let bits = 0
  const few = Math.min(k, n - k)
  for (let i = 1; i <= few; i++) bits += Math.log2((n - few + i) / i)
  return Math.max(1, bits)
}

/** Whether a bin satisfies the condition. */
export const spanHolds = (span: CodeSpan): ((code: number) => boolean) => {
  switch (span.kind) {
    case 'null':
      return (code) => code === 0
    case 'given':
      return (code) => code !== 0
    case 'not': {
      const codes = new Set(span.codes)
      return (code) => !codes.has(code)
    }
    case 'set': {
      const codes = new Set(span.codes)
      return (code) => codes.has(code)
    }
    case 'span':
      return span.wraps
        ? (code) => code !== 0 && (code >= span.from || code <= span.to)
        : (code) => code >= span.from && code <= span.to && code !== 0
    default:
      return span satisfies never
  }
}

/** The condition in the column's own values. */
export const toLiteral = (literal: CodeLiteral, grid: GridColumn): Literal => {
  const feature = grid.column.name
  const { span } = literal
  if (span.kind === 'null') return { kind: 'is-null', feature }
  if (span.kind === 'given') return { kind: 'is-given', feature }
  if (span.kind === 'not') return { kind: 'not-in', feature, values: span.codes.map((code) => binValue(grid, code)) }
  if (span.kind === 'set') return { kind: 'in', feature, values: span.codes.map((code) => binValue(grid, code)) }
  const [from, to] = [grid.low[span.from] ?? 0, grid.high[span.to] ?? 0]
  if (span.wraps) return { kind: 'around', feature, from, to }
  if (span.from === 1) return { kind: 'at-most', feature, value: to }
  return span.to === grid.bins ? { kind: 'at-least', feature, value: from } : { kind: 'between', feature, from, to }
}

const binValue = (grid: GridColumn, code: number): string | number | boolean =>
  grid.column.kind === 'category' ? (grid.column.labels?.[code - 1] ?? '') : (grid.low[code] ?? 0)
