import type { ContextName, DecisionId, EpochMs, HiddenRuleId } from './ids.ts'
import type { Data } from './value.ts'

/**
 * One condition of a mined rule. `feature` names a fact (`trigger.qty`) or what is derived from facts (`hour(clock)`): the
 * names are told in docs/hidden-rules.md. Numbers are compared by value, decimal text too; texts without the spaces around them.
 * A value that is not given satisfies `is-null` and `not-in` only.
 */
export type Literal =
  | { readonly kind: 'at-least'; readonly feature: string; readonly value: number }
  | { readonly kind: 'at-most'; readonly feature: string; readonly value: number }
  /** Both ends belong to it. */
  | { readonly kind: 'between'; readonly feature: string; readonly from: number; readonly to: number }
  /** Wraps around: hour 22..2; both ends belong to it. */
  | { readonly kind: 'around'; readonly feature: string; readonly from: number; readonly to: number }
  | { readonly kind: 'in'; readonly feature: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'not-in'; readonly feature: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'is-null'; readonly feature: string }
  | { readonly kind: 'is-given'; readonly feature: string }

/** `down` and `up` go by the number line, `zero` cuts off; the halves go away from zero, to the even multiple, or towards zero. */
export type Rounding = 'down' | 'up' | 'zero' | 'half-up' | 'half-even' | 'half-down'

/**
 * One input of a decision as something else than it was. `input` names a projection (`read.customer`: what was read of it by a key, or all of a
 * group), a field of what was read (`read.customer.limit`), or a field of the trigger's data (`trigger.amt`). Absent: nothing is there.
 * Unlimited: a number so large that nothing exceeds it.
 */
export type InputChange =
  | { readonly input: string; readonly to: 'absent' | 'unlimited' }
  | { readonly input: string; readonly to: 'value'; readonly value: Data }

/** What an alternative must be to be chosen: like the candidate's own in this field, not beyond a feature of the decision, or one of some values. */
export type ChoiceCondition =
  | { readonly field: string; readonly is: 'same' }
  | { readonly field: string; readonly is: 'at-least' | 'at-most'; readonly feature: string }
  | { readonly field: string; readonly is: 'in'; readonly values: readonly (string | number | boolean)[] }

/** Texts go by their characters' codes, in ASCII (where digits come first) or in EBCDIC (where they come last). */
export interface ChoiceOrder {
  readonly field: string
  readonly first: 'lowest' | 'highest'
  readonly collation?: 'ebcdic'
}

/**
 * One of several alternatives: of those that fulfil all conditions the first in this order, where each further order is for those that are equal
 * in the ones before. `list` names what was read of a group (`read.nodes`) or a list of the trigger (`trigger.offers`). The candidate tells at
 * `path`, by the alternatives' `field`, which one is its own; where it tells none of them, or two are first, nothing is chosen.
 */
export interface Choice {
  readonly list: string
  readonly path: string
  readonly field: string
  readonly among: readonly ChoiceCondition[]
  readonly by: readonly ChoiceOrder[]
}

/**
 * What the legacy did instead, as a function of the candidate's as-of answer. Paths are JSON Pointers into the answer; `value`
 * in the notes is what stands there. A step that needs a number where there is none changes nothing.
 */
export type EffectStep =
  | { readonly kind: 'set'; readonly path: string; readonly value: Data }
  | { readonly kind: 'min'; readonly path: string; readonly value: number }
  | { readonly kind: 'max'; readonly path: string; readonly value: number }
  | { readonly kind: 'add'; readonly path: string; readonly value: number }
  | { readonly kind: 'round-down'; readonly path: string; readonly multiple: number }
  /** Whole values stay whole (rounded down), others are rounded to 0.01. */
  | { readonly kind: 'scale'; readonly path: string; readonly factor: number }
  /** Null where the feature is not given. */
  | { readonly kind: 'copy'; readonly path: string; readonly feature: string }
  | { readonly kind: 'min-feature'; readonly path: string; readonly feature: string }
  | { readonly kind: 'max-feature'; readonly path: string; readonly feature: string }
  /** The largest multiple of the feature that is not above the value. */
  | { readonly kind: 'multiple-of'; readonly path: string; readonly feature: string }
  /** The value, or the feature where one is named, rounded to a multiple of `unit`. */
  | { readonly kind: 'round'; readonly path: string; readonly feature: string | null; readonly unit: number; readonly mode: Rounding }
  /** value × factor + feature × times + plus, rounded to a multiple of `unit`. */
  | {
      readonly kind: 'linear'
      readonly path: string
      readonly factor: number
      readonly feature: string | null
      readonly times: number
      readonly plus: number
      readonly unit: number
      readonly mode: Rounding
    }
  /** value × feature, or value / feature, rounded to a multiple of `unit`. */
  | {
      readonly kind: 'by-feature'
      readonly path: string
      readonly feature: string
      readonly divide: boolean
      readonly unit: number
      readonly mode: Rounding
    }
  /** Values of `from` become the value at the same place of `to`; others stay. */
  | {
      readonly kind: 'map'
      readonly path: string
      readonly from: readonly (string | number | boolean)[]
      readonly to: readonly (string | number | boolean)[]
    }
  /** The remainder after division by `modulus`: what is left where a field overflows. */
  | { readonly kind: 'wrap'; readonly path: string; readonly modulus: number }
  /** Moves a calendar day or an instant; the text keeps its form. */
  | { readonly kind: 'shift-days'; readonly path: string; readonly days: number }
  /** Moves a calendar day, or the day of an instant, to the one that is named; business days are Monday to Friday. */
  | { readonly kind: 'to-day'; readonly path: string; readonly day: 'business-day' | 'business-day-before' | 'month-end' | 'next-month' }
  | { readonly kind: 'text'; readonly path: string; readonly as: 'trim' | 'upper' | 'lower' }
  | { readonly kind: 'cut'; readonly path: string; readonly length: number }
  | { readonly kind: 'remove'; readonly path: string }
  /** What the candidate answers at that place when these inputs are changed, all of them together. */
  | { readonly kind: 'as-if'; readonly path: string; readonly changes: readonly InputChange[] }
  /** What `field` tells of the alternative that is chosen. */
  | { readonly kind: 'choose'; readonly path: string; readonly field: string; readonly choice: Choice }

