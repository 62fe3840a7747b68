import type { Data } from '../model/value.ts'
import { hasSameKey } from './element-key.ts'
import type { ArrayPair } from './ordered.ts'

/** Places of elements that the other side has not, in ascending order; between them both sides run in step. */
export interface Skips {
  readonly legacy: readonly number[]
  readonly candidate: readonly number[]
}

/** With more of them, looking up each element by key is quicker. */
const maxSkips = 4

/** The few elements that put two keyed arrays out of step from a place on; null when there are more, or when order is changed. */
export const skipsFrom = ({ legacy, candidate }: ArrayPair, by: readonly string[], from: number): Skips | null => {
  const [lacking, surplus]: [number[], number[]] = [[], []]
  let place = from
  let other = from
  while (place < legacy.length || other < candidate.length) {
    if (place < legacy.length && other < candidate.length && hasSameKey(legacy[place], candidate[other], by)) {
      place++
      other++
      continue
    }
    if (lacking.length + surplus.length === maxSkips) return null
    if (place === legacy.length || (other + 1 < candidate.length && hasSameKey(legacy[place], candidate[other + 1], by)))
      surplus.push(other++)
    else if (other === candidate.length || (place + 1 < legacy.length && hasSameKey(legacy[place + 1], candidate[other], by)))
      lacking.push(place++)
    else return null
  }
  const isAlone = (items: readonly Data[], at: number): boolean =>
    occurrences(legacy, items[at], by, from) + occurrences(candidate, items[at], by, from) === 1
  return lacking.every((at) => isAlone(legacy, at)) && surplus.every((at) => isAlone(candidate, at))
    ? { legacy: lacking, candidate: surplus }
    : null
}

/** A second element with the key of a skipped one may be its counterpart. */
const occurrences = (items: readonly Data[], item: Data | undefined, by: readonly string[], from: number): number => {
  let count = 0
  for (let place = from; place < items.length; place++) if (hasSameKey(items[place], item, by)) count++
  return count
}
