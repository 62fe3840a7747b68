import { BanyanError } from '../model/errors.ts'
import type { Comparison, Tolerance } from '../model/comparison.ts'
import { pointerSegments } from '../model/pointer.ts'
import type { Accepts } from './accepts.ts'
import { acceptor } from './accepts.ts'

/** One place in the compared data, with what was said about it and the way on to what lies below it. */
export interface ToleranceNode {
  readonly tolerance: Tolerance | null
  /** Where the tolerance was declared: the pointer as it stands in the comparison. */
  readonly pattern: string
  /** Judges two unequal values; null where nothing but equality will do. */
  readonly accepts: Accepts | null
  /** Epoch milliseconds from which the tolerance no longer holds; infinite where it has no end. */
  readonly expiresAt: number
  readonly children: ReadonlyMap<string, ToleranceNode>
  /** For every segment that `children` does not name. A node may lead to itself: see `**`. */
  readonly any: ToleranceNode | null
  /** A pattern says `*` for the next segment. */
  readonly isStarred: boolean
}

interface Pattern {
  readonly index: number
  readonly text: string
  readonly segments: readonly string[]
  readonly tolerance: Tolerance
}

/** How far each pattern has been matched. */
interface Match {
  readonly pattern: Pattern
  readonly next: number
}

type Draft = { -readonly [Name in keyof ToleranceNode]: ToleranceNode[Name] }

const maxSegments = 1_000
/** So many places can be told apart; patterns with many `**` multiply. */
const maxNodes = 1_000

/**
 * The comparison as an automaton over the segments of a path. Of several patterns that fit a place the one holds that is more
 * exact in the first segment in which they differ: a name before `*`, `*` before `**`.
 *
 * @throws BanyanError context-invalid for a path that is no JSON Pointer, and for patterns without bound.
 */
export const toleranceTree = (comparison: Comparison): ToleranceNode | null => {
  const patterns = Object.entries(comparison).map(([text, tolerance], index) => ({ index, text, tolerance, segments: segmentsOf(text) }))
  const nodes = new Map<string, ToleranceNode>()
  return nodeFor(
    patterns.map((pattern) => ({ pattern, next: 0 })),
    nodes,
  )
}

const segmentsOf = (pattern: string): readonly string[] => {
  if (pattern !== '' && !pattern.startsWith('/')) {
    throw new BanyanError('context-invalid', `'${pattern}' is not a JSON Pointer`, {
      where: `compare['${pattern}']`,
      hint: `start it with a slash: '/${pattern}'`,
    })
  }
  const segments = pointerSegments(pattern)
  if (segments.length < maxSegments) return segments
  throw new BanyanError('context-invalid', `'${pattern.slice(0, 60)}…' is too long`, { hint: `name at most ${maxSegments} segments` })
}

const nodeFor = (reached: readonly Match[], nodes: Map<string, ToleranceNode>): ToleranceNode | null => {
  const matches = withSkipped(reached)
  if (matches.length === 0) return null
  const id = matches.map(({ pattern, next }) => `${pattern.index}.${next}`).join(' ')
  const known = nodes.get(id)
  if (known !== undefined) return known
  if (nodes.size >= maxNodes) {
    throw new BanyanError('context-invalid', 'the comparison tells too many places apart', { hint: "use fewer paths with '**'" })
  }
  const children = new Map<string, ToleranceNode>()
  const isStarred = matches.some(({ pattern, next }) => pattern.segments[next] === '*')
  const draft: Draft = { ...contentOf(matches), children, any: null, isStarred }
  nodes.set(id, draft)
  draft.any = nodeFor(step(matches, null), nodes)
  for (const name of namesIn(matches)) {
    const child = nodeFor(step(matches, name), nodes)
    if (child !== null) children.set(name, child)
  }
  return draft
}

/** `**` may also stand for no segment at all. */
const withSkipped = (reached: readonly Match[]): readonly Match[] => {
  const all = new Map<number, Match>()
  const add = (match: Match): void => {
    // No pattern has so many segments as to run into the next one.
    const id = match.pattern.index * 1_000 + match.next
    if (all.has(id)) return
    all.set(id, match)
    if (match.pattern.segments[match.next] === '**') add({ pattern: match.pattern, next: match.next + 1 })
  }
  for (const match of reached) add(match)
  return [...all.values()]
}

const step = (matches: readonly Match[], name: string | null): readonly Match[] =>
  matches.flatMap((match) => {
    const segment = match.pattern.segments[match.next]
    if (segment === '**') return [match]
    return segment !== undefined && (segment === '*' || segment === name) ? [{ pattern: match.pattern, next: match.next + 1 }] : []
  })

const namesIn = (matches: readonly Match[]): ReadonlySet<string> => {
  const segments = matches.map(({ pattern, next }) => pattern.segments[next])
  return new Set(segments.flatMap((segment) => (segment === undefined || segment === '*' || segment === '**' ? [] : [segment])))
}

const contentOf = (matches: readonly Match[]): Pick<ToleranceNode, 'tolerance' | 'pattern' | 'accepts' | 'expiresAt'> => {
  let best: Pattern | null = null
  for (const { pattern, next } of matches) {
    if (next === pattern.segments.length && (best === null || isMoreExact(pattern, best))) best = pattern
  }
  if (best === null) return { tolerance: null, pattern: '', accepts: null, expiresAt: Number.POSITIVE_INFINITY }
  const { text, tolerance } = best
  return { tolerance, pattern: text, accepts: acceptor(tolerance), expiresAt: expiryOf(tolerance) }
}

const rank = (segment: string | undefined): number => (segment === undefined ? -1 : segment === '**' ? 0 : segment === '*' ? 1 : 2)

const isMoreExact = (a: Pattern, b: Pattern): boolean => {
  const length = Math.max(a.segments.length, b.segments.length)
  for (let at = 0; at < length; at++) {
    const [left, right] = [rank(a.segments[at]), rank(b.segments[at])]
    if (left !== right) return left > right
  }
  return false
}

/** The instant from which a tolerance no longer holds, in epoch milliseconds; infinite where it has no end. */
export const expiryOf = (tolerance: Tolerance): number => {
  if (!('until' in tolerance) || tolerance.until === null) return Number.POSITIVE_INFINITY
  return Date.parse(tolerance.until)
}

/** The node one segment further down; null where everything below is exact. */
export const below = (node: ToleranceNode | null, segment: string): ToleranceNode | null =>
  node === null ? null : node.children.size === 0 ? node.any : (node.children.get(segment) ?? node.any)
