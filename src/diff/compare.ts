import type { Comparison } from '../model/comparison.ts'
import type { Difference } from '../model/difference.ts'
import type { EpochMs } from '../model/ids.ts'
import type { Data } from '../model/value.ts'
import type { Fields } from './container.ts'
import { containerOf, isPlain, own, present } from './container.ts'
import type { CompareAt, CompareOptions, Comparing } from './comparing.ts'
import { createRun, endRun, hidden, isSame, note, refuse, startRun } from './comparing.ts'
import { compareAbsent } from './absent.ts'
import { compareKeyed } from './keyed.ts'
import { compareOrdered } from './ordered.ts'
import { equalScalars, typeOf } from './scalar.ts'
import type { ToleranceNode } from './tolerance-tree.ts'
import { below, toleranceTree } from './tolerance-tree.ts'
import { compareUnordered } from './unordered.ts'
import { isWholeSame } from './whole.ts'

/**
 * Compares a legacy answer with a candidate's, tolerances with an end judged `at` an instant. Pure, linear in their size;
 * empty when nothing differs. Neither side is changed.
 *
 * @throws BanyanError value-unsupported for functions, symbols, instances of classes, holes in arrays, and cycles, with the place.
 */
export type Compare = (legacy: Data, candidate: Data, at?: EpochMs) => readonly Difference[]

/** What lies deeper is compared as a whole: recorded data is never deeper (`encode` refuses it). */
const maxDepth = 64

const nothing: readonly Difference[] = Object.freeze([])

/**
 * Compiles a context's comparison once, for many comparisons. Unnamed paths are exact: `5n` equals 5, `-0` equals 0 and NaN
 * itself; text never equals a number unless a tolerance says so. null against a scalar is a `value` difference, other
 * unlike types are a `type` difference. Values of more than 16,384 characters are told shortened.
 *
 * @throws BanyanError context-invalid for a path that is no JSON Pointer.
 */
export const compileComparison = (comparison: Comparison, options: CompareOptions = {}): Compare => {
  const root = toleranceTree(comparison)
  const kept = createRun(root, options, compareAt)
  let isBusy = false
  return (legacy, candidate, at = options.at) => {
    if (legacy === candidate) return nothing
    // Whoever is told of a hidden difference may compare again.
    const run = isBusy ? createRun(root, options, compareAt) : kept
    startRun(run, at ?? Number.NEGATIVE_INFINITY)
    isBusy = true
    try {
      compareAt(run, root, 0, legacy, candidate)
    } finally {
      isBusy = run !== kept
    }
    return endRun(run)
  }
}

const compareAt: CompareAt = (run, node, depth, legacy, candidate) => {
  if (legacy === candidate) return
  if (node !== null && node.accepts !== null && node.tolerance?.kind === 'ignore' && run.at < node.expiresAt) {
    compareIgnored(run, node, depth, legacy, candidate)
  } else if (typeof legacy === 'object' && typeof candidate === 'object' && legacy !== null && candidate !== null) {
    compareContainers(run, node, depth, legacy, candidate)
  } else {
    compareScalars(run, node, depth, legacy, candidate)
  }
}

/** What is ignored is looked at only where someone wants to know what it hides. */
const compareIgnored = (run: Comparing, node: ToleranceNode, depth: number, legacy: Data, candidate: Data): void => {
  if (run.trying || run.options.onHidden === undefined) return
  if (!isSame(run, null, depth, legacy, candidate)) hidden(run, node, depth, legacy, candidate)
}

const compareScalars = (run: Comparing, node: ToleranceNode | null, depth: number, legacy: Data, candidate: Data): void => {
  if (equalScalars(legacy, candidate)) return
  const type = typeOf(legacy)
  const candidateType = typeOf(candidate)
  if (type === null) throw refuse(run, depth, legacy)
  if (candidateType === null) throw refuse(run, depth, candidate)
  if (node !== null && node.accepts !== null && run.at < node.expiresAt && node.accepts(legacy, candidate, run.siblings)) {
    hidden(run, node, depth, legacy, candidate)
    return
  }
  const kind = type === candidateType || type === 'null' || candidateType === 'null' ? 'value' : 'type'
  note(run, kind, depth, legacy, candidate)
}

const compareContainers = (
  run: Comparing,
  node: ToleranceNode | null,
  depth: number,
  legacy: Exclude<Data, null> & object,
  candidate: Exclude<Data, null> & object,
): void => {
  if (isPlain(legacy) && isPlain(candidate) && depth < maxDepth) {
    compareObjects(run, node, depth, legacy as Fields, candidate as Fields)
    return
  }
  const container = containerOf(legacy)
  const candidateContainer = containerOf(candidate)
  if (container === null) throw refuse(run, depth, legacy)
  if (candidateContainer === null) throw refuse(run, depth, candidate)
  if (container !== candidateContainer) note(run, 'type', depth, legacy, candidate)
  else if (container === 'bytes') compareScalars(run, node, depth, legacy, candidate)
  else if (depth >= maxDepth) compareWhole(run, depth, legacy, candidate)
  else if (container === 'object') compareObjects(run, node, depth, legacy as Fields, candidate as Fields)
  else compareArrays(run, node, depth, legacy as readonly Data[], candidate as readonly Data[])
}

const compareWhole = (run: Comparing, depth: number, legacy: Data, candidate: Data): void => {
  if (!isWholeSame(legacy, candidate, (data) => refuse(run, depth, data))) note(run, 'value', depth, legacy, candidate)
}

const compareArrays = (
  run: Comparing,
  node: ToleranceNode | null,
  depth: number,
  legacy: readonly Data[],
  candidate: readonly Data[],
): void => {
  const tolerance = node?.tolerance
  if (tolerance?.kind === 'keyed') compareKeyed({ run, node, depth, legacy, candidate }, tolerance.by)
  else if (tolerance?.kind === 'unordered') compareUnordered({ run, node, depth, legacy, candidate })
  else compareOrdered({ run, node, depth, legacy, candidate })
}

/**
 * Names that both sides have are counted: only when one side has more is it looked through for them. What is inherited is a
 * function or Object.prototype itself, so it equals no data, and is told apart where values differ.
 */
const compareObjects = (run: Comparing, node: ToleranceNode | null, depth: number, legacy: Fields, candidate: Fields): void => {
  let shared = 0
  for (const name in legacy) {
    const value = legacy[name]
    if (value === undefined) continue
    if (value === candidate[name]) {
      shared += 1
      continue
    }
    const other = present(candidate, name)
    run.path[depth] = name
    if (other === undefined) {
      compareAbsent(run, below(node, name), depth + 1, value, undefined)
    } else {
      shared += 1
      const child = below(node, name)
      if (child?.tolerance?.kind === 'currency') run.siblings = { legacy, candidate }
      compareAt(run, child, depth + 1, value, other)
    }
    if (run.done) return
  }
  let count = 0
  for (const _ in candidate) count += 1
  if (count > shared) compareExtras(run, node, depth, legacy, candidate)
}

const compareExtras = (run: Comparing, node: ToleranceNode | null, depth: number, legacy: Fields, candidate: Fields): void => {
  for (const name in candidate) {
    const value = candidate[name]
    if (value === undefined || own(legacy, name) !== undefined) continue
    run.path[depth] = name
    compareAbsent(run, below(node, name), depth + 1, undefined, value)
    if (run.done) return
  }
}
