import type { EffectStep, HiddenRule, RuleEffect } from '../model/hidden-rule.ts'
import { encode } from '../model/canonical.ts'
import { getAt, setAt } from '../model/pointer.ts'
import type { Observation } from '../model/observation.ts'
import type { Data } from '../model/value.ts'
import type { MiningCase } from './case.ts'
import { chosenOf } from './choices/chosen.ts'
import type { Chosen } from './choices/chosen.ts'
import { featureOf, isAsIfStep, isChooseStep, isNumberStep, numberAfter, valueAfter } from './effects/apply-step.ts'
import { featuresOf } from './features/features.ts'
import { bothFeature } from './features/pairs.ts'
import { viewOf } from './features/view.ts'
import type { FeatureTable } from './features/view.ts'
import { numberOf } from './scalar.ts'
import { caseTable } from './table/case-table.ts'
import { rowsOfRule } from './unless.ts'

/** The candidate's answers with the rule laid over them, one per case; answers that the rule does not touch are the same object. */
export const overlay = (
  rule: Pick<HiddenRule, 'predicate' | 'effect' | 'unless'>,
  cases: readonly MiningCase[],
  zone?: string,
): readonly Observation[] => {
  const table = caseTable(cases)
  const features = viewOf(featuresOf(table, null, { zone }), null, table.rows)
  for (const literal of [...rule.predicate, ...(rule.unless ?? []).flat()]) learnBoth(literal.feature, features)
  const rowOf = new Map(table.ids.map((id, row) => [id, row]))
  const holds = new Set(
    rowsOfRule(
      rule,
      features,
      Int32Array.from(table.ids, (_, row) => row),
    ),
  )
  return cases.map((one) => {
    const row = rowOf.get(one.id)
    if (row === undefined || !holds.has(row)) return one.candidate
    const numberOf = (feature: string): number => {
      const column = features.byName.get(feature)
      return column?.kind === 'number' ? (column.numbers[row] ?? Number.NaN) : Number.NaN
    }
    return applyEffect(rule.effect, one.candidate, numberOf, undefined, chosenOf(table.answers, features, row))
  })
}

/** Makes `both(a, b)` known, which is no column until a rule needs it. */
export const learnBoth = (name: string, features: FeatureTable): void => {
  if (!name.startsWith('both(') || features.byName.has(name)) return
  for (let comma = name.indexOf(', '); comma > 0; comma = name.indexOf(', ', comma + 1)) {
    const [a, b] = [features.featureOf(name.slice(5, comma)), features.featureOf(name.slice(comma + 2, -1))]
    if (a?.kind === 'category' && b?.kind === 'category') features.learn(bothFeature(a, b))
  }
}

/**
 * The answer that the rule gives instead of this one. Places that the effect does not name stay as they are, even where
 * the legacy would let them follow (a capped quantity's allocations): compare only places that the effect names. `otherwise` is what the
 * candidate answers to the inputs that the effect changes, where it changes any; `chosen` is what an alternative says, where the effect chooses one.
 */
export const applyEffect = (
  effect: RuleEffect,
  observation: Observation,
  feature: (name: string) => number,
  otherwise?: Data,
  chosen: Chosen = () => undefined,
): Observation => {
  if (observation.kind !== 'decided') return observation
  const answer = effect.reduce((made: Data, step) => applyStep(step, made, { feature, otherwise, chosen }), observation.answer)
  return { ...observation, answer }
}

/** Whether two answers are equal on every place that the effect names. Numbers are compared by value. */
export const matches = (effect: RuleEffect, a: Observation, b: Observation): boolean =>
  a.kind === 'decided' &&
  b.kind === 'decided' &&
  effect.every(({ path }) => {
    const [left, right] = [getAt(a.answer, path), getAt(b.answer, path)]
    if (left === undefined || right === undefined) return left === right
    const number = numberOf(left)
    return Number.isNaN(number) ? encode(left) === encode(right) : number === numberOf(right)
  })

interface Known {
  readonly feature: (name: string) => number
  readonly otherwise: Data | undefined
  readonly chosen: Chosen
}

const applyStep = (step: EffectStep, answer: Data, { feature, otherwise, chosen }: Known): Data => {
  const before = getAt(answer, step.path)
  if (isChooseStep(step)) {
    const told = chosen(step)
    return told === undefined ? answer : setAt(answer, step.path, told)
  }
  if (isAsIfStep(step)) return otherwise === undefined ? answer : setAt(answer, step.path, getAt(otherwise, step.path))
  if (!isNumberStep(step)) return setAt(answer, step.path, valueAfter(step, before))
  const mine = numberOf(before)
  const named = featureOf(step)
  const wanted = numberAfter(step, mine, named === null ? Number.NaN : feature(named))
  // Where there is nothing to copy, there is nothing afterwards.
  if (step.kind === 'copy' && Number.isNaN(wanted) && !Number.isNaN(mine)) return setAt(answer, step.path, null)
  return before === undefined || Number.isNaN(wanted) ? answer : setAt(answer, step.path, inKindOf(before, wanted))
}

/** Bigints stay bigints, decimal text keeps its scale. */
const inKindOf = (before: Data, wanted: number): Data => {
  if (typeof before === 'bigint') return BigInt(Math.round(wanted))
  return typeof before === 'string' ? wanted.toFixed(before.split('.')[1]?.length ?? 0) : wanted
}
