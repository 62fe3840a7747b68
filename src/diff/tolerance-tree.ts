import { BanyanError } from '../model/errors.ts'
import type { Comparison, Tolerance } from '../model/comparison.ts'
import { pointerSegments } from '../model/pointer.ts'

/** One place in the compared data, with what was said about it and about what lies below it. */
export interface ToleranceNode {
  readonly tolerance: Tolerance | null
  /** Where the tolerance was declared: the pointer as it stands in the comparison. */
  readonly pattern: string
  readonly children: ReadonlyMap<string, ToleranceNode>
  /** For every segment that `children` does not name. */
  readonly any: ToleranceNode | null
}

interface Draft {
  tolerance: Tolerance | null
  pattern: string
  children: Map<string, Draft>
  any: Draft | null
}

const draft = (): Draft => ({ tolerance: null, pattern: '', children: new Map(), any: null })

/**
 * The comparison as a tree by segment. What a name says wins over what `*` says; below a name both hold.
 *
 * @throws BanyanError context-invalid for a path that is no JSON Pointer.
 */
export const toleranceTree = (comparison: Comparison): ToleranceNode | null => {
  const root = draft()
  for (const [pattern, tolerance] of Object.entries(comparison)) {
    const place = descend(root, pattern)
    place.tolerance = tolerance
    place.pattern = pattern
  }
  return Object.keys(comparison).length === 0 ? null : settled(root)
}

const descend = (root: Draft, pattern: string): Draft => {
  if (pattern !== '' && !pattern.startsWith('/')) {
    throw new BanyanError('context-invalid', `'${pattern}' is not a JSON Pointer`, {
      where: `compare['${pattern}']`,
      hint: `start it with a slash: '/${pattern}'`,
    })
  }
  let at = root
  for (const segment of pointerSegments(pattern)) {
    const existing = segment === '*' ? at.any : at.children.get(segment)
    const next = existing ?? draft()
    if (segment === '*') at.any = next
    else at.children.set(segment, next)
    at = next
  }
  return at
}

const emptyNode: ToleranceNode = { tolerance: null, pattern: '', children: new Map(), any: null }

/** Freezes a draft, laying what `*` says under each name beside it. */
const settled = (node: Draft): ToleranceNode => {
  const any = node.any === null ? null : settled(node.any)
  const children = new Map<string, ToleranceNode>()
  for (const [segment, child] of node.children) children.set(segment, over(settled(child), any ?? emptyNode))
  return { tolerance: node.tolerance, pattern: node.pattern, children, any }
}

const over = (first: ToleranceNode, second: ToleranceNode): ToleranceNode => {
  if (second === emptyNode) return first
  const children = new Map<string, ToleranceNode>()
  for (const segment of new Set([...first.children.keys(), ...second.children.keys()])) {
    children.set(segment, over(next(first, segment) ?? emptyNode, next(second, segment) ?? emptyNode))
  }
  const any = first.any === null ? second.any : second.any === null ? first.any : over(first.any, second.any)
  return first.tolerance === null
    ? { tolerance: second.tolerance, pattern: second.pattern, children, any }
    : { tolerance: first.tolerance, pattern: first.pattern, children, any }
}

const next = (node: ToleranceNode, segment: string): ToleranceNode | null => node.children.get(segment) ?? node.any

/** The node one segment further down; null where everything below is exact. */
export const below = (node: ToleranceNode | null, segment: string): ToleranceNode | null => (node === null ? null : next(node, segment))
