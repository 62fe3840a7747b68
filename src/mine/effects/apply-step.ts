import type { EffectStep } from '../../model/hidden-rule.ts'
import type { Data } from '../../model/value.ts'
import { choiceFeatures } from '../choices/choose.ts'
import { toDay } from './to-day.ts'
import { clean, roundTo, scaled } from '../rounding.ts'

/** Steps that make a number of a number. */
export type NumberStep = Extract<
  EffectStep,
  {
    kind:
      | 'min'
      | 'max'
      | 'add'
      | 'round-down'
      | 'scale'
      | 'copy'
      | 'min-feature'
      | 'max-feature'
      | 'multiple-of'
      | 'round'
      | 'linear'
      | 'by-feature'
      | 'wrap'
  }
>

/** Steps that take what the candidate answers to changed inputs. */
export type AsIfStep = Extract<EffectStep, { kind: 'as-if' }>

/** Steps that take what one of several alternatives says. */
export type ChooseStep = Extract<EffectStep, { kind: 'choose' }>

/** Steps that make a value of a value, whatever it is. */
export type ValueStep = Exclude<EffectStep, NumberStep | AsIfStep | ChooseStep>

export const isAsIfStep = (step: EffectStep): step is AsIfStep => step.kind === 'as-if'

export const isChooseStep = (step: EffectStep): step is ChooseStep => step.kind === 'choose'

export const isNumberStep = (step: EffectStep): step is NumberStep => {
  switch (step.kind) {
    case 'set':
    case 'map':
    case 'shift-days':
    case 'to-day':
    case 'text':
    case 'cut':
    case 'remove':
    case 'as-if':
    case 'choose':
      return false
    default:
      return true
  }
}

/** The feature that the step looks at; null where it needs none. */
export const featureOf = (step: EffectStep): string | null => ('feature' in step ? step.feature : null)

/** All features that the step looks at. */
export const featuresIn = (step: EffectStep): readonly string[] =>
  isChooseStep(step) ? choiceFeatures(step.choice) : [featureOf(step)].filter((name) => name !== null)

/** What the step makes of the number `mine`, where its feature has the value `other`; NaN where it cannot be applied. */
export const numberAfter = (step: NumberStep, mine: number, other: number): number => {
  switch (step.kind) {
    case 'min':
      return Math.min(mine, step.value)
    case 'max':
      return Math.max(mine, step.value)
    case 'add':
      return clean(mine + step.value)
    case 'scale':
      return scaled(mine, step.factor)
    case 'round-down':
      return clean(Math.floor(mine / step.multiple) * step.multiple)
    case 'copy':
      return Number.isNaN(mine) ? Number.NaN : other
    case 'min-feature':
      return Math.min(mine, other)
    case 'max-feature':
      return Math.max(mine, other)
    case 'multiple-of':
      return other > 0 ? clean(Math.floor(mine / other) * other) : Number.NaN
    case 'round':
      return roundTo(step.feature === null ? mine : mine * 0 + other, step.unit, step.mode)
    case 'linear':
      return roundTo(mine * step.factor + (step.feature === null ? 0 : other * step.times) + step.plus, step.unit, step.mode)
    case 'by-feature':
      return step.divide && other === 0 ? Number.NaN : roundTo(step.divide ? mine / other : mine * other, step.unit, step.mode)
    case 'wrap':
      return mine % step.modulus
    default:
      return step satisfies never
  }
}

/** What the step makes of the value; undefined: the place is empty. */
export const valueAfter = (step: ValueStep, value: Data | undefined): Data | undefined => {
  switch (step.kind) {
    case 'set':
      return step.value
    case 'remove':
      return undefined
    case 'map': {
      const at = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? step.from.indexOf(value) : -1
      return at < 0 ? value : (step.to[at] ?? value)
    }
    case 'shift-days':
      return typeof value === 'string' ? shifted(value, step.days) : value
    case 'to-day':
      return typeof value === 'string' ? toDay(value, step.day) : value
    case 'text':
      return typeof value === 'string' ? inCase(value, step.as) : value
    case 'cut':
      return typeof value === 'string' ? value.slice(0, step.length) : value
    default:
      return step satisfies never
  }
}

const inCase = (text: string, as: 'trim' | 'upper' | 'lower'): string =>
  as === 'trim' ? text.trim() : as === 'upper' ? text.toUpperCase() : text.toLowerCase()

const dayMs = 86_400_000

const shifted = (text: string, days: number): string => {
  const date = Date.parse(text.slice(0, 10))
  return /^\d{4}-\d\d-\d\d/.test(text) && !Number.isNaN(date)
    ? new Date(date + days * dayMs).toISOString().slice(0, 10) + text.slice(10)
    : text
}
