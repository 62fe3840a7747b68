import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import type { Answer } from '../world/cells.ts'
import type { Case } from './rules.ts'

/** A found rule that can be applied to any decision, from its data alone. */
export interface ReadableRule {
  readonly status: HiddenRule['status']
  readonly words: string
  readonly literals: number
  /** The same object where it changes nothing. */
  readonly overlay: (each: Case) => Answer
  /** Facts of which it counts earlier decisions. */
  readonly counted: readonly string[]
  readonly unreadable: readonly string[]
}

export const readRule = (rule: HiddenRule): ReadableRule => ({
  status: rule.status,
  words: rule.words,
  literals: rule.predicate.length,
  overlay: ({ candidate }) => candidate,
  counted: [],
  unreadable: [],
})
