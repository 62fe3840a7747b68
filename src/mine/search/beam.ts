import { acceptedBy } from './code-literal.ts'
import type { CodeLiteral, CodeSpan, Judge } from './code-literal.ts'
import type { Grid, GridColumn } from './grid.ts'
import { cleared, histogramOf } from './histogram.ts'
import type { Population } from './histogram.ts'
import { baseOf, costsOf, eachLiteral } from './literals.ts'
import { promising } from './screen.ts'
import { minPositives, qualityOf, weighingOf } from './weighing.ts'
import type { Weighing } from './weighing.ts'

export interface Found {
  readonly literals: readonly CodeLiteral[]
  readonly positives: number
  /** Weighted. */
  readonly negatives: number
  readonly bits: number
  /** Bits saved by foretelling the positives, less the description. */
  readonly gain: number
}

interface Node extends Found {
  readonly population: Population
  readonly quality: number
  readonly precision: number
}

/** What a search looks at, and what it has to beat. */
interface Search {
  readonly grid: Grid
  readonly root: Node
  readonly featureBits: number
  /** Bits that foretelling one positive can save at most. */
  readonly mostSaved: number
  /** No draft that saves less is of use. */
  leastGain: number
  /** The features that are of use below the first condition. */
  below: readonly number[]
}

const width = 8
const maxDepth = 4
const minPrecision = 0.8
const finished = 0.9995
/**
 * Searches conjunctions of conditions that separate positives from negatives; half by likelihood, half by precision. The
 * best with a precision of at least 0.8 that saves `leastGain` bits or more, if there is one. What cannot lead to a better
 * one than is known is not followed.
 */
export const beam = (grid: Grid, population: Population, leastGain: number): Found | null => {
  const root = rootNode(population)
  const search: Search = {
    grid,
    root,
    featureBits: Math.log2(grid.columns.length) + 1,
    mostSaved: -Math.log2(root.precision),
    leastGain,
    below: [...grid.columns.keys()],
  }
  let frontier: readonly Node[] = [root]
  let precise: Node | null = null
  for (let depth = 0; depth < maxDepth && frontier.length > 0; depth++) {
    const grown: Node[] = []
    for (const node of frontier) if (node.precision < finished && canLead(search, node)) grow(search, node, grown)
    const fresh = distinct(grown)
    for (const node of fresh) if (node.precision >= minPrecision && (precise === null || node.gain > precise.gain)) precise = node
    frontier = select(fresh.filter((node) => canLead(search, node))).map((node) => {
      const last = node.literals[node.literals.length - 1]
      return last === undefined ? node : { ...node, population: narrowed(grid, last, node.population) }
    })
  }
  return precise !== null && precise.gain >= leastGain ? precise : null
}

const rootNode = (population: Population): Node => {
  const positives = population.positives.length
  const negatives = population.negatives.length * population.weight
  return { population, literals: [], positives, negatives, bits: 0, gain: 0, quality: 0, precision: baseOf(population) }
}

/** Whether one condition more, as cheap as can be and without a counter-example, would be better than what is known. */
const canLead = ({ mostSaved, featureBits, leastGain }: Search, { positives, bits }: Node): boolean =>
  positives * mostSaved - bits - featureBits - 1 >= leastGain

/** Columns of which a condition could be of use at all. */
const candidates = ({ grid, mostSaved, featureBits, leastGain, below }: Search, { positives, bits }: Node): readonly number[] =>
  below.filter((feature) => {
    const cost = bits + featureBits + 1 + (grid.columns[feature]?.column.bits ?? 0)
    return positives * mostSaved - cost >= leastGain
  })

const grow = (search: Search, parent: Node, grown: Node[]): void => {
  const costs = costsOf(parent.population)
  const weighing = weighingOf(search.root, parent.precision, search.root.population.weight)
  const { chosen, ranked } = promising(search.grid.columns, candidates(search, parent), parent, search.featureBits)
  if (parent.literals.length === 0) search.below = ranked
  for (const feature of chosen) {
    const column = search.grid.columns[feature]
    if (column !== undefined) growBy({ search, parent, feature, column, costs, weighing, grown })
  }
}

interface Growth {
  readonly search: Search
  readonly parent: Node
  readonly feature: number
  readonly column: GridColumn
  readonly costs: readonly number[]
  readonly weighing: Weighing
  readonly grown: Node[]
}

/** The best literals of one feature on these rows, two at most and the one that saves most. */
const growBy = ({ search, parent, feature, column, costs, weighing, grown }: Growth): void => {
  const { population } = parent
  const plain = parent.bits + search.featureBits + column.column.bits
  const children: Node[] = []
  let [positives, negatives, gain, precision] = [0, 0, 0, 0]
  const judge: Judge = {
    wants: (hits, misses, bits) => {
      positives = hits
      negatives = misses * weighing.weight
      precision = positives / (positives + negatives)
      if (positives < minPositives || precision <= parent.precision + 1e-9) return false
      if (positives * search.mostSaved - plain - bits < search.leastGain) return false
      gain = positives * (Math.log2(precision) + search.mostSaved) - plain - bits
      return true
    },
    take: (span: CodeSpan, bits) => {
      const quality = qualityOf(weighing, positives, negatives) - plain - bits
      const literals = [...parent.literals, { feature, span, bits }]
      children.push({ literals, positives, negatives, bits: plain + bits, gain, quality, precision, population })
    },
  }
  const histogram = histogramOf(column, population)
  eachLiteral(column, histogram, costs, judge)
  cleared(column, histogram)
  children.sort((a, b) => b.quality - a.quality)
  const mostGain = children.reduce((most, child) => Math.max(most, child.gain), Number.NEGATIVE_INFINITY)
  for (const [i, child] of children.entries()) {
    if (i >= 2 && child.gain < mostGain) continue
    if (child.precision >= minPrecision && child.gain > search.leastGain) search.leastGain = child.gain
    grown.push(child)
  }
}

/** Of nodes with the same counts only the shortest is kept: most likely they are the same rows. */
const distinct = (nodes: readonly Node[]): readonly Node[] => {
  const kept = new Map<number, Map<number, Node>>()
  for (const node of nodes) {
    let same = kept.get(node.positives)
    if (same === undefined) {
      same = new Map()
      kept.set(node.positives, same)
    }
    const known = same.get(node.negatives)
    if (known === undefined || node.bits < known.bits) same.set(node.negatives, node)
  }
  return [...kept.values()].flatMap((same) => [...same.values()])
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

const narrowed = (grid: Grid, { feature, span }: CodeLiteral, { positives, negatives, weight }: Population): Population => {
  const column = grid.columns[feature]
  if (column === undefined) return { positives, negatives, weight }
  const accepted = acceptedBy(span, column.bins)
  return { positives: kept(positives, column.codes, accepted), negatives: kept(negatives, column.codes, accepted), weight }
}

const kept = (rows: Int32Array, codes: Uint16Array, accepted: Uint8Array): Int32Array => {
  const some = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    if (accepted[codes[row] ?? 0] === 1) some[count++] = row
  }
  return some.subarray(0, count)
}
