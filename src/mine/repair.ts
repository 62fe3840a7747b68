import type { Literal } from '../model/hidden-rule.ts'
import type { Exception } from './border-exception.ts'
import { borderExceptions, runsWithTime } from './border-exception.ts'
import { isPlain } from './features/feature.ts'
import type { CategoryColumn, NumberColumn } from './features/feature.ts'
import { countRows } from './counting.ts'
import { fit } from './fit.ts'
import { rowsWhere } from './predicate.ts'
import type { Sharpening } from './sharpen.ts'

const maxLabels = 12
const fewRows = 500
/** How surprising it has to be, in bits beyond the choice of the exception, that none of the excepted decisions fits. */
const leastBits = 8
/** A value is excepted where so few positives come with those that do not fit; and all together may cost no more of them. */
const fewPositives = 0.5
const mostLost = 0.05

/**
 * Adds the one exception that clears up nearly all counter-examples and costs no positive (discontinued articles, say).
 * The search does not see it: few counter-examples do not pay for a condition, though a rule without it is not precise. Where
 * there is none, the one whose decisions never fit, so many that this is no chance: whatever the legacy does there instead.
 */
export const repair = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  const rows = rowsWhere(predicate, data.features, data.rows)
  const { fits, breaks, other } = countRows(data.fits, rows)
  if (breaks > 0.5 * fits || breaks + other < 2) return predicate
  const base = fits / (fits + breaks + other)
  const isSpoilt = breaks >= 2 && breaks > 0.01 * fits
  let best: Literal | null = null as Literal | null
  let [mostCleared, mostBits] = [Math.max(1, breaks * 0.8 - 1e-9), leastBits]
  const consider = (exception: Exception, usual: number, choiceBits: number): void => {
    const bits = shortBits(exception.lost, exception.lost + exception.cleared + exception.others, usual) - choiceBits
    if (bits <= mostBits || exception.lost > mostLost * fits) return
    mostBits = bits
    best = exception.literal
  }
  for (const column of data.features.columns) {
    if (predicate.some((literal) => literal.feature === column.name)) continue
    const columnBits = Math.log2(data.features.columns.length) + column.bits
    const labelled = column.kind === 'category' ? ofCategory(column, rows, data) : isPlain(column) ? ofNumber(column, rows, data) : null
    const exception = labelled === null ? null : exceptionOf(labelled, rows, data)
    if (labelled === null && column.kind === 'number') {
      // What holds always, but for a time, is no rule with a condition: it came or went, with another version of the candidate perhaps.
      const isSpan = predicate.length === 0 && runsWithTime(data.features.numbersAt(column, rows))
      const borders = isSpan ? [] : borderExceptions(column, rows, data)
      for (const border of borders) consider(border, fits / (fits + breaks), columnBits + Math.log2(borders.length))
    }
    if (exception === null) continue
    if (isSpoilt && exception.lost === 0 && exception.cleared > mostCleared) {
      mostCleared = exception.cleared
      mostBits = Number.POSITIVE_INFINITY
      best = exception.literal
    } else consider(exception, base, columnBits + exception.excepted * Math.log2(labelled?.labels.length ?? 1))
  }
  return best === null ? predicate : [...predicate, best]
}

/** How surprising so few hits are where each comes with probability `base`, in bits (Chernoff's bound). */
const shortBits = (hits: number, tries: number, base: number): number => {
  const share = hits / Math.max(1, tries)
  if (share >= base) return 0
  const hit = share > 0 ? share * Math.log2(share / base) : 0
  return tries * (hit + (1 - share) * Math.log2((1 - share) / (1 - base)))
}

/** A column with few values, as codes of some rows. */
interface Labelled {
  readonly name: string
  readonly labels: readonly (string | number | boolean)[]
  readonly codes: Int32Array
}

const ofCategory = (column: CategoryColumn, rows: Int32Array, { features }: Sharpening): Labelled | null =>
  column.labels.length > maxLabels ? null : { name: column.name, labels: column.labels, codes: features.codesAt(column, rows) }

/** Levels and the like, which have few values everywhere. */
const ofNumber = (column: NumberColumn, rows: Int32Array, { features, rows: all }: Sharpening): Labelled | null => {
  if (new Set(features.numbersAt(column, all.subarray(0, fewRows))).size > maxLabels) return null
  const values = features.numbersAt(column, rows)
  const codes = new Int32Array(rows.length)
  const labels: number[] = []
  for (let i = 0; i < rows.length; i++) {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) continue
    let at = labels.indexOf(value)
    if (at < 0) {
      if (labels.length === maxLabels) return null
      at = labels.push(value) - 1
    }
    codes[i] = at + 1
  }
  return { name: column.name, labels, codes }
}

interface LabelException extends Exception {
  /** How many values are excepted. */
  readonly excepted: number
}

/** All values of the column but those with hardly a positive; null where there is none such. */
const exceptionOf = (column: Labelled, rows: Int32Array, { fits }: Sharpening): LabelException | null => {
  const sides = [0, 1, 2, 3].map(() => new Int32Array(column.labels.length + 1))
  const none = new Int32Array(0)
  const { [fit.fits]: positives = none, [fit.breaks]: negatives = none, [fit.other]: thirds = none } = sides
  const { codes } = column
  for (let i = 0; i < rows.length; i++) {
    const side = sides[fits[rows[i] ?? 0] ?? fit.notAtRisk]
    const code = codes[i] ?? 0
    if (side !== undefined) side[code] = (side[code] ?? 0) + 1
  }
  if ((positives[0] ?? 0) > 0) return null
  const isKept = (code: number): boolean => {
    const against = (negatives[code] ?? 0) + (thirds[code] ?? 0)
    return against === 0 || (positives[code] ?? 0) >= fewPositives * against
  }
  const kept = column.labels.filter((_, i) => isKept(i + 1))
  if (kept.length === 0 || kept.length === column.labels.length) return null
  const left = column.labels.filter((label) => !kept.includes(label))
  const sumOf = (side: Int32Array): number =>
    column.labels.reduce((sum: number, _, i) => (isKept(i + 1) ? sum : sum + (side[i + 1] ?? 0)), 0)
  // Rows without a value are none of the excepted ones: where they speak against the rule, what is left has to be named.
  const except = left.length < kept.length && (negatives[0] ?? 0) === 0
  const literal: Literal = except
    ? { kind: 'not-in', feature: column.name, values: left }
    : { kind: 'in', feature: column.name, values: kept }
  return { literal, lost: sumOf(positives), cleared: sumOf(negatives), others: sumOf(thirds), excepted: left.length }
}
