import type { Column } from './column.ts'

/** One column cut into at most 256 bins (numbers) or its own values (categories), for the search sample only. */
export interface GridColumn {
  readonly column: Column
  /** Bin by sample index; 0: null. */
  readonly codes: Uint16Array
  readonly bins: number
  /** Smallest and largest number in each bin (1-based); empty for categories. */
  readonly low: Float64Array
  readonly high: Float64Array
  /** Few enough values that a set of them can be named. */
  readonly named: boolean
}

export interface Grid {
  /** Row of each sample index. */
  readonly rows: Int32Array
  readonly columns: readonly GridColumn[]
}

const maxBins = 256
const maxNamed = 32

/**
 * The grid is as dense where mismatches live as where agreements do: edges are quantiles of both, so that a threshold
 * of a rare rule is not lost inside one bin.
 */
export const gridOf = (columns: readonly Column[], rows: Int32Array, mismatch: Uint8Array): Grid => ({
  rows,
  columns: columns.map((column) =>
    column.kind === 'number'
      ? numberGrid(column, column.numbers, rows, mismatch)
      : categoryGrid(column, column.codes, column.labels.length, rows),
  ),
})

const categoryGrid = (column: Column, codes: Int32Array, values: number, rows: Int32Array): GridColumn => ({
  column,
  codes: Uint16Array.from(rows, (row) => Math.min(65_535, codes[row] ?? 0)),
  bins: Math.min(65_535, values),
  low: new Float64Array(0),
  high: new Float64Array(0),
  named: true,
})

const numberGrid = (column: Column, numbers: Float64Array, rows: Int32Array, mismatch: Uint8Array): GridColumn => {
  const edges = edgesOf(numbers, rows, mismatch)
  const bins = edges.length
  const low = new Float64Array(bins + 1).fill(Number.POSITIVE_INFINITY)
  const high = new Float64Array(bins + 1).fill(Number.NEGATIVE_INFINITY)
  const codes = Uint16Array.from(rows, (row) => {
    const value = numbers[row] ?? Number.NaN
    if (Number.isNaN(value)) return 0
    const bin = binOf(edges, value)
    if (value < (low[bin] ?? 0)) low[bin] = value
    if (value > (high[bin] ?? 0)) high[bin] = value
    return bin
  })
  return { column, codes, bins, low, high, named: bins <= maxNamed }
}

/** Ascending lower edges of the bins; exact values when there are few. */
const edgesOf = (numbers: Float64Array, rows: Int32Array, mismatch: Uint8Array): Float64Array => {
  const distinct = new Set<number>()
  for (const row of rows) {
    const value = numbers[row] ?? Number.NaN
    if (!Number.isNaN(value)) distinct.add(value)
    if (distinct.size > maxBins) break
  }
  if (distinct.size <= maxBins) return Float64Array.from(distinct).sort()
  const cut = new Set<number>()
  for (const wanted of [1, 0]) {
    const side = Float64Array.from(
      rows.filter((row) => mismatch[row] === wanted && !Number.isNaN(numbers[row] ?? Number.NaN)),
      (row) => numbers[row] ?? 0,
    ).sort()
    for (let i = 0; i < maxBins / 2 && side.length > 0; i++) cut.add(side[Math.floor((i * side.length) / (maxBins / 2))] ?? 0)
    if (side.length > 0) cut.add(side[side.length - 1] ?? 0)
  }
  return Float64Array.from(cut).sort()
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
