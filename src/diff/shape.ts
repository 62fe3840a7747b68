import type { Difference } from '../model/difference.ts'
import { pointerSegments } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'
import { compareDecimals, exactDecimal } from './exact-decimal.ts'
import { typeOf } from './scalar.ts'
import type { ToleranceNode } from './tolerance-tree.ts'
import { below } from './tolerance-tree.ts'

/**
 * What copies of one difference have in common, whatever their ids, amounts and order: path (array elements as `*`, numbers in
 * names as `#`), kind, and the effect: up or down for amounts, from → to for words, a failure's reason.
 */
export const shapeOf = (root: ToleranceNode | null, difference: Difference): string =>
  `${pathShape(root, difference.path)} ${difference.kind} ${effectShape(difference)}`

const pathShape = (root: ToleranceNode | null, path: string): string => {
  let node = root
  let shape = ''
  for (const segment of pointerSegments(path)) {
    shape += `/${segmentShape(node, segment)}`
    node = below(node, segment)
  }
  return shape === '' ? '/' : shape
}

/** A long hexadecimal number, e.g. a UUID. */
const hexadecimal = /^(?=.*\d)[\da-f-]{8,}$/i

/** Where a pattern says `*`, a name with a digit in it is data; elsewhere only what is plainly a number. */
const segmentShape = (node: ToleranceNode | null, segment: string): string => {
  const kind = node?.tolerance?.kind
  if (kind === 'keyed' || kind === 'unordered' || /^\d+$/.test(segment) || hexadecimal.test(segment)) return '*'
  return node?.isStarred === true ? segment.replace(/\d+/g, '#') : segment.replace(/\d{3,}/g, '#')
}

const effectShape = ({ kind, legacy, candidate }: Difference): string =>
  kind === 'order' ? '' : (directionOf(legacy, candidate) ?? `${valueShape(legacy)}>${valueShape(candidate)}`)

const directionOf = (legacy: Data | undefined, candidate: Data | undefined): string | null => {
  if (legacy === undefined || candidate === undefined) return null
  const [from, to] = [exactDecimal(legacy), exactDecimal(candidate)]
  if (from === null || to === null) return null
  const order = compareDecimals(to, from)
  return order < 0 ? 'down' : order > 0 ? 'up' : 'written otherwise'
}

/** A word is part of the shape; anything with a digit in it may be an id and is not. */
const word = /^[A-Za-z][A-Za-z _.-]{0,23}$/

const valueShape = (data: Data | undefined): string => {
  if (data === undefined) return '-'
  if (typeof data === 'boolean' || data === null) return String(data)
  if (typeof data === 'string' && word.test(data.trim())) return data.trim()
  const failed = typeof data === 'object' && 'failed' in data ? data.failed : undefined
  if (typeof failed === 'string') return `failed ${failed} ${messageShape(data)}`
  return typeOf(data) ?? 'unsupported'
}

/** An error text without what varies from case to case: numbers and quoted parts. */
const messageShape = (data: Data): string => {
  const message = typeof data === 'object' && data !== null && 'message' in data ? data.message : undefined
  return typeof message === 'string' ? message.replace(/'[^']*'|"[^"]*"|\b\w*\d\w*\b/g, '#').slice(0, 120) : ''
}
