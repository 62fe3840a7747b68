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
  return (differences) => {
    const shapes = new Set(differences.map((difference) => shapeOf(root, difference)))
    return hashText([context, ...[...shapes].sort()].join('\n')) as Fingerprint
  }
}
