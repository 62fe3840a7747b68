import type { Difference } from '../../../src/model/difference.ts'
import { getAt, pointerOf, pointerSegments, setAt } from '../../../src/model/pointer.ts'
import type { Data } from '../../../src/model/value.ts'

/** The legacy's answer with all differences of an exact comparison worked in: what is there first, then what is too much, then what lacks. */
export const applied = (legacy: Data, differences: readonly Difference[]): Data => {
  const of = (...kinds: readonly Difference['kind'][]): readonly Difference[] => differences.filter(({ kind }) => kinds.includes(kind))
  let made = legacy
  for (const { path, candidate } of of('value', 'type', 'order')) made = setAt(made, path, candidate)
  for (const { path } of of('missing').toReversed()) made = setAt(made, path, undefined)
  for (const { path, candidate } of of('extra')) made = inserted(made, path, candidate ?? null)
  return made
}

const inserted = (data: Data, path: string, value: Data): Data => {
  const segments = pointerSegments(path)
  const parent = pointerOf(segments.slice(0, -1))
  const items = getAt(data, parent)
  if (!Array.isArray(items)) return setAt(data, path, value)
  return setAt(data, parent, (items as readonly Data[]).toSpliced(Number(segments.at(-1)), 0, value))
}
