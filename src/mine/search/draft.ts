import type { Literal, RuleEffect } from '../../model/hidden-rule.ts'
import type { Trial } from '../gates.ts'

/** A predicate with its effect and what the gates say. */
export interface Draft {
  readonly predicate: readonly Literal[]
  readonly effect: RuleEffect
  /** Over the whole archive. */
  readonly fits: Uint8Array
  /** {@link baseRate} of the effect. */
  readonly base: number
  readonly gain: number
  readonly trial: Trial
}
