import type { ContextName, EpochMs, HiddenRuleId } from './ids.ts'
import type { Data } from './value.ts'

/** One condition of a mined rule. */
export type Literal =
  | { readonly kind: 'at-least'; readonly feature: string; readonly value: number }
  | { readonly kind: 'at-most'; readonly feature: string; readonly value: number }
  | { readonly kind: 'between'; readonly feature: string; readonly from: number; readonly to: number }
  /** Wraps around: hour 22..2. */
  | { readonly kind: 'around'; readonly feature: string; readonly from: number; readonly to: number }
  | { readonly kind: 'in'; readonly feature: string; readonly values: readonly (string | number | boolean)[] }
  | { readonly kind: 'is-null'; readonly feature: string }

/** What the legacy did instead, as a function of the candidate's as-of answer. Paths are JSON Pointers into the answer. */
export type EffectStep =
  | { readonly kind: 'set'; readonly path: string; readonly value: Data }
  | { readonly kind: 'min'; readonly path: string; readonly value: number }
  | { readonly kind: 'max'; readonly path: string; readonly value: number }
  | { readonly kind: 'add'; readonly path: string; readonly value: number }
  | { readonly kind: 'round-down'; readonly path: string; readonly multiple: number }
  | { readonly kind: 'scale'; readonly path: string; readonly factor: number }
  | { readonly kind: 'copy'; readonly path: string; readonly feature: string }
  | { readonly kind: 'min-feature'; readonly path: string; readonly feature: string }
  | { readonly kind: 'remove'; readonly path: string }

/** One alternative answer, as steps that are all applied. */
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
}
