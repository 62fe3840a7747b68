import type { Literal } from '../model/hidden-rule.ts'
import type { CategoryColumn, Column, NumberColumn } from './features/feature.ts'
import { countRows, precisionOf, toldRows } from './counting.ts'
import { fit } from './fit.ts'
import { longList, luckBits } from './search/luck.ts'
import type { FeatureTable } from './features/view.ts'
import { mergedRows, nearRows } from './near.ts'
import type { NearRows } from './near.ts'
import { roundest, roundestTime } from './roundest.ts'

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
  let near = nearRows(sharp, data.features, data.rows)
  for (let turn = 0; turn < 2; turn++) {
    const next = sharp.map((literal, i) => {
      const column = data.features.byName.get(literal.feature)
      return column === undefined ? literal : sharpened(literal, column, mergedRows(near.inside, near.but[i] ?? none), data)
    })
    const same = next.every((literal, i) => JSON.stringify(literal) === JSON.stringify(sharp[i]))
    // To look at all rows is what takes the time: no predicate is looked at twice.
    const after = pruned(next, same ? near : nearRows(next, data.features, data.rows), data)
    if (same && after.predicate.length === next.length) break
    sharp = after.predicate
    near = after.near
  }
  return sharp
}

const none = new Int32Array(0)

interface Near {
  readonly predicate: readonly Literal[]
  readonly near: NearRows
}

/** Drops conditions without which the rule is as precise, the dearest first. */
const pruned = (predicate: readonly Literal[], begun: NearRows, data: Sharpening): Near => {
  let left = predicate
  let near = begun
  while (left.length > 1) {
    const now = countRows(data.fits, near.inside)
    const idle = left.findLastIndex((_, i) => {
      const more = countRows(data.fits, near.but[i] ?? none)
      return precisionOf({ fits: now.fits + more.fits, breaks: now.breaks + more.breaks, other: 0 }) >= precisionOf(now) - 0.002
    })
    if (idle < 0) break
    left = left.filter((_, i) => i !== idle)
    near = nearRows(left, data.features, data.rows)
  }
  return { predicate: left, near }
}

const sharpened = (literal: Literal, column: Column, rows: Int32Array, data: Sharpening): Literal => {
  switch (literal.kind) {
    case 'is-null':
    case 'is-given':
    case 'not-in':
      return literal
    case 'in':
      return column.kind === 'category' ? sharpSet(literal, column, rows, data) : sharpNumbers(literal, column, rows, data)
    default:
      return column.kind === 'number' ? sharpNumber(literal, column, toldRows(data.fits, rows), data) : literal
  }
}

/** Distinct values in ascending order, each with positives less negatives. */
interface Values {
  readonly values: Float64Array
  readonly scores: Float64Array
}

/** The numbers that these rows have, with what speaks for and against each; `whole` values only are told apart by 1. */
export const valuesOf = (column: NumberColumn, rows: Int32Array, { features, fits }: Sharpening): Values => {
  const numbers = features.numbersAt(column, rows)
  const sides = [new Float64Array(rows.length), new Float64Array(rows.length)] as const
  const ends: [number, number] = [0, 0]
  for (let i = 0; i < rows.length; i++) {
    const value = numbers[i] ?? Number.NaN
    if (Number.isNaN(value)) continue
    const side = fits[rows[i] ?? 0] === fit.fits ? 0 : 1
    sides[side][ends[side]++] = value
  }
  const [hits, misses] = [sides[0].subarray(0, ends[0]).sort(), sides[1].subarray(0, ends[1]).sort()]
  const values = new Float64Array(hits.length + misses.length)
  const scores = new Float64Array(hits.length + misses.length)
  let [hit, miss, count] = [0, 0, 0]
  while (hit < hits.length || miss < misses.length) {
    const value = Math.min(hits[hit] ?? Number.POSITIVE_INFINITY, misses[miss] ?? Number.POSITIVE_INFINITY)
    let score = 0
    while (hits[hit] === value) {
      score++
      hit++
    }
    while (misses[miss] === value) {
      score--
      miss++
    }
    values[count] = value
    scores[count++] = score
  }
  return { values: values.subarray(0, count), scores: scores.subarray(0, count) }
}

type NumberLiteral = Exclude<Literal, { kind: 'in' | 'not-in' | 'is-null' | 'is-given' }>

