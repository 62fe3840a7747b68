import type { Data } from '../model/value.ts'
import type { Comparing } from './comparing.ts'
import { hidden, note, refuse } from './comparing.ts'
import { typeOf } from './scalar.ts'
import type { ToleranceNode } from './tolerance-tree.ts'

/** A field or element that one side lacks: missing or extra, unless a tolerance takes nothing for something. */
export const compareAbsent = (
  run: Comparing,
  node: ToleranceNode | null,
  depth: number,
  legacy: Data | undefined,
  candidate: Data | undefined,
): void => {
  const present = legacy ?? candidate ?? null
  if (typeOf(present) === null) throw refuse(run, depth, present)
  if (node !== null && run.at < node.expiresAt && toleratesAbsence(node, run, legacy, candidate)) {
    hidden(run, node, depth, legacy, candidate)
  } else {
    note(run, legacy === undefined ? 'extra' : 'missing', depth, legacy, candidate)
  }
}

const toleratesAbsence = (
  { tolerance, accepts }: ToleranceNode,
  run: Comparing,
  legacy: Data | undefined,
  candidate: Data | undefined,
): boolean => {
  if (tolerance?.kind === 'ignore') return true
  if (tolerance?.kind !== 'normalised' || accepts === null || !tolerance.by.some(({ absentIsNull }) => absentIsNull)) return false
  return legacy === null || candidate === null || accepts(legacy ?? null, candidate ?? null, run.siblings)
}
