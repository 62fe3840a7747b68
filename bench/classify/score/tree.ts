import type { Told } from './row.ts'

export interface Example {
  readonly features: readonly number[]
  readonly cause: Told
}

type Tree = { readonly cause: Told } | { readonly feature: number; readonly limit: number; readonly low: Tree; readonly high: Tree }

const majority = (examples: readonly Example[]): Told => {
  const counts = new Map<Told, number>()
  for (const { cause } of examples) counts.set(cause, (counts.get(cause) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? 'timing'
}

const impurity = (counts: ReadonlyMap<Told, number>, total: number): number => {
  let left = total
  for (const count of counts.values()) left -= (count * count) / total
  return left
}

/** The split of one feature with the least Gini impurity on both sides. */
const bestSplit = (examples: readonly Example[], feature: number): { readonly limit: number; readonly cost: number } | null => {
  const sorted = examples.toSorted((a, b) => (a.features[feature] ?? 0) - (b.features[feature] ?? 0))
  const low = new Map<Told, number>()
  const high = new Map<Told, number>()
  for (const { cause } of sorted) high.set(cause, (high.get(cause) ?? 0) + 1)
  let best: { limit: number; cost: number } | null = null
  for (let at = 1; at < sorted.length; at += 1) {
    const { cause, features } = sorted[at - 1] as Example
    low.set(cause, (low.get(cause) ?? 0) + 1)
    high.set(cause, (high.get(cause) ?? 0) - 1)
    const value = features[feature] ?? 0
    const next = sorted[at]?.features[feature] ?? 0
    if (value === next) continue
    const cost = impurity(low, at) + impurity(high, sorted.length - at)
    if (best === null || cost < best.cost) best = { limit: (value + next) / 2, cost }
  }
  return best
}

const grow = (examples: readonly Example[], depth: number): Tree => {
  if (depth === 0 || examples.length < 40) return { cause: majority(examples) }
  const splits = (examples[0]?.features ?? []).map((_, feature) => ({ feature, split: bestSplit(examples, feature) }))
  const best = splits.filter(({ split }) => split !== null).sort((a, b) => (a.split?.cost ?? 0) - (b.split?.cost ?? 0))[0]
  if (best?.split == null) return { cause: majority(examples) }
  const { feature } = best
  const { limit } = best.split
  return {
    feature,
    limit,
    low: grow(
      examples.filter(({ features }) => (features[feature] ?? 0) <= limit),
      depth - 1,
    ),
    high: grow(
      examples.filter(({ features }) => (features[feature] ?? 0) > limit),
      depth - 1,
    ),
  }
}

/** A small decision tree on raw features: what somebody would train who has labels, which nobody has. */
export const decisionTree = (examples: readonly Example[]): ((features: readonly number[]) => Told) => {
  const root = grow(examples, 5)
  return (features) => {
    let tree = root
    while (!('cause' in tree)) tree = (features[tree.feature] ?? 0) <= tree.limit ? tree.low : tree.high
    return tree.cause
  }
}
