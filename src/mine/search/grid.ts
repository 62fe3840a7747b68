import type { CategoryFeature, Column, Feature, NumberFeature } from '../features/feature.ts'

/** One column cut into at most 256 bins (numbers) or its own values (categories), for the search sample only. */
export interface GridColumn {
  readonly column: Pick<Column, 'kind' | 'name' | 'bits'> & Partial<Pick<NumberFeature, 'cycle'>> & Partial<Pick<CategoryFeature, 'labels'>>
  /** Bin by sample index; 0: null. */
  readonly codes: Uint16Array
  readonly bins: number
  /** Smallest and largest number in each bin (1-based); empty for categories. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Few enough values that a set of them can be named. */
  readonly named: boolean
  /** Whether some row has no value. */
  readonly hasNull: boolean
}

export interface Grid {
  readonly size: number
  readonly columns: readonly GridColumn[]
}

export interface Gridded {
  readonly grid: Grid
  /** The features that can tell rows apart, in the grid's order; of equal ones the cheapest. */
  readonly features: readonly Feature[]
}

const maxBins = 256
const maxNamed = 64
/** Rows of each side that the edges of bins are chosen by. */
const edgeSample = 6000

/**
 * Cuts every feature into bins over the sample, one after the other. The grid is as dense where mismatches live as where
 * agreements do: edges are quantiles of both, so that a threshold of a rare rule is not lost inside one bin.
 */
export const gridOf = (features: readonly Feature[], rows: Int32Array, agree: Uint8Array): Gridded => {
  const digests = new Set<string>()
  const sides = sidesOf(agree)
  const kept: Feature[] = []
  const columns: GridColumn[] = []
  for (const feature of features) {
    const values = feature.read(rows)
    const digest = digestOf(feature.kind, values)
    if (digests.has(digest)) continue
    digests.add(digest)
    const column =
      feature.kind === 'number'
        ? numberGrid(feature, values as Float64Array, sides)
        : isTelling(feature, values as Int32Array)
          ? categoryGrid(feature, values as Int32Array)
          : null
    if (column === null) continue
    kept.push(feature)
    columns.push(column)
  }
  return { grid: { size: rows.length, columns }, features: kept }
}

/** Of each side an even share of the sample's indexes. */
const sidesOf = (agree: Uint8Array): readonly Int32Array[] =>
  [0, 1].map((wanted) => {
    const all = Int32Array.from(agree.keys()).filter((index) => agree[index] === wanted)
    const stride = Math.max(1, Math.ceil(all.length / edgeSample))
    return stride === 1 ? all : all.filter((_, i) => i % stride === 0)
  })

/** Two hashes of 32 bits: columns with the same content are one column. */
const digestOf = (kind: string, values: Float64Array | Int32Array): string => {
  let [a, b] = [0, 0x9e3779b9]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? 0
    const bits = Number.isNaN(value) ? 0x7fffffff : Math.floor(value * 4096) | 0
    a = (Math.imul(a, 31) + bits) | 0
    b = Math.imul(b ^ bits, 0x85ebca6b) ^ (b >>> 15)
  }
  return `${kind} ${a} ${b}`
}

/** Where many values come once or twice, so many rows have to have one that comes often, and so often. */
const oftenShare = 0.2
const often = 5

/** Columns that hold one value only, or hardly a value that comes again, say nothing about other rows. */
const isTelling = (feature: CategoryFeature, codes: Int32Array): boolean => {
  const counts = new Int32Array(feature.labels.length + 1)
  let [used, stretches, last, given] = [0, 0, -1, 0]
  for (let i = 0; i < codes.length; i++) {
    const code = codes[i] ?? 0
    if (counts[code] === 0) used++
    counts[code] = (counts[code] ?? 0) + 1
    if (code !== 0) given++
    if (code !== last && code !== 0) stretches++
    last = code
  }
  if (used < 2) return false
  if (used <= 64) return true
  // Values that come once, in one stretch (order numbers), only say when: the clock does that better.
  if (stretches <= used * 1.1) return false
  if (used <= codes.length * 0.3) return true
  let repeated = 0
  for (let code = 1; code < counts.length; code++) if ((counts[code] ?? 0) >= often) repeated += counts[code] ?? 0
  return repeated >= oftenShare * given
}

