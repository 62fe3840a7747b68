import type { Grid, GridColumn } from './grid.ts'
import { literalsOf, spanHolds } from './literals.ts'
import type { CodeLiteral, CodeSpan, Histogram } from './literals.ts'

/** Sample indexes of one effect's population; each negative stands for `weight` of them. */
export interface Population {
  readonly positives: Int32Array
  readonly negatives: Int32Array
  readonly weight: number
}

export interface Found {
  readonly literals: readonly CodeLiteral[]
  readonly positives: number
  /** Weighted. */
  readonly negatives: number
  readonly bits: number
  /** Bits saved by foretelling the positives, less the description. */
  readonly gain: number
}

export interface BeamResult {
  /** Best with precision of at least 0.8: a rule, if the gates agree. */
  readonly precise: Found | null
  /** Best of all: a hint at least. */
  readonly best: Found | null
}

interface Node extends Found {
  readonly population: Population
  readonly quality: number
  readonly precision: number
}

const width = 10
const maxDepth = 4
const minPositives = 6
const finished = 0.9995

/** Searches conjunctions of conditions that separate positives from negatives; half by likelihood, half by precision. */
export const beam = (grid: Grid, population: Population): BeamResult => {
  const root = rootNode(population)
  let frontier: readonly Node[] = [root]
  let best: Node | null = null
  let precise: Node | null = null
  for (let depth = 0; depth < maxDepth && frontier.length > 0; depth++) {
    const grown: Node[] = []
    for (const node of frontier) if (node.precision < finished) grow(grid, root, node, grown)
    const fresh = distinct(grown)
    for (const node of fresh) {
      if (best === null || node.quality > best.quality) best = node
      if (node.precision >= 0.8 && (precise === null || node.gain > precise.gain)) precise = node
    }
    frontier = select(fresh).map((node) => ({ ...node, population: narrowed(grid, node) }))
  }
  return { precise, best }
}

const rootNode = (population: Population): Node => {
  const positives = population.positives.length
  const negatives = population.negatives.length * population.weight
  return { population, literals: [], positives, negatives, bits: 0, gain: 0, quality: 0, precision: positives / (positives + negatives) }
}

/** Log-likelihood in bits of a group with p positives and n negatives, coded with its own rate. */
const likelihood = (p: number, n: number): number => {
  const total = p + n
  return (p > 0 ? p * Math.log2(p / total) : 0) + (n > 0 ? n * Math.log2(n / total) : 0)
}

const counts = { positives: new Int32Array(65_536), negatives: new Int32Array(65_536) }

const grow = (grid: Grid, root: Node, parent: Node, grown: Node[]): void => {
  const { population } = parent
  const featureBits = Math.log2(grid.columns.length) + 1
  for (const [feature, column] of grid.columns.entries()) {
    const histogram = histogramOf(column, population)
    const children: Node[] = []
    for (const literal of literalsOf(feature, column, histogram)) {
      const bits = parent.bits + literal.bits + featureBits + column.column.bits
      const child = scored(root, parent, literal, bits, covered(literal.span, column.bins))
      if (child !== null) children.push(child)
    }
    children.sort((a, b) => b.quality - a.quality)
    const mostGain = children.reduce((most, child) => Math.max(most, child.gain), Number.NEGATIVE_INFINITY)
    for (const [i, child] of children.entries()) if (i < 2 || child.gain === mostGain) grown.push(child)
  }
}

/** Its counts are good until the next call. */
const histogramOf = ({ codes, bins }: GridColumn, { positives, negatives, weight }: Population): Histogram => {
  counts.positives.fill(0, 0, bins + 1)
  counts.negatives.fill(0, 0, bins + 1)
  tally(codes, positives, counts.positives)
  tally(codes, negatives, counts.negatives)
  const hit: number[] = []
  for (let bin = 1; bin <= bins; bin++) if ((counts.positives[bin] ?? 0) > 0) hit.push(bin)
  return { ...counts, weight, base: positives.length / Math.max(1, positives.length + negatives.length * weight), hit }
}

