import type { Comparison, Tolerance } from '../model/comparison.ts'
import type { Difference } from '../model/difference.ts'
import type { Data } from '../model/value.ts'
import { compareKeyed, compareOrdered, compareUnordered } from './arrays.ts'
import { hidden, isIgnored, note } from './comparing.ts'
import type { CompareField, CompareOptions, Comparing } from './comparing.ts'
import { equalScalars, tolerates, typeOf } from './scalar.ts'
import { below, toleranceTree } from './tolerance-tree.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

/** Compares a legacy answer with a candidate's. Pure, linear in their size; empty when nothing differs. */
export type Compare = (legacy: Data, candidate: Data) => readonly Difference[]

/** Data that is recorded is never deeper than this (`encode` refuses it); what lies deeper is compared as a whole. */
const maxDepth = 64

/**
 * Compiles a context's comparison once, for many comparisons. Unnamed paths are exact: `5n` equals 5, `-0` equals 0 and NaN
 * itself; text never equals a number unless a tolerance says so. null against a scalar is a `value` difference, other
 * unlike types are a `type` difference.
 *
 * @throws BanyanError context-invalid for a path that is no JSON Pointer.
 */
export const compileComparison = (comparison: Comparison, options: CompareOptions = {}): Compare => {
  const root = toleranceTree(comparison)
  const maxDifferences = options.maxDifferences ?? 200
  return (legacy, candidate) => {
    const run: Comparing = { path: [], found: [], maxDifferences, options }
    compareAt(run, root, legacy, candidate)
    return run.found
  }
}

/** Compares two values at the current path; every difference is noted in the run. */
const compareAt = (run: Comparing, node: ToleranceNode | null, legacy: Data, candidate: Data): void => {
  if (legacy === candidate && (node === null || node.tolerance?.kind !== 'ignore')) return
  if (node !== null && isIgnored(run, node)) {
    if (run.options.onHidden !== undefined && !isSame(run, legacy, candidate)) hidden(run, node)
    return
  }
  const type = typeOf(legacy)
  const candidateType = typeOf(candidate)
  if (type === 'array' && candidateType === 'array') compareArrays(run, node, legacy as readonly Data[], candidate as readonly Data[])
  else if (type === 'object' && candidateType === 'object') compareObjects(run, node, legacy as Fields, candidate as Fields)
  else compareScalars(run, node, legacy, candidate)
}

type Fields = { readonly [name: string]: Data | undefined }

const isSame = (run: Comparing, legacy: Data, candidate: Data): boolean => {
  const inner: Comparing = { path: [], found: [], maxDifferences: 1, options: run.options }
  compareAt(inner, null, legacy, candidate)
  return inner.found.length === 0
}

const compareScalars = (run: Comparing, node: ToleranceNode | null, legacy: Data, candidate: Data): void => {
  if (equalScalars(legacy, candidate)) return
  const tolerance: Tolerance | null = node?.tolerance ?? null
  if (node !== null && tolerance !== null && tolerance.kind !== 'ignore' && tolerates(tolerance, legacy, candidate)) {
    hidden(run, node)
    return
  }
  const [type, candidateType] = [typeOf(legacy), typeOf(candidate)]
  const kind = type === candidateType || type === 'null' || candidateType === 'null' ? 'value' : 'type'
  note(run, kind, { legacy, candidate })
}

const compareObjects = (run: Comparing, node: ToleranceNode | null, legacy: Fields, candidate: Fields): void => {
  if (run.path.length >= maxDepth) {
    note(run, 'value', {})
    return
  }
  for (const name in legacy) {
    const value = legacy[name]
    if (value !== undefined) compareField(run, below(node, name), name, { legacy: value, candidate: own(candidate, name) })
  }
  for (const name in candidate) {
    const value = candidate[name]
    if (value !== undefined && own(legacy, name) === undefined) {
      compareField(run, below(node, name), name, { legacy: undefined, candidate: value })
    }
  }
}

const own = (fields: Fields, name: string): Data | undefined => (Object.hasOwn(fields, name) ? fields[name] : undefined)

const compareField: CompareField = (run, node, segment, { legacy, candidate }) => {
  if (run.found.length >= run.maxDifferences) return
  run.path.push(segment)
  if (legacy !== undefined && candidate !== undefined) compareAt(run, node, legacy, candidate)
  else if (node !== null && isIgnored(run, node)) hidden(run, node)
  else if (legacy !== undefined) note(run, 'missing', { legacy })
  else if (candidate !== undefined) note(run, 'extra', { candidate })
  run.path.pop()
}

const compareArrays = (run: Comparing, node: ToleranceNode | null, legacy: readonly Data[], candidate: readonly Data[]): void => {
  if (run.path.length >= maxDepth) {
    note(run, 'value', {})
    return
  }
  const tolerance = node?.tolerance
  if (tolerance?.kind === 'keyed') compareKeyed({ run, node, legacy, candidate, compareField }, tolerance.by)
  else if (tolerance?.kind === 'unordered') compareUnordered({ run, node, legacy, candidate, compareField })
  else compareOrdered({ run, node, legacy, candidate, compareField })
}
