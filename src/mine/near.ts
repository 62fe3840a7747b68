import type { Literal } from '../model/hidden-rule.ts'
import type { FeatureTable } from './features/view.ts'
import { testOf } from './predicate.ts'

/** Rows by how they satisfy a predicate. Those that two conditions or more speak against are in neither. */
export interface NearRows {
  readonly inside: Int32Array
  /** For each condition: the rows on which it alone does not hold. */
  readonly but: readonly Int32Array[]
}

/** Looks at all conditions in one go: what is needed to try each of them anew, or to do without it. */
export const nearRows = (predicate: readonly Literal[], features: FeatureTable, rows: Int32Array): NearRows => {
  let { left, missed } = byFirstTwo(predicate, features, rows)
  for (const [index, literal] of predicate.entries()) {
    if (index < 2) continue
    const holds = testOf(literal, features, left)
    const [kept, why] = [new Int32Array(left.length), new Int8Array(left.length)]
    let count = 0
    for (let i = 0; i < left.length; i++) {
      const before = missed[i] ?? -1
      const row = left[i] ?? 0
      const passes = holds(row, i)
      if (!passes && before >= 0) continue
      kept[count] = row
      why[count++] = passes ? before : index
    }
    left = kept.subarray(0, count)
    missed = why.subarray(0, count)
  }
  return parted(left, missed, predicate.length)
}

interface Missed {
  readonly left: Int32Array
  /** The condition that does not hold; -1: all do. */
  readonly missed: Int8Array
}

/** Most rows satisfy neither of two conditions: they are never written down. */
const byFirstTwo = (predicate: readonly Literal[], features: FeatureTable, rows: Int32Array): Missed => {
  const [first, second] = predicate
  if (first === undefined) return { left: rows, missed: new Int8Array(rows.length).fill(-1) }
  const a = testOf(first, features, rows)
  const b = second === undefined ? null : testOf(second, features, rows)
  const [kept, why] = [new Int32Array(rows.length), new Int8Array(rows.length)]
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    const isA = a(row, i)
    const isB = b === null || b(row, i)
    if (!isA && !isB) continue
    kept[count] = row
    why[count++] = isA ? (isB ? -1 : 1) : 0
  }
  return { left: kept.subarray(0, count), missed: why.subarray(0, count) }
}

const parted = (left: Int32Array, missed: Int8Array, conditions: number): NearRows => {
  const sizes = new Int32Array(conditions + 1)
  for (let i = 0; i < missed.length; i++) sizes[(missed[i] ?? 0) + 1] = (sizes[(missed[i] ?? 0) + 1] ?? 0) + 1
  const parts = Array.from(sizes, (size) => new Int32Array(size))
  const ends = new Int32Array(conditions + 1)
  for (let i = 0; i < left.length; i++) {
    const part = (missed[i] ?? 0) + 1
    const at = ends[part] ?? 0
    const rows = parts[part]
    if (rows !== undefined) rows[at] = left[i] ?? 0
    ends[part] = at + 1
  }
  const [inside = new Int32Array(0), ...but] = parts
  return { inside, but }
}

/** Both in ascending order, as one. */
export const mergedRows = (a: Int32Array, b: Int32Array): Int32Array => {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const all = new Int32Array(a.length + b.length)
  let [i, j] = [0, 0]
  for (let k = 0; k < all.length; k++) {
    const x = a[i] ?? Number.MAX_SAFE_INTEGER
    const y = b[j] ?? Number.MAX_SAFE_INTEGER
    if (x <= y) {
      all[k] = x
      i++
    } else {
      all[k] = y
      j++
    }
  }
  return all
}
