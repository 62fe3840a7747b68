import type { Answer, Cell } from './cells.ts'
import { numberOf, whole } from './cells.ts'
import { chosenInstead } from './other-choice.ts'
import type { OtherChoice } from './other-choice.ts'
import type { Facts, Feature } from './feature.ts'
import { featureValue } from './feature.ts'

/** One condition of a planted rule. A null fulfils none but `is-null`. */
export type Condition =
  | { readonly is: 'at-least' | 'at-most'; readonly feature: Feature; readonly value: number }
  /** Both ends included; wraps around where `from` is greater than `to`. */
  | { readonly is: 'between'; readonly feature: Feature; readonly from: number; readonly to: number }
  | { readonly is: 'in' | 'not-in'; readonly feature: Feature; readonly values: readonly (string | number | boolean)[] }
  | { readonly is: 'null'; readonly feature: Feature }
  /** True when exactly one of both is: outside of every conjunction. */
  | { readonly is: 'either'; readonly left: Condition; readonly right: Condition }
  /** Depends on what nobody recorded: `share` of the decisions, by their number. */
  | { readonly is: 'unrecorded'; readonly share: number }

/** What the legacy does with the policy's answer. */
export type Effect =
  | { readonly do: 'answer'; readonly answer: Answer }
  /** Grants in full what the policy granted in part or not at all. */
  | { readonly do: 'grant' }
  | { readonly do: 'set'; readonly field: string; readonly value: Cell }
  | { readonly do: 'min' | 'max' | 'add' | 'floor-to'; readonly field: string; readonly value: number }
  | { readonly do: 'scale'; readonly field: string; readonly factor: number }
  | { readonly do: 'copy' | 'min-fact'; readonly field: string; readonly fact: string }
  | OtherChoice

/** A rule that nobody wrote down. Of a scenario's list the first whose conditions hold is the only one that acts. */
export interface PlantedRule {
  readonly id: string
  /** Number in the catalogue of kinds, or `x…` for what no conjunction of recorded features says. */
  readonly kind: string
  readonly conditions: readonly Condition[]
  readonly effect: Effect
  readonly inLanguage: boolean
}

export const conditionHolds = (condition: Condition, facts: Facts, unrecorded: number): boolean => {
  switch (condition.is) {
    case 'either':
      return conditionHolds(condition.left, facts, unrecorded) !== conditionHolds(condition.right, facts, unrecorded)
    case 'unrecorded':
      return unrecorded < condition.share
    case 'null':
      return featureValue(condition.feature, facts) === null
    case 'in':
    case 'not-in': {
      const value = featureValue(condition.feature, facts)
      return value !== null && condition.values.includes(value) === (condition.is === 'in')
    }
    case 'at-least':
    case 'at-most':
    case 'between':
      return numberHolds(condition, featureValue(condition.feature, facts))
    default:
      return condition satisfies never
  }
}

const numberHolds = (
  condition: Extract<Condition, { readonly is: 'at-least' | 'at-most' | 'between' }>,
  found: Cell | boolean,
): boolean => {
  const value = typeof found === 'boolean' ? null : numberOf(found)
  if (value === null || Number.isNaN(value)) return false
  if (condition.is === 'between') {
    const { from, to } = condition
    return from <= to ? value >= from && value <= to : value >= from || value <= to
  }
  return condition.is === 'at-least' ? value >= condition.value : value <= condition.value
}

export const ruleHolds = (rule: PlantedRule, facts: Facts, unrecorded: number): boolean =>
  rule.conditions.every((condition) => conditionHolds(condition, facts, unrecorded))

/** What the effect makes of the policy's answer; the same object when it changes nothing. */
export const withEffect = (effect: Effect, base: Answer, facts: Facts, granted: Answer): Answer => {
  switch (effect.do) {
    case 'answer':
      return effect.answer
    case 'grant':
      return granted
    case 'set':
      return { ...base, [effect.field]: effect.value }
    case 'min':
      return { ...base, [effect.field]: Math.min(whole(base[effect.field]), effect.value) }
    case 'max':
      return { ...base, [effect.field]: Math.max(whole(base[effect.field]), effect.value) }
    case 'add':
      return { ...base, [effect.field]: whole(base[effect.field]) + effect.value }
    case 'floor-to':
      return { ...base, [effect.field]: Math.floor(whole(base[effect.field]) / effect.value) * effect.value }
    case 'scale':
      return { ...base, [effect.field]: whole(base[effect.field]) * effect.factor }
    case 'copy':
      return { ...base, [effect.field]: facts.cell(effect.fact) ?? null }
    case 'min-fact':
      return { ...base, [effect.field]: Math.min(whole(base[effect.field]), whole(facts.cell(effect.fact))) }
    case 'choose': {
      const own = base[effect.field] ?? null
      const chosen = chosenInstead(effect, own, facts.cell(effect.need), facts.alternatives)
      return chosen === own ? base : { ...base, [effect.field]: chosen }
    }
    default:
      return effect satisfies never
  }
}

/** The facts that a condition looks at; `clock` and `history` where it looks at the calendar and at earlier decisions. */
export const factsOf = (condition: Condition): readonly string[] => {
  switch (condition.is) {
    case 'either':
      return [...factsOf(condition.left), ...factsOf(condition.right)]
    case 'unrecorded':
      return []
    case 'at-least':
    case 'at-most':
    case 'between':
    case 'in':
    case 'not-in':
    case 'null': {
      const { feature } = condition
      if ('zone' in feature) return ['clock']
      if (feature.fn === 'earlier' || feature.fn === 'earlier-today') return ['history', feature.of]
      return 'to' in feature ? [feature.of, feature.to] : [feature.of]
    }
    default:
      return condition satisfies never
  }
}
