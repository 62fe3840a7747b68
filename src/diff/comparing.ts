import { boundedDifference, maxSideWeight } from '../model/bounded-difference.ts'
import { BanyanError } from '../model/errors.ts'
import type { Difference, DifferenceKind } from '../model/difference.ts'
import type { EpochMs } from '../model/ids.ts'
import { escapeSegment } from '../model/pointer.ts'
import { weigh } from '../model/shorten.ts'
import type { Data } from '../model/value.ts'
import type { Siblings } from './accepts.ts'
import { unsupportedName } from './container.ts'
import { bareName, elementName } from './element-key.ts'
import { shapeOf } from './shape.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

/** A difference that a tolerance hid. */
export interface HiddenDifference {
  /** Where the tolerance was declared. */
  readonly pattern: string
  readonly path: string
  /** Undefined where that side lacks the field. */
  readonly legacy: Data | undefined
  readonly candidate: Data | undefined
}

export interface CompareOptions {
  /** The instant at which `until` is judged where the call names none; without any, nothing has expired. */
  readonly at?: EpochMs
  /** At most so many differences are told (and one more of each further shape, at most as many again); default 200. */
  readonly maxDifferences?: number
  /** Told of every difference that a tolerance hid. */
  readonly onHidden?: (hidden: HiddenDifference) => void
}

/** Compares two values that are not identical; their path has `depth` segments. */
export type CompareAt = (run: Comparing, node: ToleranceNode | null, depth: number, legacy: Data, candidate: Data) => void

/**
 * One comparison under way. Kept and used again: while values are equal nothing is allocated. A path is written down by
 * depth on the way down, and read only when there is something to tell.
 */
export interface Comparing {
  readonly root: ToleranceNode | null
  readonly options: CompareOptions
  readonly maxDifferences: number
  readonly compareAt: CompareAt
  /** By depth: a field's name, or an element's place in `arrays` at that depth. */
  readonly path: (string | number)[]
  /** By depth: the fields that name an element there; null where its place does. */
  readonly keys: (readonly string[] | null)[]
  readonly arrays: (readonly Data[])[]
  siblings: Siblings
  at: number
  found: Difference[]
  /** Differences that are not told. */
  left: number
  /** What the told values may still weigh. */
  room: number
  shapes: Set<string> | null
  /** Tolerant matches that may still be tried. */
  trials: number
  /** True while it is only asked whether two values are the same: nothing is told. */
  trying: boolean
  /** True once a trial has found a difference. */
  done: boolean
}

const none: Difference[] = []
const noSiblings: Siblings = { legacy: null, candidate: null }
const noElements: readonly Data[] = []

/** About so much of values is told in all: characters, bytes and values. */
const maxAll = 262_144
/** In one comparison. */
const maxTrials = 20_000
/** Characters of a path. Names that are longer are data, and no one reads them. */
const maxPath = 2_048

export const createRun = (root: ToleranceNode | null, options: CompareOptions, compareAt: CompareAt): Comparing => ({
  root,
  options,
  maxDifferences: options.maxDifferences ?? 200,
  compareAt,
  path: [],
  keys: [],
  arrays: [],
  siblings: noSiblings,
  at: Number.NEGATIVE_INFINITY,
  found: none,
  left: 0,
  room: maxAll,
  shapes: null,
  trials: maxTrials,
  trying: false,
  done: false,
})

export const startRun = (run: Comparing, at: number): void => {
  run.at = at
  run.found = none
  run.left = 0
  run.room = maxAll
  run.shapes = null
  run.trials = maxTrials
  run.siblings = noSiblings
  run.trying = false
  run.done = false
}

/** What was found. The run lets go of the compared data. */
export const endRun = (run: Comparing): readonly Difference[] => {
  const { found, left } = run
  run.found = none
  run.siblings = noSiblings
  if (run.arrays.length > 0) run.arrays.length = 0
  if (left === 0) return found
  const last = found.at(-1)
  return last === undefined ? found : [...found.slice(0, -1), { ...last, truncated: left }]
}

/** Whether two values are the same under a node, without telling any difference. */
export const isSame = (run: Comparing, node: ToleranceNode | null, depth: number, legacy: Data, candidate: Data): boolean => {
  if (legacy === candidate) return true
  const outer = run.trying
  run.trying = true
  run.compareAt(run, node, depth, legacy, candidate)
  const same = !run.done
  run.trying = outer
  run.done = false
  return same
}

