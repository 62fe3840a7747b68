import type { BanyanError } from '../model/errors.ts'
import type { Data } from '../model/value.ts'
import type { Fields } from './container.ts'
import { containerOf, own } from './container.ts'
import { equalScalars } from './scalar.ts'

/** What is deeper is taken for a cycle. */
const maxDepth = 100_000

interface Pair {
  readonly left: Data
  readonly right: Data
  readonly depth: number
}

/**
 * Whether two values are equal, however deep: without recursion, without tolerances.
 *
 * @throws what `refuse` makes, for what is no data or in a cycle.
 */
export const isWholeSame = (legacy: Data, candidate: Data, refuse: (data: unknown) => BanyanError): boolean => {
  const open: Pair[] = [{ left: legacy, right: candidate, depth: 0 }]
  for (let pair = open.pop(); pair !== undefined; pair = open.pop()) {
    const { left, right, depth } = pair
    if (equalScalars(left, right)) continue
    if (typeof left !== 'object' || typeof right !== 'object' || left === null || right === null) return false
    const container = containerOf(left)
    if (container === null) throw refuse(left)
    if (container !== containerOf(right) || container === 'bytes') return false
    if (depth >= maxDepth) throw refuse(left)
    if (!openParts(open, pair)) return false
  }
  return true
}

/** Arrays too: their names are their places. */
const openParts = (open: Pair[], pair: Pair): boolean => {
  const [left, right] = [pair.left as Fields, pair.right as Fields]
  let count = 0
  for (const name in left) {
    const [value, other] = [left[name], own(right, name)]
    if (value === undefined) continue
    if (other === undefined) return false
    open.push({ left: value, right: other, depth: pair.depth + 1 })
    count += 1
  }
  for (const name in right) if (right[name] !== undefined) count -= 1
  return count === 0
}
