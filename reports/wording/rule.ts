import type { Choice, ChoiceCondition, EffectStep, HiddenRule, Literal } from '../../src/model/hidden-rule.ts'
import { cut, dataText, visible } from './data-text.ts'

const dayMs = 86_400_000

/** One condition as a formula: `qty ≥ 40`. */
export const literalText = (literal: Literal): string => {
  const feature = cut(visible(literal.feature), 120)
  const value = (one: number): string => valueText(literal.feature, one)
  switch (literal.kind) {
    case 'at-least':
      return `${feature} ≥ ${value(literal.value)}`
    case 'at-most':
      return `${feature} ≤ ${value(literal.value)}`
    case 'between':
      return literal.from === literal.to
        ? `${feature} = ${value(literal.from)}`
        : `${value(literal.from)} ≤ ${feature} ≤ ${value(literal.to)}`
    case 'around':
      return `${feature} from ${value(literal.from)} round to ${value(literal.to)}`
    case 'in':
      return `${feature} ${literal.values.length === 1 ? '=' : 'in'} ${cut(literal.values.map((one) => (typeof one === 'number' ? value(one) : dataText(one, 60))).join(', '), 240)}`
    case 'not-in':
      return `${feature} ${literal.values.length === 1 ? '≠' : 'not in'} ${cut(literal.values.map((one) => (typeof one === 'number' ? value(one) : dataText(one, 60))).join(', '), 240)}`
    case 'is-null':
      return `${feature} is absent`
    case 'is-given':
      return `${feature} is given`
    default:
      return literal satisfies never
  }
}

/** A day is mined as its number since 1970; people read it as a date. */
const valueText = (feature: string, value: number): string =>
  feature.startsWith('date(') && Number.isFinite(value) && Math.abs(value) < 1e8
    ? new Date(value * dayMs).toISOString().slice(0, 10)
    : String(value)

/** One step of the effect as a formula over the candidate's answer: `/qty := min(/qty, 25)`. */
export const stepText = (step: EffectStep): string => {
  const path = step.path === '' ? 'answer' : cut(visible(step.path), 120)
  switch (step.kind) {
    case 'set':
      return `${path} := ${dataText(step.value)}`
    case 'min':
      return `${path} := min(${path}, ${step.value})`
    case 'max':
      return `${path} := max(${path}, ${step.value})`
    case 'add':
      return `${path} := ${path} ${step.value < 0 ? '−' : '+'} ${Math.abs(step.value)}`
    case 'round-down':
      return `${path} := ${path} rounded down to a multiple of ${step.multiple}`
    case 'scale':
      return `${path} := ${path} × ${Number(step.factor.toPrecision(6))}`
    case 'copy':
      return `${path} := ${visible(step.feature)}`
    case 'min-feature':
      return `${path} := min(${path}, ${visible(step.feature)})`
    case 'max-feature':
      return `${path} := max(${path}, ${visible(step.feature)})`
    case 'multiple-of':
      return `${path} := ${path} rounded down to a multiple of ${visible(step.feature)}`
    case 'round':
      return `${path} := ${step.feature === null ? path : visible(step.feature)} rounded (${step.mode}) to ${step.unit}`
    case 'linear':
      return `${path} := ${linearText(path, step)} rounded (${step.mode}) to ${step.unit}`
    case 'by-feature':
      return `${path} := ${path} ${step.divide ? '/' : '×'} ${visible(step.feature)} rounded (${step.mode}) to ${step.unit}`
    case 'map':
      return `${path}: ${cut(step.from.map((from, at) => `${dataText(from, 60)} → ${dataText(step.to[at] ?? null, 60)}`).join(', '), 240)}`
    case 'wrap':
      return `${path} := ${path} mod ${step.modulus}`
    case 'shift-days':
      return `${path} := ${path} ${step.days < 0 ? '−' : '+'} ${Math.abs(step.days)} d`
    case 'to-day':
      return `${path} := ${step.day} of ${path}`
    case 'text':
      return `${path} := ${step.as}(${path})`
    case 'cut':
      return `${path} := first ${step.length} characters of ${path}`
    case 'remove':
      return `${path} removed`
    case 'as-if':
      return `${path} := the candidate's, if ${cut(step.changes.map((change) => `${visible(change.input)} ${change.to === 'value' ? `:= ${dataText(change.value, 60)}` : change.to}`).join(', '), 240)}`
    case 'choose':
      return `${path} := ${visible(step.field)} of the first of ${cut(choiceText(step.choice), 240)}`
    default:
      return step satisfies never
  }
}

const choiceText = ({ list, among, by }: Choice): string => {
  const conditions = among.map((one) => `${visible(one.field)} ${conditionText(one)}`).join(', ')
  const orders = by
    .map(({ field, first, collation }) => `${first} ${visible(field)}${collation === undefined ? '' : ' (EBCDIC)'}`)
    .join(', then ')
  return `${visible(list)}${conditions === '' ? '' : ` with ${conditions}`} by ${orders}`
}

const conditionText = (condition: ChoiceCondition): string => {
  switch (condition.is) {
    case 'same':
      return "as the candidate's"
    case 'at-least':
      return `≥ ${visible(condition.feature)}`
    case 'at-most':
      return `≤ ${visible(condition.feature)}`
    case 'in':
      return `in ${condition.values.map((one) => dataText(one, 60)).join(', ')}`
    default:
      return condition satisfies never
  }
}

const linearText = (path: string, step: Extract<EffectStep, { kind: 'linear' }>): string =>
  [
    ...(step.factor === 0 ? [] : [step.factor === 1 ? path : `${path} × ${step.factor}`]),
    ...(step.feature === null ? [] : [`${visible(step.feature)} × ${step.times}`]),
    ...(step.plus === 0 ? [] : [String(step.plus)]),
  ].join(' + ')

export const ruleStatus: Readonly<Record<HiddenRule['status'], string>> = {
  confirmed: 'Confirmed',
  provisional: 'Provisional',
  lead: 'Lead',
}

/** Decisions that the rule speaks about, and those of them in which legacy did as it says. */
export const ruleSupport = ({ train, holdout }: HiddenRule): { readonly fits: number; readonly total: number } => ({
  fits: train.fits + holdout.fits,
  total: train.fits + train.breaks + train.other + holdout.fits + holdout.breaks + holdout.other,
})
