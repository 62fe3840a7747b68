import { diff as deepObjectDiff } from 'deep-object-diff'
import fastJsonPatch from 'fast-json-patch'
import { diff as jsonDiff } from 'json-diff'
import { create } from 'jsondiffpatch'
import microdiff from 'microdiff'
import { compileComparison } from '../../src/diff/compare.ts'
import type { Data } from '../../src/model/value.ts'
import type { Workload } from './workloads.ts'

/** One library as it compares the two sides of a workload. */
export interface Contestant {
  readonly name: string
  readonly compare: (legacy: Data, candidate: Data) => unknown
  /** How many changes an answer of this library names. */
  readonly changes: (answer: unknown) => number
}

export const ours = (workload: Workload): Contestant => ({
  name: 'banyan',
  compare: compileComparison(workload.comparison),
  changes: lengthOf,
})

const lengthOf = (answer: unknown): number => (Array.isArray(answer) ? answer.length : 0)

const partsOf = (answer: unknown): readonly unknown[] => (typeof answer === 'object' && answer !== null ? Object.values(answer) : [])

/** Leaves of an answer that has the shape of the data. */
const leavesOf = (answer: unknown): number => {
  if (answer === undefined) return 0
  const parts = partsOf(answer)
  return typeof answer === 'object' && answer !== null ? parts.reduce((sum: number, part) => sum + leavesOf(part), 0) : 1
}

/** jsondiffpatch writes each change as an array. */
const deltasOf = (answer: unknown): number =>
  Array.isArray(answer) ? 1 : partsOf(answer).reduce((sum: number, part) => sum + deltasOf(part), 0)

/** json-diff marks what differs: `['+', …]` and `['-', …]` in arrays, `__old` and `__added` in objects, `['~', …]` around what has these inside. */
const marksOf = (answer: unknown): number => {
  if (typeof answer !== 'object' || answer === null) return 0
  if (Array.isArray(answer) && answer.length === 2 && (answer[0] === '+' || answer[0] === '-')) return 1
  if ('__old' in answer) return 1
  return Object.entries(answer).reduce((sum, [name, part]) => sum + (/__(added|deleted)$/.test(name) ? 1 : marksOf(part)), 0)
}

const named = (data: object): string => {
  const { id, line } = data as { readonly id?: string; readonly line?: number }
  return String(id ?? line)
}

const plain = create()
const hashed = create({ objectHash: (data: object) => named(data) })

export const peers: readonly Contestant[] = [
  { name: 'json-diff', compare: (legacy, candidate) => jsonDiff(legacy, candidate), changes: marksOf },
  {
    name: 'microdiff',
    compare: (legacy, candidate) => microdiff(legacy as unknown as object[], candidate as unknown as object[]),
    changes: lengthOf,
  },
  { name: 'jsondiffpatch', compare: (legacy, candidate) => plain.diff(legacy, candidate), changes: deltasOf },
  { name: 'jsondiffpatch-objectHash', compare: (legacy, candidate) => hashed.diff(legacy, candidate), changes: deltasOf },
  {
    name: 'deep-object-diff',
    compare: (legacy, candidate) => deepObjectDiff(legacy as unknown as object, candidate as unknown as object),
    changes: leavesOf,
  },
  {
    name: 'fast-json-patch',
    compare: (legacy, candidate) => fastJsonPatch.compare(legacy as unknown as object, candidate as unknown as object),
    changes: lengthOf,
  },
]
