import type { Literal } from '../model/hidden-rule.ts'
import type { Column, NumberColumn } from './column.ts'
import { countWhere, precisionOf } from './counting.ts'
import { fit } from './fit.ts'
import { longList, luckBits } from './luck.ts'
import type { FeatureTable } from './features.ts'
import { rowsWhere } from './predicate.ts'
import { roundest } from './roundest.ts'

/** What a predicate is fitted on: rows, and what the effect is to each of them. */
export interface Sharpening {
  readonly features: FeatureTable
  readonly fits: Uint8Array
  readonly rows: Int32Array
}

/**
 * Moves every border to its exact place on the full data, prunes conditions that make no difference, and prints round
 * numbers where the data leave a gap.
 */
export const sharpen = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  let sharp: readonly Literal[] = predicate
  for (let turn = 0; turn < 2; turn++) {
    for (let i = 0; i < sharp.length; i++) {
      const others = sharp.filter((_, j) => j !== i)
      const literal = sharp[i]
      const column = literal === undefined ? undefined : data.features.byName.get(literal.feature)
      if (literal === undefined || column === undefined) continue
      const rows = rowsWhere(others, data.features, data.rows).filter((row) => data.fits[row] === fit.fits || data.fits[row] === fit.breaks)
      sharp = [...sharp.slice(0, i), sharpened(literal, column, rows, data.fits), ...sharp.slice(i + 1)]
    }
    sharp = pruned(sharp, data)
  }
  return sharp
}

/** Drops conditions without which the rule is as precise. The dearest are tried first. */
const pruned = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  let left = predicate
  for (const literal of [...predicate].reverse()) {
    const without = left.filter((one) => one !== literal)
    if (without.length === 0) break
    const now = precisionOf(countWhere(left, data.features, data.fits, data.rows))
    if (precisionOf(countWhere(without, data.features, data.fits, data.rows)) >= now - 0.002) left = without
  }
  return left
}

const sharpened = (literal: Literal, column: Column, rows: Int32Array, fits: Uint8Array): Literal => {
  if (literal.kind === 'is-null' || literal.kind === 'is-given' || literal.kind === 'not-in') return literal
  if (literal.kind === 'in') return column.kind === 'category' ? sharpSet(literal, column, rows, fits) : literal
  return column.kind === 'number' ? sharpNumber(literal, column, rows, fits) : literal
}

interface Value {
  readonly value: number
  readonly score: number
}

/** Distinct values in ascending order, each with positives less negatives. */
const valuesOf = (column: NumberColumn, rows: Int32Array, fits: Uint8Array): readonly Value[] => {
  const scores = new Map<number, number>()
  for (const row of rows) {
    const value = column.numbers[row] ?? Number.NaN
    if (!Number.isNaN(value)) scores.set(value, (scores.get(value) ?? 0) + (fits[row] === fit.fits ? 1 : -1))
  }
  return [...scores].map(([value, score]) => ({ value, score })).sort((a, b) => a.value - b.value)
}

type NumberLiteral = Exclude<Literal, { kind: 'in' | 'not-in' | 'is-null' | 'is-given' }>

const sharpNumber = (literal: NumberLiteral, column: NumberColumn, rows: Int32Array, fits: Uint8Array): Literal => {
  const values = valuesOf(column, rows, fits)
  if (values.length === 0) return literal
  const whole = values.every((one) => Number.isInteger(one.value))
  const plain = column.cycle !== null || column.name.includes('(')
  const border = (index: number, outside: number): number => {
    const inside = values[index]?.value ?? 0
    const beyond = values[outside]?.value
    if (plain || beyond === undefined) return inside
    const hair = whole ? 1 : Math.min(0.01, Math.abs(beyond - inside) / 2)
    return beyond < inside ? roundest(beyond + hair, inside, inside, whole) : roundest(inside, beyond - hair, inside, whole)
  }
  switch (literal.kind) {
    case 'at-least': {
      const from = bestSuffix(values)
      return { kind: 'at-least', feature: literal.feature, value: border(from, from - 1) }
    }
    case 'at-most': {
      const to = values.length - 1 - bestSuffix([...values].reverse())
      return { kind: 'at-most', feature: literal.feature, value: border(to, to + 1) }
    }
    case 'between': {
      const [from, to] = bestRun(values)
      return { kind: 'between', feature: literal.feature, from: border(from, from - 1), to: border(to, to + 1) }
    }
    case 'around': {
      const [from, to] = bestRun(values.map(({ value, score }) => ({ value, score: -score })))
      const [start, end] = [values[to + 1]?.value, values[from - 1]?.value]
      return start === undefined || end === undefined ? literal : { kind: 'around', feature: literal.feature, from: start, to: end }
    }
    default:
      return literal satisfies never
  }
}

const bestSuffix = (values: readonly Value[]): number => {
  let [best, from, sum] = [Number.NEGATIVE_INFINITY, values.length - 1, 0]
  for (let i = values.length - 1; i >= 0; i--) {
    sum += values[i]?.score ?? 0
    if (sum > best) [best, from] = [sum, i]
  }
  return from
}

const bestRun = (values: readonly Value[]): readonly [number, number] => {
  let [best, bestFrom, bestTo, sum, from] = [Number.NEGATIVE_INFINITY, 0, 0, 0, 0]
  for (const [i, { score }] of values.entries()) {
    if (sum <= 0) [sum, from] = [0, i]
    sum += score
    if (sum > best) [best, bestFrom, bestTo] = [sum, from, i]
  }
  return [bestFrom, bestTo]
}

/**
 * Names every value that fits; one seen once only where such a hit is hardly chance. The hits of other rules with the same effect
 * are among the positives: in long lists a value that the search did not name has to be more than their luck.
 */
const sharpSet = (
  literal: Extract<Literal, { kind: 'in' }>,
  column: Extract<Column, { kind: 'category' }>,
  rows: Int32Array,
  fits: Uint8Array,
): Literal => {
  const { labels } = column
  const positives = new Int32Array(labels.length + 1)
  const negatives = new Int32Array(labels.length + 1)
  for (const row of rows) {
    const code = column.codes[row] ?? 0
    const side = fits[row] === fit.fits ? positives : negatives
    side[code] = (side[code] ?? 0) + 1
  }
  const hitsOf = (code: number): number => positives[code] ?? 0
  const missesOf = (code: number): number => negatives[code] ?? 0
  const shareOutside = (inside: readonly number[]): number =>
    (positives.reduce((a, b) => a + b, 0) - inside.reduce((sum, code) => sum + hitsOf(code), 0)) / Math.max(1, rows.length)
  const codes = labels.map((_, i) => i + 1)
  const named = new Set(literal.values)
  const already = codes.filter((code) => named.has(labels[code - 1] ?? ''))
  const luck = shareOutside(already)
  const isEarned = (code: number): boolean =>
    labels.length <= longList || luckBits(hitsOf(code), hitsOf(code) + missesOf(code), luck) >= Math.log2(labels.length) + 1
  const sure = codes.filter(
    (code) => hitsOf(code) >= 2 && hitsOf(code) > 2 * missesOf(code) && (named.has(labels[code - 1] ?? '') || isEarned(code)),
  )
  if (sure.length === 0) return literal
  const noise = shareOutside(sure)
  const listed = sure.length / labels.length
  const single = codes.filter((code) => noise < listed / 10 && hitsOf(code) === 1 && missesOf(code) === 0)
  const values = [...sure, ...single].sort((a, b) => a - b).map((code) => labels[code - 1] ?? '')
  return { kind: 'in', feature: literal.feature, values }
}
