import type { Literal, RuleEffect } from '../../model/hidden-rule.ts'
import type { Trial } from '../gates.ts'
import type { Unless } from '../unless.ts'

/** A predicate with its effect and what the gates say. */
export interface Draft {
  readonly predicate: readonly Literal[]
  readonly effect: RuleEffect
  /** Rules that go before it. */
  readonly unless: Unless
  /** Over the whole archive; not at risk where a rule goes before. */
  readonly fits: Uint8Array
  /** {@link baseRate} of the effect. */
  readonly base: number
  readonly gain: number
  readonly trial: Trial
}
