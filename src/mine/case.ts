import type { ContextName, DecisionId, EpochMs, HiddenRuleId } from '../model/ids.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { Observation } from '../model/observation.ts'
import type { Data } from '../model/value.ts'

/** One decision as the miner sees it. Agreeing decisions are needed too: they are the counter-evidence. */
export interface MiningCase {
  readonly id: DecisionId
  /** The legacy's own clock at the decision. */
  readonly at: EpochMs
  /** Decisions of one entity (an order, a customer) stay on one side of the train/holdout split. Default: the id. */
  readonly entity?: string
  /** The as-of answer. */
  readonly candidate: Observation
  readonly legacy: Observation
  /** Whether comparison found no difference. Default: equality of the answers. */
  readonly agrees?: boolean
  /** The candidate's answer is proved wrong: no rule is learnt from it, but known rules are looked for in it. */
  readonly proved?: boolean
  /** Named values of the trigger's side, e.g. `trigger.qty`, `row.cust_mst.tier_cd`. Never anything that the legacy answered. */
  readonly facts: Readonly<Record<string, Data>>
  /** Alternatives that the decision had, by name (`read.nodes`): what the legacy may have chosen from. */
  readonly lists?: Readonly<Record<string, readonly Data[]>>
  /** Money at stake, in the smallest unit; null when unknown. */
  readonly exposure: number | null
}

export interface MiningOptions {
  readonly context: ContextName
  /** IANA zone whose calendar is tried besides UTC, and besides those that many businesses live in. */
  readonly zone?: string
  /** What earlier nights found: tried first, so that tonight's search begins at what they do not explain. */
  readonly known?: readonly HiddenRule[]
  /** Features are the facts, the clock and the candidate's answer as they are: nothing is derived from them. */
  readonly plain?: boolean
  /** Facts that the candidate looks at, e.g. `trigger.qty`: what is made of several facts is made of these first. */
  readonly looked?: readonly string[]
}

export interface MiningResult {
  /** Rules to be shown as true: provisional or confirmed. */
  readonly rules: readonly HiddenRule[]
  /** Hints that did not pass every gate. Not to be shown as true. */
  readonly leads: readonly HiddenRule[]
  /** Each mismatch that a rule explains → that rule. */
  readonly assignments: ReadonlyMap<DecisionId, HiddenRuleId>
  /** Decisions whose candidate answer is proved wrong, and where a rule is at work besides → that rule. */
  readonly besides: ReadonlyMap<DecisionId, HiddenRuleId>
  /** Rule → every decision that it would change (predicate holds and the effect changes the candidate's answer). */
  readonly extensions: ReadonlyMap<HiddenRuleId, readonly DecisionId[]>
  /** Rule → those of its extension in which the legacy did what it says; several rules may say the same of one decision. */
  readonly restored: ReadonlyMap<HiddenRuleId, readonly DecisionId[]>
}