/** One alternative answer, as steps that are all applied; each place is named by one step only. */
export type RuleEffect = readonly EffectStep[]

export interface RuleCounts {
  /** Legacy did what the rule says. */
  readonly fits: number
  /** Legacy did what the candidate says though the predicate holds. */
  readonly breaks: number
  /** Legacy did a third thing. */
  readonly other: number
}

/** A mined predicate → effect. `confirmed` and `provisional` rules are shown as true; a `lead` is a hint only. */
export interface HiddenRule {
  readonly id: HiddenRuleId
  readonly context: ContextName
  readonly status: 'lead' | 'provisional' | 'confirmed'
  readonly predicate: readonly Literal[]
  /** Where all conditions of one of these hold, another rule goes before this one, which is silent there. Absent: nowhere. */
  readonly unless?: readonly (readonly Literal[])[]
  readonly effect: RuleEffect
  /** The rule as a sentence that its owner can ratify. */
  readonly words: string
  readonly train: RuleCounts
  readonly holdout: RuleCounts
  /** Replay of the archive with the rule laid over the candidate. */
  readonly replay: { readonly restored: number; readonly broken: number }
  readonly precision: number
  /** One-sided 95 % lower bound of the precision on the holdout (Clopper-Pearson). */
  readonly precisionLower: number
  readonly firstSeenAt: EpochMs
  readonly lastSeenAt: EpochMs
  readonly exposure: number | null
  readonly examples: readonly string[]
  readonly counterExamples: readonly string[]
  /** Absent in archives that were mined before there was such a thing. */
  readonly detail?: RuleDetail
}

/** What an owner needs to ratify a rule, and a developer to implement it. */
export interface RuleDetail {
  /** The gate that a lead did not pass; null for rules. */
  readonly failedGate: string | null
  /** Newest decision that was known when the rule first appeared, over all nights. */
  readonly foundAt: EpochMs
  /** Decisions after `foundAt`: nothing was tuned on them. `evidence` is the anytime-valid e-value against a precision of 0.8 or less. */
  readonly sinceFound: { readonly fits: number; readonly breaks: number; readonly evidence: number }
  /** When the rule was in force; null where the recorded time ends before the rule does. Ends are at decisions, not between. */
  readonly validity: { readonly from: EpochMs | null; readonly to: EpochMs | null }
  /** For each constant, how far the data let it go. */
  readonly gaps: readonly RuleGap[]
  readonly days: readonly RuleDay[]
  /** Where the rule ceased to hold: the legacy changed, or the rule is part of another. */
  readonly drift: RuleDrift | null
  /** Other ways to say it that every recorded decision allows. */
  readonly equivalents: readonly EquivalentRule[]
  /** What to ask the legacy's expert next; null when there is nothing left to ask. */
  readonly question: RuleQuestion | null
  readonly patch: RulePatch
}

/** The constant may be anything above `outside` and up to `inside` (or the other way round); `outside` is null where nothing lies beyond. */
export interface RuleGap {
  readonly feature: string
  readonly border: 'lower' | 'upper'
  readonly printed: number
  readonly inside: number
  readonly outside: number | null
}

export interface RuleDay {
  /** `2026-03-01`, UTC. */
  readonly day: string
  readonly fits: number
  readonly breaks: number
}

export interface RuleDrift {
  readonly at: EpochMs
  readonly precisionBefore: number
  readonly precisionAfter: number
}

export interface EquivalentRule {
  readonly predicate: readonly Literal[]
  readonly words: string
}

/** An input on which the equivalent rules differ: the legacy's answer to it would tell them apart. */
export interface RuleQuestion {
  readonly words: string
  readonly input: Readonly<Record<string, Data>>
  /** The recorded decision that it is taken from, or that it was changed from. */
  readonly from: DecisionId
}

/** Source text, complete and compilable: a function to lay over the candidate, and its cases for vitest. */
export interface RulePatch {
  readonly overlay: string
  readonly test: string
}
