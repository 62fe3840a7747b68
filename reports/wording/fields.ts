import { escapeSegment, pointerSegments } from '../../src/model/pointer.ts'
import type { Difference } from '../../src/model/difference.ts'
import type { NightCase } from '../../src/model/night.ts'
import type { Observation } from '../../src/model/observation.ts'
import type { Data } from '../../src/model/value.ts'
import { dataText, visible } from './data-text.ts'

/** One field of the answers, side by side; null where that side has no such field. */
export interface FieldRow {
  readonly path: string
  readonly legacy: string | null
  readonly live: string | null
  readonly asOf: string | null
  /** The comparison named this field, or one above or below it, as different. */
  readonly differs: boolean
}

const maxLeaves = 1_000
const maxText = 120

/** Leaves of some data by JSON Pointer, in order; at most `maxLeaves`, whatever the data. */
export const leaves = (data: Data): ReadonlyMap<string, string> => {
  const found = new Map<string, string>()
  const walk = (value: Data, path: string, depth: number): void => {
    if (found.size >= maxLeaves) return
    const children = depth > 8 ? [] : childrenOf(value)
    if (children.length === 0) found.set(path, dataText(value, maxText))
    for (const [name, child] of children) walk(child, `${path}/${escapeSegment(name)}`, depth + 1)
  }
  walk(data, '', 0)
  return found
}

const childrenOf = (value: Data): readonly (readonly [string, Data])[] => {
  if (value === null || typeof value !== 'object' || value instanceof Uint8Array) return []
  if (Array.isArray(value)) return (value as readonly Data[]).slice(0, maxLeaves).map((item, at) => [String(at), item])
  return Object.entries(value)
}

const sideOf = (observation: Observation | null): ReadonlyMap<string, string> => {
  if (observation?.kind !== 'decided') return new Map()
  if (observation.effects.length === 0) return leaves(observation.answer)
  const effects = observation.effects
    .slice(0, 50)
    .map(({ kind, payload }, at) => [`effect ${at + 1}: ${visible(kind)}`, dataText(payload, maxText)] as const)
  return new Map([...leaves(observation.answer), ...effects])
}

/** All fields of the three answers, those that differ first, both in the order of the legacy's answer. */
export const fieldRows = ({ legacy, live, asOf, differences }: NightCase): readonly FieldRow[] => {
  const sides = [sideOf(legacy), sideOf(live), sideOf(asOf)] as const
  const paths = new Set(sides.flatMap((side) => [...side.keys()]))
  const named = differences.map((difference) => pointerSegments(difference.path))
  const rows = [...paths].map((path): FieldRow => {
    const [onLegacy, onLive, onAsOf] = sides.map((side) => side.get(path) ?? null)
    const same = onLegacy === onLive && onLegacy === onAsOf
    const segments = pointerSegments(path)
    return {
      path: path === '' ? 'answer' : visible(path.startsWith('/') ? path.slice(1) : path),
      legacy: onLegacy ?? null,
      live: onLive ?? null,
      asOf: onAsOf ?? null,
      differs: !same && named.some((other) => overlaps(segments, other)),
    }
  })
  return [...rows.filter(({ differs }) => differs), ...rows.filter(({ differs }) => !differs)]
}

/** One path lies on the other. An element of a keyed array is named by its key in a difference but by its place here. */
const overlaps = (place: readonly string[], named: readonly string[]): boolean => {
  const length = Math.min(place.length, named.length)
  for (let at = 0; at < length; at++) if (place[at] !== named[at] && !/^\d+$/.test(place[at] ?? '')) return false
  return true
}

/** The differing fields in a few words: `qty, node and 3 more`. */
export const differingText = (differences: readonly Difference[], max = 3): string => {
  const names = [...new Set(differences.map(({ path }) => (path === '' ? 'the answer' : visible(path).replace(/^\//, ''))))]
  const shown = names.slice(0, max).join(', ')
  return names.length > max ? `${shown} and ${names.length - max} more` : shown
}
