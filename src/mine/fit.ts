import type { RuleEffect } from '../model/hidden-rule.ts'
import { chooserOf, noItem } from './choices/choose.ts'
import { answerCodes, fieldOf } from './choices/item-columns.ts'
import { featureOf, isAsIfStep, isChooseStep, isNumberStep, numberAfter, valueAfter } from './effects/apply-step.ts'
import type { AsIfStep, ChooseStep, NumberStep } from './effects/apply-step.ts'
import type { AnswerPath, AnswerTable } from './table/answers.ts'
import { changesKey, unknownAnswer } from './table/otherwise.ts'
import type { FeatureTable } from './features/view.ts'

/** What one effect is to one case. */
export const fit = { notAtRisk: 0, fits: 1, breaks: 2, other: 3 } as const

const inapplicable = -1
const changed = 1
const equalsLegacy = 2
const unsaidBit = 4

/** Per row: {@link inapplicable}, or whether the step changes the candidate's value, and whether it gives the legacy's. */
type StepOutcome = (row: number) => number

/**
 * Compares an effect with every case, on the places that the effect names; all other places are consequences of these
 * and not looked at. At risk: the effect would change the candidate's answer. Fits: the answers differ, and the legacy
 * has exactly what the effect says. Breaks: the answers agree. Other: the legacy did a third thing.
 */
export const fitsOf = (effect: RuleEffect, answers: AnswerTable, features: FeatureTable): Uint8Array => {
  const rows = answers.agree.length
  const fits = new Uint8Array(rows)
  const { agree } = answers
  const coded = codedSteps(effect, answers)
  const [first, ...more] = coded ?? []
  if (coded !== null && first !== undefined) return more.length === 0 ? fitsByCode(first, agree) : fitsByCodes(coded, agree)
  const steps = stepOutcomes(effect, answers, features)
  if (steps === null) return fits
  for (let row = 0; row < rows; row++) {
    const outcome = outcomeAt(steps, row)
    if (outcome === inapplicable || (outcome & changed) === 0) continue
    fits[row] = agree[row] === 1 ? fit.breaks : (outcome & equalsLegacy) !== 0 ? fit.fits : fit.other
  }
  return fits
}

/** A step whose result hangs on the candidate's value alone. */
interface CodedStep {
  readonly path: AnswerPath
  readonly after: Int32Array
}

/** All steps as such; null where one of them is none. Most effects are so, and all rows are asked. */
const codedSteps = (effect: RuleEffect, { paths }: AnswerTable): readonly CodedStep[] | null => {
  const steps = effect.flatMap((step): readonly CodedStep[] => {
    const path = paths.find((one) => one.path === step.path)
    const after = path === undefined ? null : codesAfter(step, path)
    return path === undefined || after === null ? [] : [{ path, after }]
  })
  return steps.length < effect.length ? null : steps
}

const fitsByCode = ({ path: { candidate, legacy }, after }: CodedStep, agree: Uint8Array): Uint8Array => {
  const fits = new Uint8Array(agree.length)
  for (let row = 0; row < agree.length; row++) {
    const mine = candidate[row] ?? 0
    const wanted = after[mine] ?? unsaid
    if (wanted === mine || wanted === unsaid) continue
    fits[row] = agree[row] === 1 ? fit.breaks : wanted === legacy[row] ? fit.fits : fit.other
  }
  return fits
}

/** Place by place, which is many times as fast as row by row. */
const fitsByCodes = (steps: readonly CodedStep[], agree: Uint8Array): Uint8Array => {
  const together = new Uint8Array(agree.length).fill(equalsLegacy)
  for (const { path, after } of steps) {
    const { candidate, legacy } = path
    for (let row = 0; row < together.length; row++) {
      const mine = candidate[row] ?? 0
      const wanted = after[mine] ?? unsaid
      const before = together[row] ?? 0
      if (wanted === unsaid) together[row] = before | unsaidBit
      else together[row] = (wanted === legacy[row] ? before : before & ~equalsLegacy) | (wanted === mine ? 0 : changed)
    }
  }
  for (let row = 0; row < together.length; row++) {
    const outcome = together[row] ?? 0
    const isAtRisk = (outcome & unsaidBit) === 0 && (outcome & changed) !== 0
    together[row] = !isAtRisk ? fit.notAtRisk : agree[row] === 1 ? fit.breaks : (outcome & equalsLegacy) !== 0 ? fit.fits : fit.other
  }
  return together
}

/** What each step does, row by row; null when the effect names a place that no answer has. */
export const stepOutcomes = (effect: RuleEffect, answers: AnswerTable, features: FeatureTable): readonly StepOutcome[] | null => {
  const steps = effect.flatMap((step) => {
    const path = answers.paths.find((one) => one.path === step.path)
    if (path === undefined) return []
    return [isChooseStep(step) ? choiceOutcome(step, path, answers, features) : outcomeOf(step, path, features)]
  })
  return steps.length < effect.length ? null : steps
}

