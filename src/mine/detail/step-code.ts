import type { EffectStep, Rounding } from '../../model/hidden-rule.ts'
import type { Data } from '../../model/value.ts'
import { choiceCode, itemFieldCode } from '../choices/choice-code.ts'
import { featureOf, isAsIfStep, isChooseStep, isNumberStep } from '../effects/apply-step.ts'
import { otherwiseFact } from '../effects/otherwise-words.ts'
import type { ChooseStep, NumberStep, ValueStep } from '../effects/apply-step.ts'
import type { FeatureTable } from '../features/view.ts'
import { featureCode } from './feature-code.ts'

/** A value as source text. */
export const dataCode = (data: Data): string => {
  if (typeof data === 'bigint') return `${data}n`
  if (data === null || typeof data !== 'object') return JSON.stringify(data)
  if (data instanceof Uint8Array) return `new Uint8Array([${data.join(', ')}])`
  if (Array.isArray(data)) return `[${(data as readonly Data[]).map(dataCode).join(', ')}]`
  const fields = Object.entries(data as { readonly [name: string]: Data })
  return `{ ${fields.map(([name, value]) => `${JSON.stringify(name)}: ${dataCode(value)}`).join(', ')} }`
}

/** Source text that makes the legacy's answer of `answer`, at the place that the step names. */
export const stepCode = (step: EffectStep, features: FeatureTable): string => {
  const path = JSON.stringify(step.path)
  if (isAsIfStep(step)) return `put(answer, ${path}, get(facts[${JSON.stringify(otherwiseFact(step))}], ${path}))`
  if (isChooseStep(step)) return `put(answer, ${path}, ${choiceStepCode(step, features)})`
  if (!isNumberStep(step)) return `put(answer, ${path}, ${valueCode(step, path)})`
  const named = featureOf(step)
  return `change(answer, ${path}, (mine) => ${numberCode(step, named === null ? 'mine' : featureCode(named, features))})`
}

/** Where nothing is chosen, the answer stays as it is. */
const choiceStepCode = ({ path, field, choice }: ChooseStep, features: FeatureTable): string => {
  const item = choiceCode(choice, (feature) => featureCode(feature, features))
  return `((one) => (one === null ? get(answer, ${JSON.stringify(path)}) : ${itemFieldCode('one', field)}))(${item})`
}

const valueCode = (step: ValueStep, path: string): string => {
  const before = `get(answer, ${path})`
  switch (step.kind) {
    case 'set':
      return dataCode(step.value)
    case 'remove':
      return 'undefined'
    case 'map':
      return `swapped(${before}, ${dataCode(step.from)}, ${dataCode(step.to)})`
    case 'shift-days':
      return `shiftedDays(${before}, ${step.days})`
    case 'to-day':
      return `movedTo(${before}, ${JSON.stringify(step.day)})`
    case 'text':
      return `textOf(${before}).${{ trim: 'trim', upper: 'toUpperCase', lower: 'toLowerCase' }[step.as]}()`
    case 'cut':
      return `textOf(${before}).slice(0, ${step.length})`
    default:
      return step satisfies never
  }
}

const wholes: Readonly<Record<Rounding, string>> = {
  down: 'Math.floor',
  up: 'Math.ceil',
  zero: 'Math.trunc',
  'half-up': '(times) => halfUp(times)',
  'half-even': '(times) => halfEven(times)',
  'half-down': '(times) => halfDown(times)',
}

const numberCode = (step: NumberStep, other: string): string => {
  switch (step.kind) {
    case 'min':
      return `Math.min(mine, ${step.value})`
    case 'max':
      return `Math.max(mine, ${step.value})`
    case 'add':
      return `clean(mine + ${step.value})`
    case 'scale':
      return `scaled(mine, ${step.factor})`
    case 'round-down':
      return `clean(Math.floor(mine / ${step.multiple}) * ${step.multiple})`
    case 'copy':
      return `Number.isNaN(mine) ? mine : Number.isNaN(${other}) ? null : ${other}`
    case 'min-feature':
      return `Math.min(mine, ${other})`
    case 'max-feature':
      return `Math.max(mine, ${other})`
    case 'multiple-of':
      return `clean(Math.floor(mine / ${other}) * ${other})`
    case 'round':
      return `roundTo(${step.feature === null ? 'mine' : `mine * 0 + ${other}`}, ${step.unit}, ${wholes[step.mode]})`
    case 'linear':
      return `roundTo(mine * ${step.factor} + ${step.feature === null ? '0' : `${other} * ${step.times}`} + ${step.plus}, ${step.unit}, ${wholes[step.mode]})`
    case 'by-feature':
      return `roundTo(mine ${step.divide ? '/' : '*'} ${other}, ${step.unit}, ${wholes[step.mode]})`
    case 'wrap':
      return `mine % ${step.modulus}`
    default:
      return step satisfies never
  }
}
