import type { Grid } from './grid.ts'
import { cleared, covered, histogramOf } from './histogram.ts'
import type { Population } from './histogram.ts'
import { literalsOf, spanHolds } from './literals.ts'
import type { CodeLiteral } from './literals.ts'

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

const width = 8
const maxDepth = 4
const minPositives = 6
const finished = 0.9995
/** Where there are many features, a share of the rows tells which of them deserve a full look. */
const screened = { columns: 32, positives: 600, negatives: 1000 }

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

const grow = (grid: Grid, root: Node, parent: Node, grown: Node[]): void => {
  const featureBits = Math.log2(grid.columns.length) + 1
  for (const feature of promising(grid, parent, featureBits))
    grown.push(...childrenOf(grid, feature, root, parent, parent.population, featureBits))
}

/** The best literals of one feature on these rows, two at most and the one that saves most. */
const childrenOf = (
  grid: Grid,
  feature: number,
  root: Node,
  parent: Node,
  population: Population,
  featureBits: number,
): readonly Node[] => {
  const column = grid.columns[feature]
  if (column === undefined) return []
  const histogram = histogramOf(column, population)
  const children: Node[] = []
  for (const literal of literalsOf(feature, column, histogram)) {
    const bits = parent.bits + literal.bits + featureBits + column.column.bits
    const child = scored(root, parent, literal, bits, covered(literal.span, column.bins))
    if (child !== null) children.push(child)
  }
  cleared(column, histogram)
  children.sort((a, b) => b.quality - a.quality)
  const mostGain = children.reduce((most, child) => Math.max(most, child.gain), Number.NEGATIVE_INFINITY)
  return children.filter((child, i) => i < 2 || child.gain === mostGain)
}

/** All features, or, of many, those that do best on a share of the rows. */
const promising = (grid: Grid, parent: Node, featureBits: number): readonly number[] => {
  const all = [...grid.columns.keys()]
  const { positives, negatives } = parent.population
  if (all.length <= screened.columns || positives.length + negatives.length <= screened.positives + screened.negatives) return all
  const share = shareOf(parent.population)
  // Scores are of the share, on the scale of the whole: only their order counts.
  const scale = { ...parent, positives: share.positives.length, negatives: share.negatives.length * share.weight }
  const small = { ...rootNode(share), positives: scale.positives, negatives: scale.negatives, precision: parent.precision }
  const best = all.map((feature) => {
    const children = childrenOf(
      grid,
      feature,
      small,
      { ...scale, precision: Math.min(parent.precision, small.precision) },
      share,
      featureBits,
    )
    return {
      feature,
      quality: children.reduce((most, child) => Math.max(most, child.quality), Number.NEGATIVE_INFINITY),
      gain: children.reduce((most, child) => Math.max(most, child.precision ** 2 * child.gain), Number.NEGATIVE_INFINITY),
    }
  })
  const chosen = new Set<number>()
  for (const { feature } of [...best].sort((a, b) => b.quality - a.quality).slice(0, screened.columns / 2)) chosen.add(feature)
  for (const { feature } of [...best].sort((a, b) => b.gain - a.gain)) if (chosen.size < screened.columns) chosen.add(feature)
  return [...chosen].sort((a, b) => a - b)
}

const shareOf = ({ positives, negatives, weight }: Population): Population => {
  const some = (rows: Int32Array, most: number): Int32Array => {
    if (rows.length <= most) return rows
    const stride = rows.length / most
    return Int32Array.from({ length: most }, (_, i) => rows[Math.floor(i * stride)] ?? 0)
  }
  const few = some(positives, screened.positives)
  const against = some(negatives, screened.negatives)
  const ratio = (negatives.length * weight) / Math.max(1, positives.length)
  return { positives: few, negatives: against, weight: (ratio * few.length) / Math.max(1, against.length) }
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
