import type { GridColumn } from './grid.ts'
import type { CodeSpan, Histogram } from './literals.ts'
import { sparse } from './luck.ts'

/** Sample indexes of one effect's population; each negative stands for `weight` of them. */
export interface Population {
  readonly positives: Int32Array
  readonly negatives: Int32Array
  readonly weight: number
}

const counts = { positives: new Int32Array(65_536), negatives: new Int32Array(65_536) }

/** Its counts are good until {@link cleared}. */
export const histogramOf = ({ codes, bins }: GridColumn, { positives, negatives, weight }: Population): Histogram => {
  const base = positives.length / Math.max(1, positives.length + negatives.length * weight)
  const hit: number[] = []
  tally(codes, positives, counts.positives)
  if (bins <= sparse) {
    tally(codes, negatives, counts.negatives)
    for (let bin = 1; bin <= bins; bin++) if ((counts.positives[bin] ?? 0) > 0) hit.push(bin)
    return { ...counts, weight, base, hit }
  }
  for (let i = 0; i < positives.length; i++) {
    const code = codes[positives[i] ?? 0] ?? 0
    if (code > 0 && code <= bins && counts.negatives[code] === 0) {
      hit.push(code)
      counts.negatives[code] = 1
    }
  }
  for (const code of hit) counts.negatives[code] = 0
  for (let i = 0; i < negatives.length; i++) {
    const code = codes[negatives[i] ?? 0] ?? 0
    if ((counts.positives[code] ?? 0) > 0) counts.negatives[code] = (counts.negatives[code] ?? 0) + 1
  }
  if ((counts.positives[0] ?? 0) === 0)
    for (let i = 0; i < negatives.length; i++) if (codes[negatives[i] ?? 0] === 0) counts.negatives[0] = (counts.negatives[0] ?? 0) + 1
  return { ...counts, weight, base, hit: hit.sort((a, b) => a - b) }
}

/** Makes room for the next. */
export const cleared = ({ bins }: GridColumn, { hit }: Histogram): void => {
  if (bins <= sparse) {
    counts.positives.fill(0, 0, bins + 1)
    counts.negatives.fill(0, 0, bins + 1)
  } else {
    for (const code of hit) {
      counts.positives[code] = 0
      counts.negatives[code] = 0
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

/** How many positives and (unweighted) negatives of the last histogram a condition accepts. */
export const covered = (span: CodeSpan, bins: number): readonly [number, number] => {
  switch (span.kind) {
    case 'null':
      return counted(0, 0)
    case 'given':
      return counted(1, bins)
    case 'not': {
      const all = counted(0, bins)
      const out = span.codes.map((code) => counted(code, code))
      return [
        all[0] - out.reduce((sum, [positives]) => sum + positives, 0),
        all[1] - out.reduce((sum, [, negatives]) => sum + negatives, 0),
      ]
    }
    case 'set': {
      const inSet = span.codes.map((code) => counted(code, code))
      return [inSet.reduce((sum, [positives]) => sum + positives, 0), inSet.reduce((sum, [, negatives]) => sum + negatives, 0)]
    }
    case 'span': {
      if (!span.wraps) return counted(Math.max(1, span.from), Math.min(bins, span.to))
      const [early, late] = [counted(1, span.to), counted(span.from, bins)]
      return [early[0] + late[0], early[1] + late[1]]
    }
    default:
      return span satisfies never
  }
}

const counted = (from: number, to: number): readonly [number, number] => {
  let positives = 0
  let negatives = 0
  for (let bin = from; bin <= to; bin++) {
    positives += counts.positives[bin] ?? 0
    negatives += counts.negatives[bin] ?? 0
  }
  return [positives, negatives]
}
