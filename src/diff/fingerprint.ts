import type { Comparison } from '../model/comparison.ts'
import type { Difference } from '../model/difference.ts'
import { hashText } from '../model/hash.ts'
import type { ContextName, Fingerprint } from '../model/ids.ts'
import { shapeOf } from './shape.ts'
import type { ToleranceNode } from './tolerance-tree.ts'
import { toleranceTree } from './tolerance-tree.ts'

/**
 * Compiles the cluster key of a context's divergences: the same for a thousand copies of one cause, whatever their ids,
 * amounts and order, and in whatever order their differences are told. It sees the shapes of the differences, each once.
 */
export const compileFingerprint = (context: ContextName, comparison: Comparison): ((differences: readonly Difference[]) => Fingerprint) => {
  const root = toleranceTree(comparison)
  const known = new Map<string, Fingerprint>()
  return (differences) => {
    const [first] = differences
    const isOne = differences.length === 1 && first !== undefined
    const text = isOne ? `${context}\n${shapeOf(root, first)}` : [context, ...shapesOf(root, differences)].join('\n')
    const hashed = known.get(text) ?? (hashText(text) as Fingerprint)
    if (known.size < maxKnown) known.set(text, hashed)
    return hashed
  }
}

const shapesOf = (root: ToleranceNode | null, differences: readonly Difference[]): readonly string[] =>
  [...new Set(differences.map((difference) => shapeOf(root, difference)))].sort()

/** The same few shapes come again and again, and to look one up costs less than to hash it. */
const maxKnown = 1_000
