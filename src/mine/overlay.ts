import type { EffectStep, HiddenRule, RuleEffect } from '../model/hidden-rule.ts'
import type { Observation } from '../model/observation.ts'
import { getAt, setAt } from '../model/pointer.ts'
import { encode } from '../model/canonical.ts'
import type { Data } from '../model/value.ts'
import { answerTable } from './answers.ts'
import type { MiningCase } from './case.ts'
import { featureOf, isNumberStep, numberAfter, valueAfter } from './effects/apply-step.ts'
import { featureTable } from './features.ts'
import { rowsWhere } from './predicate.ts'
import { numberOf } from './scalar.ts'

/** The candidate's answers with the rule laid over them, one per case; answers that the rule does not touch are the same object. */
export const overlay = (
  rule: Pick<HiddenRule, 'predicate' | 'effect'>,
  cases: readonly MiningCase[],
  zone?: string,
): readonly Observation[] => {
  const features = featureTable(cases, answerTable(cases), zone)
  const holds = new Set(
    rowsWhere(
      rule.predicate,
      features,
      Int32Array.from(cases, (_, row) => row),
    ),
  )
  return cases.map((one, row) => {
    if (!holds.has(row)) return one.candidate
    return applyEffect(rule.effect, one.candidate, (feature) => {
      const column = features.byName.get(feature)
      return column?.kind === 'number' ? (column.numbers[row] ?? Number.NaN) : Number.NaN
    })
  })
}

/**
 * The answer that the rule gives instead of this one. Places that the effect does not name stay as they are, even where
 * the legacy would let them follow (a capped quantity's allocations): compare only places that the effect names.
 */
export const applyEffect = (effect: RuleEffect, observation: Observation, feature: (name: string) => number): Observation => {
  if (observation.kind !== 'decided') return observation
  const answer = effect.reduce((made: Data, step) => applyStep(step, made, feature), observation.answer)
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

const applyStep = (step: EffectStep, answer: Data, feature: (name: string) => number): Data => {
  const before = getAt(answer, step.path)
  if (!isNumberStep(step)) return setAt(answer, step.path, valueAfter(step, before))
  const mine = numberOf(before)
  const named = featureOf(step)
  const wanted = numberAfter(step, mine, named === null ? Number.NaN : feature(named))
  return before === undefined || Number.isNaN(wanted) ? answer : setAt(answer, step.path, inKindOf(before, wanted))
}

/** Bigints stay bigints, decimal text keeps its scale. */
const inKindOf = (before: Data, wanted: number): Data => {
  if (typeof before === 'bigint') return BigInt(Math.round(wanted))
  return typeof before === 'string' ? wanted.toFixed(before.split('.')[1]?.length ?? 0) : wanted
}
