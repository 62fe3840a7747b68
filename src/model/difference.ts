import type { Data } from './value.ts'

export type DifferenceKind = 'missing' | 'extra' | 'value' | 'type' | 'order'

/** One field that differs. `missing`: legacy has it, the candidate has not. */
export interface Difference {
  /** RFC 6901 pointer; an element of a keyed array is named by its key, e.g. `/nodes/W1/qty`. */
  readonly path: string
  readonly kind: DifferenceKind
  readonly legacy?: Data
  readonly candidate?: Data
  /** The values are too large to be kept whole: what is here is their beginning. */
  readonly shortened?: true
  /** On the last one told, where there are more than are told: how many more. */
  readonly truncated?: number
}
