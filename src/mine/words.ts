import type { EffectStep, Literal, Rounding, RuleEffect } from '../model/hidden-rule.ts'
import type { Data } from '../model/value.ts'
import { choiceWords, fieldWords } from './choices/choice-words.ts'
import { isAsIfStep, isChooseStep } from './effects/apply-step.ts'
import type { ChooseStep } from './effects/apply-step.ts'
import { toDayWords } from './effects/to-day.ts'
import { changesText } from './effects/otherwise-words.ts'
import { dayMs } from './scalar.ts'

/** The rule as a sentence: `When channel is PHN and qty is at least 40, legacy limits qty to at most 25.` */
export const ruleWords = (predicate: readonly Literal[], effect: RuleEffect, unless: readonly (readonly Literal[])[] = []): string => {
  const before = unless.map((one) => listed(one.map(literalWords))).join('; or ')
  const silent = before === '' ? '' : `, unless ${before}: there another rule goes first`
  return `When ${listed(predicate.map(literalWords))}, legacy ${effectWords(effect)}${silent}.`
}

const effectWords = (effect: RuleEffect): string => {
  // All places of one answer are one thing.
  const [asIf, ...more] = effect.filter(isAsIfStep)
  const choices = effect.filter(isChooseStep)
  const others = effect.filter(isOther).filter((step) => !isEmptyArray(step) && (!isAsIfStep(step) || more.length === 0))
  const steps = [...chosenWords(choices), ...others.map(stepWords)]
  const whole =
    asIf === undefined || more.length === 0 ? [] : [`answers what the candidate does if ${changesText(asIf.changes, featureWords)}`]
  return listed([...whole, ...steps])
}

const isOther = (step: EffectStep): step is Exclude<EffectStep, ChooseStep> => !isChooseStep(step)

/** All that is told of one alternative is one thing. */
const chosenWords = (steps: readonly ChooseStep[]): readonly string[] => {
  const [first] = steps
  if (first === undefined) return []
  const places = listed(steps.map(({ path, field }) => placeWords(path) + (path === `/${field}` ? '' : ` (its ${fieldWords(field)})`)))
  return [`takes ${places} of another: ${choiceWords(first.choice, featureWords)}`]
}

const placeWords = (path: string): string => (path === '' ? 'the answer' : path.slice(1).replaceAll('/', ' '))

const listed = (parts: readonly string[]): string =>
  parts.length <= 1 ? (parts[0] ?? 'always') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`

const isEmptyArray = (step: EffectStep): boolean => step.kind === 'set' && Array.isArray(step.value) && step.value.length === 0

export const literalWords = (literal: Literal): string => {
  const name = featureWords(literal.feature)
  const value = (one: string | number | boolean): string => valueWords(literal.feature, one)
  switch (literal.kind) {
    case 'at-least':
      return `${name} is ${value(literal.value)} or ${isDate(literal.feature) ? 'later' : 'more'}`
    case 'at-most':
      return `${name} is ${value(literal.value)} or ${isDate(literal.feature) ? 'earlier' : 'less'}`
    case 'between':
      return literal.from === literal.to
        ? `${name} is ${value(literal.from)}`
        : `${name} is from ${value(literal.from)} to ${value(literal.to)}`
    case 'around':
      return `${name} is from ${value(literal.from)} round to ${value(literal.to)}`
    case 'in':
      return literal.values.length === 1
        ? `${name} is ${value(literal.values[0] ?? '')}`
        : `${name} is one of ${literal.values.map(value).join(', ')}`
    case 'not-in':
      return literal.values.length === 1
        ? `${name} is not ${value(literal.values[0] ?? '')}`
        : `${name} is none of ${literal.values.map(value).join(', ')}`
    case 'is-null':
      return `${name} is not given`
    case 'is-given':
      return `${name} is given`
    default:
      return literal satisfies never
  }
}

const isDate = (feature: string): boolean => feature.startsWith('date(')

const weekdays = ['', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday']

const valueWords = (feature: string, value: string | number | boolean): string => {
  if (typeof value !== 'number') return String(value)
  if (isDate(feature)) return new Date(value * dayMs).toISOString().slice(0, 10)
  if (feature.startsWith('weekday(')) return weekdays[value] ?? String(value)
  if (feature.startsWith('minuteOfDay(')) return `${String(Math.floor(value / 60)).padStart(2, '0')}:${String(value % 60).padStart(2, '0')}`
  return String(value)
}

const derived: Readonly<Record<string, (inner: string) => string>> = {
  date: (inner) => `the date of ${inner}`,
  hour: (inner) => `the hour of ${inner}`,
  minuteOfDay: (inner) => `the time of day of ${inner}`,
  weekday: (inner) => `the weekday of ${inner}`,
  dayOfMonth: (inner) => `the day of the month of ${inner}`,
  daysToMonthEnd: (inner) => `the number of days to the month's end from ${inner}`,
  month: (inner) => `the month of ${inner}`,
  prefix1: (inner) => `the first letter of ${inner}`,
  prefix2: (inner) => `the first 2 letters of ${inner}`,
  prefix3: (inner) => `the first 3 letters of ${inner}`,
  earlier: (inner) => `the number of earlier decisions with the same ${inner}`,
  earlierToday: (inner) => `the number of earlier decisions of that day with the same ${inner}`,
  days: (inner) => `the number of days of ${inner}`,
}