const categoryGrid = (feature: CategoryFeature, codes: Int32Array): GridColumn => {
  // Values beyond what two bytes can tell apart have a code above all bins: they are counted nowhere.
  const bins = Math.min(65_534, feature.labels.length)
  const binned = new Uint16Array(codes.length)
  let hasNull = false
  for (let i = 0; i < codes.length; i++) {
    const code = Math.min(65_535, codes[i] ?? 0)
    binned[i] = code
    hasNull ||= code === 0
  }
  const none = new Float64Array(0)
  return { column: feature, codes: binned, bins, low: none, high: none, named: true, hasNull }
}

const numberGrid = (feature: NumberFeature, numbers: Float64Array, sides: readonly Int32Array[]): GridColumn | null => {
  const edges = edgesOf(numbers, sides)
  const bins = edges.length
  const low = new Float64Array(bins + 1).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(bins + 1).fill(Number.NEGATIVE_INFINITY)
  const codes = new Uint16Array(numbers.length)
  const table = wholeTable(numbers, edges)
  let hasNull = false
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? Number.NaN
    if (Number.isNaN(value)) {
      hasNull = true
      continue
    }
    const bin = table === null ? binOf(edges, value) : (table.bins[value - table.from] ?? 0)
    codes[i] = bin
    if (value < (low[bin] ?? 0)) low[bin] = value
    if (value > (high[bin] ?? 0)) high[bin] = value
  }
  if (bins === 0 || (bins === 1 && !hasNull && low[1] === high[1])) return null
  return { column: feature, codes, bins, low, high, named: bins <= maxNamed, hasNull }
}

/** Ascending lower edges of the bins; exact values when there are few. */
const edgesOf = (numbers: Float64Array, sides: readonly Int32Array[]): Float64Array => {
  const distinct = new Set<number>()
  for (let i = 0; i < numbers.length && distinct.size <= maxBins; i++) {
    const value = numbers[i] ?? Number.NaN
    if (!Number.isNaN(value)) distinct.add(value)
  }
  if (distinct.size <= maxBins) return Float64Array.from(distinct).sort()
  const cut = new Set<number>()
  for (const rows of sides) {
    const side = Float64Array.from(rows, (row) => numbers[row] ?? Number.NaN)
      .filter((value) => !Number.isNaN(value))
      .sort()
    for (let i = 0; i < maxBins / 2 && side.length > 0; i++) cut.add(side[Math.floor((i * side.length) / (maxBins / 2))] ?? 0)
    if (side.length > 0) cut.add(side[side.length - 1] ?? 0)
  }
  return Float64Array.from(cut).sort()
}

interface WholeTable {
  readonly from: number
  readonly bins: Uint16Array
}

/** The bin of each whole number, where all numbers are whole and not far apart. */
const wholeTable = (numbers: Float64Array, edges: Float64Array): WholeTable | null => {
  let [from, to] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let i = 0; i < numbers.length; i++) {
    const value = numbers[i] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (!Number.isInteger(value)) return null
    if (value < from) from = value
    if (value > to) to = value
  }
  if (!(to - from < numbers.length)) return null
  return { from, bins: Uint16Array.from({ length: to - from + 1 }, (_, i) => binOf(edges, from + i)) }
}

/** 1 + index of the last edge at or below the value; values below all edges are in bin 1. */
const binOf = (edges: Float64Array, value: number): number => {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] ?? 0) <= value) low = middle + 1
    else high = middle
  }
  return Math.max(1, low)
}