const tally = (codes: Uint16Array, indexes: Int32Array, into: Int32Array): void => {
  for (let i = 0; i < indexes.length; i++) {
    const code = codes[indexes[i] ?? 0] ?? 0
    into[code] = (into[code] ?? 0) + 1
  }
}

const covered = (span: CodeSpan, bins: number): readonly [number, number] => {
  switch (span.kind) {
    case 'null':
      return counted(0, 0)
    case 'set': {
      const inSet = span.codes.map((code) => counted(code, code))
      return [inSet.reduce((sum, [positives]) => sum + positives, 0), inSet.reduce((sum, [, negatives]) => sum + negatives, 0)]
    }
    case 'span': {
      if (!span.wraps) return counted(Math.max(1, span.from), Math.min(bins, span.to))
      const [early, late] = [counted(1, span.to), counted(span.from, bins)]
      return [early[0] + late[0], early[1] + late[1]]
    }
    default:
      return span satisfies never
  }
}

const counted = (from: number, to: number): readonly [number, number] => {
  let positives = 0
  let negatives = 0
  for (let bin = from; bin <= to; bin++) {
    positives += counts.positives[bin] ?? 0
    negatives += counts.negatives[bin] ?? 0
  }
  return [positives, negatives]
}

const scored = (
  root: Node,
  parent: Node,
  literal: CodeLiteral,
  bits: number,
  [positives, plain]: readonly [number, number],
): Node | null => {
  const negatives = plain * root.population.weight
  const precision = positives / (positives + negatives)
  if (positives < minPositives || precision <= parent.precision + 1e-9) return null
  const separated =
    likelihood(positives, negatives) +
    likelihood(root.positives - positives, root.negatives - negatives) -
    likelihood(root.positives, root.negatives)
  const gain = positives * (Math.log2(precision) - Math.log2(root.precision)) - bits
  const literals = [...parent.literals, literal]
  return { literals, positives, negatives, bits, gain, quality: separated - bits, precision, population: parent.population }
}

/** Of nodes with the same counts only the shortest is kept: most likely they are the same rows. */
const distinct = (nodes: readonly Node[]): readonly Node[] => {
  const kept = new Map<string, Node>()
  for (const node of nodes) {
    const key = `${node.positives} ${node.negatives}`
    const known = kept.get(key)
    if (known === undefined || node.bits < known.bits) kept.set(key, node)
  }
  return [...kept.values()]
}

/** Half by likelihood, half by precision; at most two of the same features, lest one condition in many forms crowds out the rest. */
const select = (nodes: readonly Node[]): readonly Node[] => {
  const chosen = new Set<Node>()
  const perFeatures = new Map<string, number>()
  const take = (order: readonly Node[], upTo: number): void => {
    for (const node of order) {
      if (chosen.size >= upTo) return
      const key = featuresOf(node)
      const taken = perFeatures.get(key) ?? 0
      if (taken >= 2 || chosen.has(node)) continue
      perFeatures.set(key, taken + 1)
      chosen.add(node)
    }
  }
  take(
    [...nodes].sort((a, b) => b.quality - a.quality),
    width / 2,
  )
  take(
    [...nodes].sort((a, b) => b.precision ** 2 * b.gain - a.precision ** 2 * a.gain),
    width,
  )
  return [...chosen]
}

const featuresOf = (node: Node): string =>
  node.literals
    .map((literal) => literal.feature)
    .sort((a, b) => a - b)
    .join()

const narrowed = (grid: Grid, node: Node): Population => {
  const literal = node.literals[node.literals.length - 1]
  const codes = literal === undefined ? undefined : grid.columns[literal.feature]?.codes
  if (literal === undefined || codes === undefined) return node.population
  const holds = spanHolds(literal.span)
  const keep = (index: number): boolean => holds(codes[index] ?? 0)
  return {
    positives: node.population.positives.filter(keep),
    negatives: node.population.negatives.filter(keep),
    weight: node.population.weight,
  }
}