/** Notes one difference at the path of `depth` segments. */
export const note = (run: Comparing, kind: DifferenceKind, depth: number, legacy: Data | undefined, candidate: Data | undefined): void => {
  if (run.trying) {
    run.done = true
    return
  }
  if (run.found.length < run.maxDifferences) {
    if (run.found === none) run.found = []
    run.found.push(differenceOf(run, kind, depth, legacy, candidate))
  } else if (!isOfNewShape(run, kind, depth, legacy, candidate)) {
    run.left += 1
  }
}

/** Of what is too much to tell, one of each shape is told: else a cluster key would hang on the order of names. */
const isOfNewShape = (
  run: Comparing,
  kind: DifferenceKind,
  depth: number,
  legacy: Data | undefined,
  candidate: Data | undefined,
): boolean => {
  if (run.found.length >= 2 * run.maxDifferences) return false
  run.shapes ??= new Set(run.found.map((one) => shapeOf(run.root, one)))
  const shape = shapeOf(run.root, differenceAt(pathOf(run, depth, bareName), kind, legacy, candidate))
  if (run.shapes.has(shape)) return false
  run.shapes.add(shape)
  run.found.push(differenceOf(run, kind, depth, legacy, candidate))
  return true
}

const differenceOf = (
  run: Comparing,
  kind: DifferenceKind,
  depth: number,
  legacy: Data | undefined,
  candidate: Data | undefined,
): Difference => {
  const path = pathOf(run, depth, elementName)
  if (path.length > maxPath) {
    const cut = differenceAt(`${path.slice(0, maxPath).toWellFormed()}…`, kind, legacy, candidate)
    return { ...largeDifference(run, cut), shortened: true }
  }
  const difference = differenceAt(path, kind, legacy, candidate)
  return isShort(legacy) && isShort(candidate) ? difference : largeDifference(run, difference)
}

/** Written out, because a difference costs more than all that was compared to find it. */
const differenceAt = (path: string, kind: DifferenceKind, legacy: Data | undefined, candidate: Data | undefined): Difference => {
  if (candidate === undefined) return legacy === undefined ? { path, kind } : { path, kind, legacy }
  return legacy === undefined ? { path, kind, candidate } : { path, kind, legacy, candidate }
}

/** So small that no sum of these is too much. */
const isShort = (data: Data | undefined): boolean =>
  typeof data === 'string' ? data.length < 64 : typeof data !== 'object' || data === null

/** What is told in all has a bound too: late values get what is left. */
const largeDifference = (run: Comparing, difference: Difference): Difference => {
  const room = Math.min(maxSideWeight, run.room)
  for (const side of [difference.legacy, difference.candidate]) if (side !== undefined) run.room -= Math.min(weigh(side, room), room)
  return boundedDifference(difference, room)
}

/** The RFC 6901 pointer of the current path. Numbering the copies of a key takes a look at all elements before. */
const pathOf = (run: Comparing, depth: number, nameOf: typeof elementName): string => {
  let text = ''
  for (let at = 0; at < depth; at++) text += `/${escapeSegment(segmentAt(run, at, nameOf))}`
  return text
}

const segmentAt = (run: Comparing, depth: number, nameOf: typeof elementName): string => {
  const segment = run.path[depth] ?? ''
  if (typeof segment === 'string') return segment
  const by = run.keys[depth] ?? null
  return by === null ? String(segment) : nameOf(run.arrays[depth] ?? noElements, segment, by)
}

/** Tells whoever asked that a tolerance hid a difference here. */
export const hidden = (run: Comparing, node: ToleranceNode, depth: number, legacy: Data | undefined, candidate: Data | undefined): void => {
  if (run.trying || run.options.onHidden === undefined) return
  run.options.onHidden({ pattern: node.pattern, path: pathOf(run, depth, bareName), legacy, candidate })
}

/** Refuses a value that is no data, with its place. */
export const refuse = (run: Comparing, depth: number, data: unknown): BanyanError =>
  new BanyanError('value-unsupported', `what is compared holds ${unsupportedName(data)}`, {
    where: pathOf(run, depth, elementName) || 'the whole answer',
    hint: 'use null, booleans, numbers, bigints, strings, Uint8Array, arrays and plain objects only; a Date as its ISO text',
  })