const featureWords = (feature: string): string => {
  const call = /^(\w+)\((.*)\)$/.exec(feature)
  const wrap = call === null ? undefined : derived[call[1] ?? '']
  if (call !== null && wrap !== undefined) return wrap(featureWords(call[2] ?? ''))
  const pair = /^(.+) ([-*]) (.+)$/.exec(feature)
  if (pair !== null) return `${featureWords(pair[1] ?? '')} ${pair[2] === '-' ? 'less' : 'times'} ${featureWords(pair[3] ?? '')}`
  return factWords(feature)
}

const factWords = (name: string): string => {
  if (name === 'clock') return 'the decision'
  if (name.startsWith('clock ')) return `the decision in ${name.slice(6)}`
  if (name.startsWith('candidate/')) return `the candidate's ${name.slice(10).replaceAll('/', ' ')}`
  const parts = name.split('.')
  const [origin, ...rest] = parts
  if (origin === 'trigger') return rest.join(' ')
  if (origin === 'row') return rest.length > 1 ? `${rest.slice(1).join(' ')} of ${rest[0]}` : rest.join(' ')
  if (origin === 'read') return rest.length > 1 ? `${rest.slice(1).join(' ')} of ${rest[0]}` : rest.join(' ')
  return parts.join(' ')
}

const stepWords = (step: Exclude<EffectStep, ChooseStep>): string => {
  const place = placeWords(step.path)
  switch (step.kind) {
    case 'set':
      return step.value === null ? `gives no ${place}` : `answers ${place} ${dataWords(step.value)}`
    case 'min':
      return `limits ${place} to at most ${step.value}`
    case 'max':
      return `raises ${place} to at least ${step.value}`
    case 'add':
      return step.value < 0 ? `takes ${-step.value} off ${place}` : `adds ${step.value} to ${place}`
    case 'round-down':
      return `rounds ${place} down to a multiple of ${step.multiple}`
    case 'scale':
      return `multiplies ${place} by ${Number(step.factor.toPrecision(3))}`
    case 'copy':
      return `takes ${place} from ${featureWords(step.feature)}`
    case 'min-feature':
      return `limits ${place} to ${featureWords(step.feature)}`
    case 'remove':
      return `gives no ${place}`
    case 'as-if':
      return `answers ${place} as the candidate does if ${changesText(step.changes, featureWords)}`
    default:
      return otherStepWords(step, place)
  }
}

type OtherStep = Extract<
  EffectStep,
  { kind: 'max-feature' | 'multiple-of' | 'round' | 'linear' | 'by-feature' | 'map' | 'wrap' | 'shift-days' | 'to-day' | 'text' | 'cut' }
>

const otherStepWords = (step: OtherStep, place: string): string => {
  switch (step.kind) {
    case 'max-feature':
      return `raises ${place} to ${featureWords(step.feature)}`
    case 'multiple-of':
      return `rounds ${place} down to a multiple of ${featureWords(step.feature)}`
    case 'round':
      return `${step.feature === null ? `rounds ${place}` : `takes ${place} from ${featureWords(step.feature)}, rounded`} ${roundingWords(step)}`
    case 'linear':
      return `makes ${place} ${linearWords(step, place)}, rounded ${roundingWords(step)}`
    case 'by-feature':
      return `${step.divide ? 'divides' : 'multiplies'} ${place} by ${featureWords(step.feature)}, rounded ${roundingWords(step)}`
    case 'map':
      return `answers ${place} ${step.from.map((from, at) => `${step.to[at]} instead of ${from}`).join(', ')}`
    case 'wrap':
      return `keeps of ${place} the remainder after ${step.modulus}`
    case 'to-day':
      return `moves ${place} ${toDayWords(step.day)}`
    case 'shift-days':
      return `moves ${place} ${Math.abs(step.days)} day${Math.abs(step.days) === 1 ? '' : 's'} ${step.days < 0 ? 'back' : 'on'}`
    case 'text':
      return { trim: `takes the spaces off ${place}`, upper: `writes ${place} in capitals`, lower: `writes ${place} in small letters` }[
        step.as
      ]
    case 'cut':
      return `keeps the first ${step.length} characters of ${place}`
    default:
      return step satisfies never
  }
}

const modes: Readonly<Record<Rounding, string>> = {
  down: 'down',
  up: 'up',
  zero: 'towards zero',
  'half-up': 'half up',
  'half-even': 'half to even',
  'half-down': 'half down',
}

const roundingWords = ({ mode, unit }: { readonly mode: Rounding; readonly unit: number }): string => `${modes[mode]} to ${unit}`

const linearWords = (step: Extract<EffectStep, { kind: 'linear' }>, place: string): string =>
  [
    ...(step.factor === 0 ? [] : [step.factor === 1 ? place : `${place} times ${step.factor}`]),
    ...(step.feature === null ? [] : [step.times === 1 ? featureWords(step.feature) : `${featureWords(step.feature)} times ${step.times}`]),
    ...(step.plus === 0 ? [] : [String(step.plus)]),
  ].join(' plus ')

const dataWords = (value: Data): string => (value !== null && typeof value === 'object' ? 'as a fixed list' : String(value))
