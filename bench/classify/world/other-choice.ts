import type { Cell, Cells } from './cells.ts'
import { whole } from './cells.ts'

/** Another of the alternatives that a decision had: of those with room for what is asked the first in another order. */
export interface OtherChoice {
  readonly do: 'choose'
  readonly field: string
  /** The alternatives' column that says how much room there is, and the fact that says how much is needed. */
  readonly room: string
  readonly need: string
  readonly by: string
  readonly first: 'lowest' | 'highest'
}

/** What the legacy chooses instead of `own`; the same where nothing was chosen, or nothing is eligible. */
export const chosenInstead = ({ field, room, by, first }: OtherChoice, own: Cell, need: Cell, alternatives: readonly Cells[]): Cell => {
  const eligible = alternatives.filter((one) => whole(one[room]) >= whole(need))
  if (own === null || eligible.length === 0) return own
  const sign = first === 'lowest' ? 1 : -1
  const [chosen] = eligible.toSorted((a, b) => sign * compared(a[by] ?? null, b[by] ?? null))
  return chosen?.[field] ?? own
}

const compared = (a: Cell, b: Cell): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