/** Spans of time are told in round numbers, like amounts; other numbers that were counted or taken apart are as they were seen. */
const isLapse = /^(?:days|minutes|minutesSince)\(/

const sharpNumber = (literal: NumberLiteral, column: NumberColumn, rows: Int32Array, data: Sharpening): Literal => {
  const { values, scores } = valuesOf(column, rows, data)
  if (values.length === 0) return literal
  const whole = values.every((value) => Number.isInteger(value))
  const isExact = column.cycle !== null || (column.name.includes('(') && !isLapse.test(column.name))
  const border = (index: number, outside: number): number => {
    const inside = values[index] ?? 0
    const beyond = values[outside]
    if (beyond === undefined) return inside
    if (column.name.startsWith('minuteOfDay('))
      return beyond < inside ? roundestTime(beyond + 1, inside, inside) : roundestTime(inside, beyond - 1, inside)
    // Nothing was seen between them: the middle is wrong by least.
    if (column.cycle !== null && whole) return beyond < inside ? Math.ceil((beyond + inside) / 2) : Math.floor((beyond + inside) / 2)
    if (isExact) return inside
    const hair = whole ? 1 : Math.min(0.01, Math.abs(beyond - inside) / 2)
    return beyond < inside ? roundest(beyond + hair, inside, inside, whole) : roundest(inside, beyond - hair, inside, whole)
  }
  switch (literal.kind) {
    case 'at-least': {
      const from = bestSuffix(scores)
      return { kind: 'at-least', feature: literal.feature, value: border(from, from - 1) }
    }
    case 'at-most': {
      const to = scores.length - 1 - bestSuffix(scores.toReversed())
      return { kind: 'at-most', feature: literal.feature, value: border(to, to + 1) }
    }
    case 'between': {
      const [from, to] = bestRun(scores)
      return { kind: 'between', feature: literal.feature, from: border(from, from - 1), to: border(to, to + 1) }
    }
    case 'around': {
      const [from, to] = bestRun(scores.map((score) => -score))
      if (from === 0 || to === values.length - 1) return literal
      return { kind: 'around', feature: literal.feature, from: border(to + 1, to), to: border(from - 1, from) }
    }
    default:
      return literal satisfies never
  }
}

const bestSuffix = (scores: Float64Array): number => {
  let [best, from, sum] = [Number.NEGATIVE_INFINITY, scores.length - 1, 0]
  for (let i = scores.length - 1; i >= 0; i--) {
    sum += scores[i] ?? 0
    if (sum > best) [best, from] = [sum, i]
  }
  return from
}

const bestRun = (scores: Float64Array): readonly [number, number] => {
  let [best, bestFrom, bestTo, sum, from] = [Number.NEGATIVE_INFINITY, 0, 0, 0, 0]
  for (let i = 0; i < scores.length; i++) {
    if (sum <= 0) [sum, from] = [0, i]
    sum += scores[i] ?? 0
    if (sum > best) [best, bestFrom, bestTo] = [sum, from, i]
  }
  return [bestFrom, bestTo]
}

/** Share of the values that came once and fit which may be there by chance. */
const mostLucky = 0.1

/** Leaves out numbers of a list that do not fit. */
const sharpNumbers = (
  literal: Extract<Literal, { kind: 'in' }>,
  column: NumberColumn,
  rows: Int32Array,
  { features, fits }: Sharpening,
): Literal => {
  const numbers = features.numbersAt(column, rows)
  const values = literal.values.filter((value) => {
    const counts = [0, 0, 0, 0]
    for (let i = 0; i < rows.length; i++) {
      const what = fits[rows[i] ?? 0] ?? fit.notAtRisk
      if (numbers[i] === value) counts[what] = (counts[what] ?? 0) + 1
    }
    const { [fit.fits]: hits = 0, [fit.breaks]: misses = 0, [fit.other]: others = 0 } = counts
    return hits > 2 * misses && hits >= others
  })
  return values.length === 0 ? literal : { ...literal, values }
}

/**
 * Names every value that fits; one seen once only where such a hit is hardly chance. The hits of other rules with the same effect
 * are among the positives: in long lists a value that the search did not name has to be more than their luck. Where the legacy mostly did
 * a third thing, a value does not fit either.
 */
const sharpSet = (
  literal: Extract<Literal, { kind: 'in' }>,
  column: CategoryColumn,
  rows: Int32Array,
  { features, fits }: Sharpening,
): Literal => {
  const { labels } = column
  const codesOf = features.codesAt(column, rows)
  const sides = [0, 1, 2, 3].map(() => new Int32Array(labels.length + 1))
  const { [fit.fits]: positives = none, [fit.breaks]: negatives = none, [fit.other]: others = none } = sides
  for (let i = 0; i < rows.length; i++) {
    const side = sides[fits[rows[i] ?? 0] ?? fit.notAtRisk]
    const code = codesOf[i] ?? 0
    if (side !== undefined) side[code] = (side[code] ?? 0) + 1
  }
  const told = toldRows(fits, rows).length
  const hitsOf = (code: number): number => positives[code] ?? 0
  const missesOf = (code: number): number => negatives[code] ?? 0
  const shareOutside = (inside: readonly number[]): number =>
    (positives.reduce((a, b) => a + b, 0) - inside.reduce((sum, code) => sum + hitsOf(code), 0)) / Math.max(1, told)
  const codes = labels.map((_, i) => i + 1)
  const named = new Set(literal.values)
  const already = codes.filter((code) => named.has(labels[code - 1] ?? ''))
  const luck = shareOutside(already)
  const isEarned = (code: number): boolean =>
    labels.length <= longList || luckBits(hitsOf(code), hitsOf(code) + missesOf(code), luck) >= Math.log2(labels.length) + 1
  const sure = codes.filter(
    (code) =>
      hitsOf(code) >= 2 &&
      hitsOf(code) > 2 * missesOf(code) &&
      hitsOf(code) >= (others[code] ?? 0) &&
      (named.has(labels[code - 1] ?? '') || isEarned(code)),
  )
  if (sure.length === 0) return literal
  const noise = shareOutside(sure)
  const listed = sure.length / labels.length
  const once = codes.filter((code) => hitsOf(code) === 1 && missesOf(code) === 0 && others[code] === 0)
  // Of the values that came once, so many would have a hit by chance: by how often those that came again have one.
  const lucky = shareOutside([...sure, ...once]) * (once.length + codes.filter((code) => hitsOf(code) === 0 && missesOf(code) === 1).length)
  const single = noise < listed / 10 || lucky <= mostLucky * once.length ? once : []
  const values = [...sure, ...single].sort((a, b) => a - b).map((code) => labels[code - 1] ?? '')
  return { kind: 'in', feature: literal.feature, values }
}
