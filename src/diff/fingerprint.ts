import type { Comparison } from '../model/comparison.ts'
import type { Difference } from '../model/difference.ts'
import { hashText } from '../model/hash.ts'
import type { ContextName, Fingerprint } from '../model/ids.ts'
import { shapeOf } from './shape.ts'
import { toleranceTree } from './tolerance-tree.ts'

/**
 * Compiles the cluster key of a context's divergences: the same for a thousand copies of one cause, whatever their ids,
 * amounts and order, and in whatever order their differences are told. It sees the shapes of the differences, each once.
 */
export const compileFingerprint = (context: ContextName, comparison: Comparison): ((differences: readonly Difference[]) => Fingerprint) => {
  const root = toleranceTree(comparison)
  const known = new Map<string, Fingerprint>()
  return (differences) => {
    const shapes = new Set(differences.map((difference) => shapeOf(root, difference)))
    const text = [context, ...[...shapes].sort()].join('\n')
    const hashed = known.get(text) ?? (hashText(text) as Fingerprint)
    if (known.size < maxKnown) known.set(text, hashed)
    return hashed
  }
}

/** The same few shapes come again and again, and to look one up costs less than to hash it. */
const maxKnown = 1_000
