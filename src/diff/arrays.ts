import type { Data } from '../model/value.ts'
import { note } from './comparing.ts'
import type { CompareField, Comparing } from './comparing.ts'
import { signature, typeOf } from './scalar.ts'
import { below } from './tolerance-tree.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

/** Two arrays at the current path of a run. */
export interface ArrayPair {
  readonly run: Comparing
  readonly node: ToleranceNode | null
  readonly legacy: readonly Data[]
  readonly candidate: readonly Data[]
  readonly compareField: CompareField
}

/** By place. The same elements in another order are one `order` difference, not many. */
export const compareOrdered = ({ run, node, legacy, candidate, compareField }: ArrayPair): void => {
  const before = run.found.length
  const length = Math.max(legacy.length, candidate.length)
  for (let index = 0; index < length && run.found.length < run.maxDifferences; index++) {
    const segment = String(index)
    compareField(run, below(node, segment), segment, { legacy: legacy[index], candidate: candidate[index] })
  }
  if (run.found.length - before < 2 || legacy.length !== candidate.length || !isPermutation(legacy, candidate)) return
  run.found.length = before
  note(run, 'order', { legacy, candidate })
}

const isPermutation = (legacy: readonly Data[], candidate: readonly Data[]): boolean => {
  const counts = new Map<string, number>()
  for (const item of legacy) {
    const text = signature(item)
    counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  return candidate.every((item) => {
    const text = signature(item)
    const left = counts.get(text) ?? 0
    counts.set(text, left - 1)
    return left > 0
  })
}

/**
 * By the named fields; order does not matter. An element that carries the same key as earlier ones is named `key#2`,
 * `key#3` …, so that a surplus copy is told.
 */
export const compareKeyed = (pair: ArrayPair, by: readonly string[]): void => {
  const { legacy, candidate } = pair
  if (legacy.length === 1 && candidate.length === 1 && keyOf(legacy[0], by) === keyOf(candidate[0], by)) {
    compareElement(pair, by, 1, { legacy: legacy[0], candidate: candidate[0] })
    return
  }
  const others = new Map<string, Data>()
  eachKeyed(candidate, by, (id, _count, item) => others.set(id, item))
  eachKeyed(legacy, by, (id, count, item) => {
    compareElement(pair, by, count, { legacy: item, candidate: others.get(id) })
    others.delete(id)
  })
  if (others.size === 0) return
  eachKeyed(candidate, by, (id, count, item) => {
    if (others.has(id)) compareElement(pair, by, count, { legacy: undefined, candidate: item })
  })
}

type Sides = { readonly legacy: Data | undefined; readonly candidate: Data | undefined }

const compareElement = ({ run, node, compareField }: ArrayPair, by: readonly string[], count: number, sides: Sides): void => {
  const name = nameOf(sides.legacy ?? sides.candidate ?? null, by)
  compareField(run, node?.children.get(name) ?? node?.any ?? null, count === 1 ? name : `${name}#${count}`, sides)
}

const eachKeyed = (items: readonly Data[], by: readonly string[], visit: (id: string, count: number, item: Data) => void): void => {
  const counts = new Map<string, number>()
  for (const item of items) {
    const key = keyOf(item, by)
    const count = (counts.get(key) ?? 0) + 1
    counts.set(key, count)
    visit(count === 1 ? key : `${key}#${count}`, count, item)
  }
}

/** Text that two elements share exactly when their key fields are equal in value; texts carry their length, so a copy's `#2` is never part of one. */
const keyOf = (item: Data | undefined, by: readonly string[]): string => {
  let key = ''
  for (const field of by) {
    const value = fieldOf(item, field)
    key += typeof value === 'string' ? `${value.length}"${value}` : `,${signature(value)}`
  }
  return key
}

const nameOf = (item: Data, by: readonly string[]): string => {
  let name = ''
  for (const field of by) {
    const value = fieldOf(item, field)
    name += `${name === '' ? '' : ','}${typeof value === 'string' ? value : signature(value)}`
  }
  return name
}

const fieldOf = (item: Data | undefined, field: string): Data =>
  item !== undefined && typeOf(item) === 'object' ? ((item as { readonly [name: string]: Data | undefined })[field] ?? null) : null

/** Left-overs are matched with each other under tolerances only when they are so few: that part is quadratic. */
const maxTolerantLeftovers = 64

/** In any order. What is left on both sides is told as missing and extra, at its own side's place. */
export const compareUnordered = (pair: ArrayPair): void => {
  const { run, node, legacy, candidate, compareField } = pair
  const places = new Map<string, number[]>()
  candidate.forEach((item, index) => {
    const text = signature(item)
    const known = places.get(text)
    if (known === undefined) places.set(text, [index])
    else known.push(index)
  })
  const missing: number[] = []
  legacy.forEach((item, index) => {
    if (places.get(signature(item))?.pop() === undefined) missing.push(index)
  })
  const extra = new Set([...places.values()].flat().sort((a, b) => a - b))
  for (const index of missing) {
    const tolerated = extra.size <= maxTolerantLeftovers ? tolerantMatch(pair, legacy[index], extra) : null
    if (tolerated !== null) extra.delete(tolerated)
    else compareField(run, node?.any ?? null, String(index), { legacy: legacy[index], candidate: undefined })
  }
  for (const index of extra) compareField(run, node?.any ?? null, String(index), { legacy: undefined, candidate: candidate[index] })
}

const tolerantMatch = (
  { run, node, candidate, compareField }: ArrayPair,
  item: Data | undefined,
  extra: ReadonlySet<number>,
): number | null => {
  const any = node?.any ?? null
  if (any === null) return null
  for (const index of extra) {
    const trial: Comparing = { ...run, path: [...run.path], found: [], maxDifferences: 1 }
    compareField(trial, any, String(index), { legacy: item, candidate: candidate[index] })
    if (trial.found.length === 0) return index
  }
  return null
}
