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
  let left = rows
  let missed = new Int8Array(rows.length).fill(-1)
  for (const [index, literal] of predicate.entries()) {
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
  const where = (wanted: number): Int32Array => left.filter((_, i) => missed[i] === wanted)
  return { inside: where(-1), but: predicate.map((_, index) => where(index)) }
}

/** Both in ascending order, as one. */
export const mergedRows = (a: Int32Array, b: Int32Array): Int32Array => {
  if (a.length === 0) return b
  if (b.length === 0) return a
  const all = new Int32Array(a.length + b.length)
  let [i, j] = [0, 0]
  for (let k = 0; k < all.length; k++) {
    const [x, y] = [a[i] ?? Number.POSITIVE_INFINITY, b[j] ?? Number.POSITIVE_INFINITY]
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
