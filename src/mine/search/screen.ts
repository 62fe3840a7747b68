import type { Judge } from './code-literal.ts'
import type { GridColumn } from './grid.ts'
import { cleared, histogramOf } from './histogram.ts'
import type { Population } from './histogram.ts'
import { baseOf, eachLiteral, fewCostsOf } from './literals.ts'
import { minPositives, qualityOf, weighingOf } from './weighing.ts'
import type { Weighing } from './weighing.ts'

/** Where there are many features, a share of the rows tells which of them deserve a full look. */
const screened = { columns: 32, positives: 200, negatives: 250 }
/** So many of them may be of use together with others: whatever is part of a rule tells a little alone too. */
const mostRanked = 768

interface Screened {
  readonly population: Population
  readonly precision: number
  readonly bits: number
}

export interface Promising {
  readonly chosen: readonly number[]
  /** Those that are looked at again below. */
  readonly ranked: readonly number[]
}

/** All of these features, or, of many, those that do best on a share of the rows. */
export const promising = (
  columns: readonly GridColumn[],
  features: readonly number[],
  { population, precision, bits }: Screened,
  featureBits: number,
): Promising => {
  if (features.length <= screened.columns) return { chosen: features, ranked: features }
  const share = shareOf(population)
  // Scores are of the share, on the scale of the whole: only their order counts.
  const root = { positives: share.positives.length, negatives: share.negatives.length * share.weight, precision }
  const weighing = weighingOf(root, Math.min(precision, baseOf(share)), share.weight)
  const costs = fewCostsOf(share)
  const scores = features.flatMap((feature) => {
    const column = columns[feature]
    return column === undefined ? [] : [{ feature, ...scoreOf(column, share, costs, weighing, featureBits + bits) }]
  })
  const chosen = new Set<number>()
  scores.sort((a, b) => b.quality - a.quality)
  const ranked = new Set(scores.slice(0, mostRanked).map(({ feature }) => feature))
  for (const { feature } of scores.slice(0, screened.columns / 2)) chosen.add(feature)
  for (const { feature } of scores.sort((a, b) => b.gain - a.gain)) if (chosen.size < screened.columns) chosen.add(feature)
  for (const feature of chosen) ranked.add(feature)
  return { chosen: [...chosen].sort((a, b) => a - b), ranked: [...ranked].sort((a, b) => a - b) }
}

const hopeless: Score = { quality: Number.NEGATIVE_INFINITY, gain: Number.NEGATIVE_INFINITY }

interface Score {
  readonly quality: number
  /** Weighted by precision. */
  readonly gain: number
}

const scoreOf = (column: GridColumn, share: Population, costs: readonly number[], weighing: Weighing, bitsBefore: number): Score => {
  let { quality, gain } = hopeless
  const plain = bitsBefore + column.column.bits
  const base = Math.log2(weighing.root.precision)
  const judge: Judge = {
    wants: (positives, plainNegatives, bits) => {
      const negatives = plainNegatives * weighing.weight
      const precision = positives / (positives + negatives)
      if (positives < minPositives || precision <= weighing.parentPrecision + 1e-9) return false
      quality = Math.max(quality, qualityOf(weighing, positives, negatives) - plain - bits)
      gain = Math.max(gain, precision ** 2 * (positives * (Math.log2(precision) - base) - plain - bits))
      return false
    },
    take: () => undefined,
  }
  const histogram = histogramOf(column, share)
  eachLiteral(column, histogram, costs, judge)
  cleared(column, histogram)
  return { quality, gain }
}

const shareOf = ({ positives, negatives, weight }: Population): Population => {
  const some = (rows: Int32Array, most: number): Int32Array => {
    if (rows.length <= most) return rows
    const stride = rows.length / most
    return Int32Array.from({ length: most }, (_, i) => rows[Math.floor(i * stride)] ?? 0)
  }
  const few = some(positives, screened.positives)
  const against = some(negatives, screened.negatives)
  const ratio = (negatives.length * weight) / Math.max(1, positives.length)
  return { positives: few, negatives: against, weight: (ratio * few.length) / Math.max(1, against.length) }
}
