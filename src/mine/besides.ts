import type { EffectStep, HiddenRule } from '../model/hidden-rule.ts'
import type { DecisionId, HiddenRuleId } from '../model/ids.ts'
import { givesLegacy, outcomeAt, stepOutcomes } from './fit.ts'
import type { Archive } from './search/sample.ts'
import type { AnswerPath } from './table/answers.ts'
import type { CaseTable } from './table/case-table.ts'
import { rowsOfRule } from './unless.ts'

/**
 * Where the candidate's answer is proved wrong, what it would have said is not known; but that the legacy followed a rule
 * can still be seen: the predicate holds, and the legacy's answer is the one that the rule demands.
 */
export const rulesBesides = (rules: readonly HiddenRule[], archive: Archive, table: CaseTable): ReadonlyMap<DecisionId, HiddenRuleId> => {
  const besides = new Map<DecisionId, HiddenRuleId>()
  const { features, split, answers } = archive
  for (const rule of rules) {
    const steps = stepOutcomes(rule.effect, answers, features)
    const paths = rule.effect.flatMap((step) => answers.paths.find((path) => path.path === step.path) ?? [])
    if (steps === null) continue
    for (const row of rowsOfRule(rule, features, split.aside)) {
      const id = table.ids[row]
      // Where both said the same, the rule shows nothing.
      if (id === undefined || besides.has(id) || paths.every((path) => path.candidate[row] === path.legacy[row])) continue
      const isLimit = rule.effect.every((step, i) => isAtLimit(step, paths[i], row))
      if (givesLegacy(outcomeAt(steps, row)) || isLimit) besides.set(id, rule.id)
    }
  }
  return besides
}

/** The legacy's answer is just what the step leads to, whatever the candidate would have said. */
const isAtLimit = (step: EffectStep, path: AnswerPath | undefined, row: number): boolean => {
  const legacy = path?.legacy[row] ?? 0
  if (path === undefined) return false
  if (step.kind === 'set') return legacy === path.codeOf(step.value)
  if (step.kind === 'min' || step.kind === 'max') return path.numbers[legacy] === step.value
  return false
}
