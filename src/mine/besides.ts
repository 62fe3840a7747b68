import type { EffectStep, HiddenRule } from '../model/hidden-rule.ts'
import type { DecisionId, HiddenRuleId } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import { getAt } from '../model/pointer.ts'
import type { MiningCase } from './case.ts'
import type { FeatureTable } from './features.ts'
import { applyEffect, matches } from './overlay.ts'
import { rowsWhere } from './predicate.ts'
import { numberOf } from './scalar.ts'
import type { Split } from './split.ts'

/**
 * Where the candidate's answer is proved wrong, what it would have said is not known; but that the legacy followed a rule
 * can still be seen: the predicate holds, and the legacy's answer is the one that the rule demands.
 */
export const rulesBesides = (
  rules: readonly HiddenRule[],
  input: { readonly cases: readonly MiningCase[]; readonly features: FeatureTable; readonly split: Split },
): ReadonlyMap<DecisionId, HiddenRuleId> => {
  const { cases, features, split } = input
  const besides = new Map<DecisionId, HiddenRuleId>()
  for (const rule of rules) {
    for (const row of rowsWhere(rule.predicate, features, split.aside)) {
      const one = cases[row]
      if (one !== undefined && !besides.has(one.id) && isFollowed(rule, one, (name) => numberIn(features, name, row)))
        besides.set(one.id, rule.id)
    }
  }
  return besides
}

const numberIn = (features: FeatureTable, name: string, row: number): number => {
  const column = features.byName.get(name)
  return column?.kind === 'number' ? (column.numbers[row] ?? Number.NaN) : Number.NaN
}

const isFollowed = (rule: HiddenRule, { candidate, legacy }: MiningCase, feature: (name: string) => number): boolean => {
  if (matches(rule.effect, candidate, legacy)) return false
  return matches(rule.effect, applyEffect(rule.effect, candidate, feature), legacy) || rule.effect.every((step) => isAtLimit(step, legacy))
}

/** The legacy's answer is just what the step leads to, whatever the candidate would have said. */
const isAtLimit = (step: EffectStep, legacy: Observation): boolean => {
  if (legacy.kind !== 'decided') return false
  if (step.kind === 'set')
    return matches(
      [step],
      applyEffect([step], legacy, () => Number.NaN),
      legacy,
    )
  if (step.kind === 'min' || step.kind === 'max') return numberOf(getAt(legacy.answer, step.path)) === step.value
  return false
}