/** Where nothing is chosen, the step says nothing. */
const choiceOutcome = (step: ChooseStep, path: AnswerPath, answers: AnswerTable, features: FeatureTable): StepOutcome => {
  const chooser = chooserOf(step.choice, answers, features)
  const told = chooser === null ? undefined : fieldOf(chooser.list, step.field)
  if (chooser === null || told === undefined) return () => inapplicable
  const codes = answerCodes(told, path)
  return (row) => {
    const item = chooser.chosen(row)
    if (item === noItem) return inapplicable
    const wanted = codes(item)
    return (wanted === path.candidate[row] ? 0 : changed) | (wanted === path.legacy[row] ? equalsLegacy : 0)
  }
}

const outcomeOf = (step: Exclude<RuleEffect[number], ChooseStep>, path: AnswerPath, features: FeatureTable): StepOutcome => {
  if (isAsIfStep(step)) return otherwiseOutcome(step, path)
  const after = codesAfter(step, path)
  return after !== null || !isNumberStep(step) ? byCode(path, after ?? new Int32Array(0)) : numberOutcome(step, path, features)
}

/** Where it is not known what the candidate would have answered, the step says nothing. */
const otherwiseOutcome = ({ changes }: AsIfStep, { otherwise, candidate, legacy }: AnswerPath): StepOutcome => {
  const codes = otherwise?.get(changesKey(changes))?.codes
  if (codes === undefined) return () => inapplicable
  return (row) => {
    const wanted = codes[row] ?? unknownAnswer
    return wanted === unknownAnswer ? inapplicable : (wanted === candidate[row] ? 0 : changed) | (wanted === legacy[row] ? equalsLegacy : 0)
  }
}

/** All steps together: changed where one changes, equal where all are. */
export const outcomeAt = (steps: readonly StepOutcome[], row: number): number => {
  let together = equalsLegacy
  for (let i = 0; i < steps.length; i++) {
    const outcome = steps[i]?.(row) ?? inapplicable
    if (outcome === inapplicable) return inapplicable
    together = ((together | outcome) & changed) | (together & outcome & equalsLegacy)
  }
  return together
}

export const givesLegacy = (outcome: number): boolean => outcome !== inapplicable && (outcome & equalsLegacy) !== 0

/** Up to so many different values a step is worked out once for each of them, not once a row. */
const fewValues = 4096

const numberOutcome = (step: NumberStep, path: AnswerPath, features: FeatureTable): StepOutcome => {
  const { candidate, legacy, numbers } = path
  const named = featureOf(step)
  const column = named === null ? undefined : features.byName.get(named)
  if (named !== null && column?.kind !== 'number') return () => inapplicable
  const told = (mine: number, other: number, theirs: number | undefined): number => {
    const wanted = numberAfter(step, mine, other)
    return Number.isNaN(wanted) ? inapplicable : (wanted === mine ? 0 : changed) | (wanted === theirs ? equalsLegacy : 0)
  }
  if (column?.kind === 'number') {
    const others = column.numbers
    if (step.kind === 'copy') return copyOutcome(path, others)
    return (row) => told(numbers[candidate[row] ?? 0] ?? Number.NaN, others[row] ?? Number.NaN, numbers[legacy[row] ?? 0])
  }
  return (row) => told(numbers[candidate[row] ?? 0] ?? Number.NaN, Number.NaN, numbers[legacy[row] ?? 0])
}

/** Where there is nothing to copy, there is nothing afterwards. */
const copyOutcome = ({ candidate, legacy, numbers, codeOf }: AnswerPath, others: Float64Array): StepOutcome => {
  const empty = codeOf(null)
  return (row) => {
    const mine = numbers[candidate[row] ?? 0] ?? Number.NaN
    if (Number.isNaN(mine)) return inapplicable
    const other = others[row] ?? Number.NaN
    if (Number.isNaN(other)) return changed | (legacy[row] === empty ? equalsLegacy : 0)
    return (other === mine ? 0 : changed) | (other === numbers[legacy[row] ?? 0] ? equalsLegacy : 0)
  }
}

const byCode = ({ candidate, legacy }: AnswerPath, after: Int32Array): StepOutcome => {
  return (row) => {
    const mine = candidate[row] ?? 0
    const wanted = after[mine] ?? unsaid
    return wanted === unsaid ? inapplicable : (wanted === mine ? 0 : changed) | (wanted === legacy[row] ? equalsLegacy : 0)
  }
}

/** The code that the step makes of each code; null where it hangs on more than that, or there are too many. */
const codesAfter = (step: RuleEffect[number], path: AnswerPath): Int32Array | null => {
  if (isAsIfStep(step) || isChooseStep(step)) return null
  if (!isNumberStep(step)) {
    const constant = step.kind === 'set' ? path.codeOf(step.value) : 0
    if (step.kind === 'set' || step.kind === 'remove') return new Int32Array(path.values.length).fill(constant)
    return Int32Array.from(path.values, (value, code) => (code === 0 ? 0 : path.codeOf(valueAfter(step, value))))
  }
  if (featureOf(step) !== null || path.numbers.length > fewValues) return null
  return Int32Array.from(path.numbers, (mine) => {
    const wanted = numberAfter(step, mine, Number.NaN)
    return Number.isNaN(wanted) ? unsaid : path.codeOf(wanted)
  })
}

/** No code at all: the step cannot be applied. */
const unsaid = -2
