import type { Literal } from '../../model/hidden-rule.ts'
import type { CategoryFeature } from '../features/feature.ts'
import { bothFeature } from '../features/pairs.ts'
import type { Population } from './histogram.ts'
import type { GridColumn } from './grid.ts'
import type { Sample } from './sample.ts'

export interface FoundPair {
  readonly feature: CategoryFeature
  readonly literal: Literal
  readonly bits: number
}

const maxColumns = 28
const maxValues = 40
const least = { positives: 12, hits: 2, precision: 0.8 }

interface Cells {
  readonly gain: number
  readonly bits: number
  readonly cells: readonly number[]
}

/**
 * Two columns that tell together what neither tells alone: an exclusive or, a list of pairs. Looked for only where no
 * conjunction was found.
 */
export const bestPair = (sample: Sample, population: Population, leastGain: number): FoundPair | null => {
  if (population.positives.length < least.positives) return null
  const columns = sample.grid.columns.filter(isSmall).slice(0, maxColumns)
  let best: { readonly a: GridColumn; readonly b: GridColumn; readonly found: Cells } | null = null
  for (const [i, a] of columns.entries()) {
    for (const b of columns.slice(i + 1)) {
      const found = cellsOf(a, b, population, columns.length)
      if (found !== null && found.gain >= leastGain && (best === null || found.gain > best.found.gain)) best = { a, b, found }
    }
  }
  return best === null ? null : said(best.a, best.b, best.found, sample)
}

const isSmall = ({ column, bins }: GridColumn): boolean => column.kind === 'category' && bins >= 2 && bins <= maxValues

const cellsOf = (a: GridColumn, b: GridColumn, { positives, negatives, weight }: Population, columns: number): Cells | null => {
  const width = b.bins + 1
  const counts = [new Int32Array((a.bins + 1) * width), new Int32Array((a.bins + 1) * width)] as const
  for (const [side, rows] of [positives, negatives].entries()) {
    const into = counts[side === 0 ? 0 : 1]
    for (let i = 0; i < rows.length; i++) {
      const row = rows[i] ?? 0
      const cell = (a.codes[row] ?? 0) * width + (b.codes[row] ?? 0)
      into[cell] = (into[cell] ?? 0) + 1
    }
  }
  const cells: number[] = []
  let [hits, misses] = [0, 0]
  for (let cell = width + 1; cell < counts[0].length; cell++) {
    const [hit, miss] = [counts[0][cell] ?? 0, (counts[1][cell] ?? 0) * weight]
    if (cell % width === 0 || hit < least.hits || hit < 4 * miss) continue
    cells.push(cell)
    hits += hit
    misses += miss
  }
  const precision = hits / (hits + misses)
  if (hits < least.positives || precision < least.precision) return null
  const base = positives.length / (positives.length + negatives.length * weight)
  const bits = 2 * Math.log2(columns) + choices(a.bins * b.bins, cells.length) + a.column.bits + b.column.bits + 2
  return { gain: hits * (Math.log2(precision) - Math.log2(base)) - bits, bits, cells }
}

const choices = (n: number, k: number): number => {
  let bits = 0
  const few = Math.min(k, n - k)
  for (let i = 1; i <= few; i++) bits += Math.log2((n - few + i) / i)
  return bits
}

const said = (a: GridColumn, b: GridColumn, { cells, bits }: Cells, { features }: Sample): FoundPair | null => {
  const [first, second] = [features.featureOf(a.column.name), features.featureOf(b.column.name)]
  if (first?.kind !== 'category' || second?.kind !== 'category') return null
  const feature = bothFeature(first, second)
  const width = b.bins + 1
  const values = cells.map((cell) => {
    const [x, y] = [String(a.column.labels?.[Math.floor(cell / width) - 1]), String(b.column.labels?.[(cell % width) - 1])]
    return first.name < second.name ? `${x} & ${y}` : `${y} & ${x}`
  })
  return { feature, literal: { kind: 'in', feature: feature.name, values }, bits }
}
