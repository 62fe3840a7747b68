import type { EpochMs, Position } from '../../model/ids.ts'

/** How far something had come at each instant. */
export interface Marks {
  /** Instants come in order, or nearly; what comes late counts from the latest instant so far. It never goes back. */
  readonly note: (at: EpochMs, position: Position) => void
  /** The position reached at or before an instant; '' before the first mark. */
  readonly at: (instant: EpochMs) => Position
  /** What lies before this instant is not asked for any more. */
  readonly forgetBefore: (instant: EpochMs) => void
}

const manyForgotten = 4_096

export const createMarks = (): Marks => {
  let instants: EpochMs[] = []
  let positions: Position[] = []
  let first = 0
  const indexAt = (instant: EpochMs): number => {
    let low = first
    let high = instants.length
    while (low < high) {
      const middle = (low + high) >>> 1
      if ((instants[middle] ?? 0) <= instant) low = middle + 1
      else high = middle
    }
    return low - 1
  }
  return {
    note: (at, position) => {
      const last = instants.length - 1
      if (last < 0) {
        instants.push(at)
        positions.push(position)
        return
      }
      if (position <= (positions[last] ?? '')) return
      if (at <= (instants[last] ?? 0)) positions[last] = position
      else {
        instants.push(at)
        positions.push(position)
      }
    },
    at: (instant) => positions[indexAt(instant)] ?? ('' as Position),
    forgetBefore: (instant) => {
      first = Math.max(first, indexAt(instant))
      if (first < manyForgotten) return
      instants = instants.slice(first)
      positions = positions.slice(first)
      first = 0
    },
  }
}
