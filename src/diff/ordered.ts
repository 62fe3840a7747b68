import type { Data } from '../model/value.ts'
import { compareAbsent } from './absent.ts'
import type { Comparing } from './comparing.ts'
import { isSame, note, refuse } from './comparing.ts'
import { signature } from './scalar.ts'
import type { ToleranceNode } from './tolerance-tree.ts'
import { below } from './tolerance-tree.ts'

/** Two arrays at the current path of a run. */
export interface ArrayPair {
  readonly run: Comparing
  readonly node: ToleranceNode | null
  readonly depth: number
  readonly legacy: readonly Data[]
  readonly candidate: readonly Data[]
}

/** The node of an element by place. */
export const elementNode = (node: ToleranceNode | null, place: number): ToleranceNode | null =>
  node === null || node.children.size === 0 ? (node?.any ?? null) : below(node, String(place))

/**
 * By place. The same elements in another order are one `order` difference, not many; what was put in or taken out at one
 * place is told there, and does not shift what follows.
 */
export const compareOrdered = (pair: ArrayPair): void => {
  const { run, depth, legacy, candidate } = pair
  run.keys[depth] = null
  if (legacy.length === candidate.length) compareAligned(pair)
  else compareShifted(pair)
}

const compareAligned = (pair: ArrayPair): void => {
  const { run, depth, legacy, candidate } = pair
  const [before, leftBefore] = [run.found.length, run.left]
  let isOrderKnown = false
  for (let place = 0; place < legacy.length; place++) {
    if (legacy[place] === candidate[place]) continue
    comparePlaces(pair, place, place)
    if (run.done) return
    if (isOrderKnown || run.found.length + run.left === before + leftBefore) continue
    isOrderKnown = true
    if (!isReordered(pair, place)) continue
    if (before < run.found.length) run.found.length = before
    run.left = leftBefore
    note(run, 'order', depth, legacy, candidate)
    return
  }
}

/** Compares an element of each side; the path names it by the legacy's place, where it has one. */
const comparePlaces = ({ run, node, depth, legacy, candidate }: ArrayPair, place: number, candidatePlace: number): void => {
  const left = legacy[place]
  const right = candidate[candidatePlace]
  run.path[depth] = place
  if (left === undefined) throw refuse(run, depth + 1, left)
  if (right === undefined) throw refuse(run, depth + 1, right)
  run.compareAt(run, elementNode(node, place), depth + 1, left, right)
}

/** The same elements in another order, the first of which to differ is at `from`. */
const isReordered = ({ legacy, candidate }: ArrayPair, from: number): boolean => {
  const counts = new Map<string, number>()
  for (let place = from; place < legacy.length; place++) {
    const text = signature(legacy[place] ?? null)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  for (let place = from; place < candidate.length; place++) {
    const text = signature(candidate[place] ?? null)
    const left = counts.get(text) ?? 0
    if (left === 0) return false
    counts.set(text, left - 1)
  }
  return true
}

const compareShifted = (pair: ArrayPair): void => {
  const { run, node, depth, legacy, candidate } = pair
  const shorter = Math.min(legacy.length, candidate.length)
  let head = 0
  let tail = 0
  // A trial only asks whether anything differs; trials within trials would multiply with the depth.
  while (!run.trying && head < shorter && isPlaceSame(pair, head, head)) head++
  while (!run.trying && tail < shorter - head && isPlaceSame(pair, legacy.length - 1 - tail, candidate.length - 1 - tail)) tail++
  for (let place = head; place < shorter - tail; place++) {
    comparePlaces(pair, place, place)
    if (run.done) return
  }
  const rest = shorter - tail
  for (let place = rest; place < legacy.length - tail && !run.done; place++) {
    run.path[depth] = place
    compareAbsent(run, elementNode(node, place), depth + 1, legacy[place], undefined)
  }
  for (let place = rest; place < candidate.length - tail && !run.done; place++) {
    run.path[depth] = place
    compareAbsent(run, elementNode(node, place), depth + 1, undefined, candidate[place])
  }
}

/** What tolerances hid in an element that is the same is told like everywhere else. */
const isPlaceSame = (pair: ArrayPair, place: number, candidatePlace: number): boolean => {
  const { run, node, depth, legacy, candidate } = pair
  const left = legacy[place]
  const right = candidate[candidatePlace]
  if (left === undefined || right === undefined) throw refuse(run, depth + 1, undefined)
  if (left === right) return true
  run.path[depth] = place
  const child = elementNode(node, place)
  if (!isSame(run, child, depth + 1, left, right)) return false
  if (child !== null && !run.trying && run.options.onHidden !== undefined) run.compareAt(run, child, depth + 1, left, right)
  return true
}
