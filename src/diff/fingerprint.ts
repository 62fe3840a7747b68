import type { Comparison } from '../model/comparison.ts'
import type { Difference } from '../model/difference.ts'
import { hashText } from '../model/hash.ts'
import type { ContextName, Fingerprint } from '../model/ids.ts'
import { pointerSegments } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'
import { compareDecimals, exactDecimal } from './exact-decimal.ts'
import { typeOf } from './scalar.ts'
import { below, toleranceTree } from './tolerance-tree.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

/**
 * Compiles the cluster key of a context's divergences: the same for a thousand copies of one cause, whatever their ids,
 * amounts and order. It sees paths (array elements as `*`), kinds, and the shape of the effect: up or down for
 * amounts, from → to for words, and a failure's reason.
 */
export const compileFingerprint = (context: ContextName, comparison: Comparison): ((differences: readonly Difference[]) => Fingerprint) => {
  const root = toleranceTree(comparison)
  return (differences) => {
    const lines = new Set(
      differences.map((difference) => `${pathShape(root, difference.path)} ${difference.kind} ${effectShape(difference)}`),
    )
    return hashText([context, ...[...lines].sort()].join('\n')) as Fingerprint
  }
}

const pathShape = (root: ToleranceNode | null, path: string): string => {
  let node = root
  const shape: string[] = []
  for (const segment of pointerSegments(path)) {
    const isElement = node?.tolerance?.kind === 'keyed' || node?.tolerance?.kind === 'unordered' || /^\d+$/.test(segment)
    shape.push(isElement ? '*' : segment)
    node = below(node, segment)
  }
  return `/${shape.join('/')}`
}

const effectShape = ({ kind, legacy, candidate }: Difference): string => {
  if (kind === 'order') return ''
  const direction = directionOf(legacy, candidate)
  return direction ?? `${valueShape(legacy)}>${valueShape(candidate)}`
}

const directionOf = (legacy: Data | undefined, candidate: Data | undefined): string | null => {
  const [from, to] = [exactDecimal(legacy ?? null), exactDecimal(candidate ?? null)]
  if (from === null || to === null) return null
  return compareDecimals(to, from) < 0 ? 'down' : 'up'
}

/** A word is part of the shape; anything with a digit in it may be an id and is not. */
const word = /^[A-Za-z][A-Za-z _.-]{0,23}$/

const valueShape = (data: Data | undefined): string => {
  if (data === undefined) return '-'
  if (typeof data === 'boolean' || data === null) return String(data)
  if (typeof data === 'string' && word.test(data.trim())) return data.trim()
  const failed = typeof data === 'object' && 'failed' in data ? data.failed : undefined
  if (typeof failed === 'string') return `failed ${failed} ${messageShape(data)}`
  return typeOf(data)
}

/** An error text without what varies from case to case: numbers and quoted parts. */
const messageShape = (data: Data): string => {
  const message = typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined
  return typeof message === 'string' ? message.replace(/'[^']*'|"[^"]*"|\b\w*\d\w*\b/g, '#').slice(0, 120) : ''
}
