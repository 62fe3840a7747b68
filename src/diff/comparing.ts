import type { Difference } from '../model/difference.ts'
import type { EpochMs } from '../model/ids.ts'
import { escapeSegment } from '../model/pointer.ts'
import type { Data } from '../model/value.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

export interface CompareOptions {
  /** The day on which `ignore(…, { until })` is judged; without it none has expired. */
  readonly at?: EpochMs
  /** At most so many differences are told; default 200. */
  readonly maxDifferences?: number
  /** Told of every difference that a tolerance hid, with the pointer that it was declared at. */
  readonly onHidden?: (pattern: string, path: string) => void
}

/** One comparison under way. */
export interface Comparing {
  readonly path: string[]
  readonly found: Difference[]
  readonly maxDifferences: number
  readonly options: CompareOptions
}

/** Compares one field or element that either side may lack. */
export type CompareField = (
  run: Comparing,
  node: ToleranceNode | null,
  segment: string,
  sides: { readonly legacy: Data | undefined; readonly candidate: Data | undefined },
) => void

/** Notes one difference at the current path, unless as many as are wanted are known already. */
export const note = (run: Comparing, kind: Difference['kind'], sides: { readonly legacy?: Data; readonly candidate?: Data }): void => {
  if (run.found.length < run.maxDifferences) run.found.push({ path: pathOf(run), kind, ...sides })
}

const pathOf = (run: Comparing): string => {
  let text = ''
  for (const segment of run.path) text += `/${escapeSegment(segment)}`
  return text
}

/** True when an ignore in force hides everything at and below a node. */
export const isIgnored = (run: Comparing, node: ToleranceNode | null): boolean => {
  if (node?.tolerance?.kind !== 'ignore') return false
  const { until } = node.tolerance
  return until === null || run.options.at === undefined || run.options.at < Date.parse(until)
}

/** Tells whoever asked that a tolerance hid a difference here. */
export const hidden = (run: Comparing, node: ToleranceNode): void => {
  run.options.onHidden?.(node.pattern, pathOf(run))
}
