import type { Literal } from '../../model/hidden-rule.ts'
import type { FeatureTable } from '../features/view.ts'

const fact = (name: string): string => `facts[${JSON.stringify(name)}]`

const instantCode = (name: string): string => {
  if (name.startsWith('candidate/')) return `instant(get(answer, ${JSON.stringify(name.slice(9))}))`
  if (!name.startsWith('clock ')) return `instant(${fact(name)})`
  return `inZone(instant(${fact('clock')}), ${JSON.stringify(name.slice(6))})`
}

const calendar = new Set([
  'date',
  'hour',
  'minuteOfDay',
  'minuteOfHour',
  'weekday',
  'dayOfMonth',
  'daysToMonthEnd',
  'month',
  'quarter',
  'isoWeek',
])

/** Source text that gives the value of a feature, from `facts` and the candidate's `answer`. What is counted over earlier decisions has to be given as a fact. */
export const featureCode = (name: string, features: FeatureTable): string => {
  const call = /^(\w+?)(\d*)\((.*)\)$/.exec(name)
  const made = call === null ? null : callCode(call[1] ?? '', Number(call[2]), call[3] ?? '', features)
  if (made !== null) return made
  const pair = /^(.+) ([-*/]) (\S+)$/.exec(name)
  if (pair !== null) return `fine(${featureCode(pair[1] ?? '', features)} ${pair[2]} ${featureCode(pair[3] ?? '', features)})`
  const isNumber = features.byName.get(name)?.kind !== 'category'
  if (name.startsWith('candidate/')) return `${isNumber ? 'num' : 'label'}(get(answer, ${JSON.stringify(name.slice(9))}))`
  return `${isNumber ? 'num' : 'txt'}(${fact(name)})`
}

const callCode = (word: string, size: number, inner: string, features: FeatureTable): string | null => {
  const text = `textOf(${fact(inner)})`
  if (calendar.has(word)) return `${word}(${instantCode(inner)})`
  switch (word) {
    case 'days':
      return `Math.floor((${instantCode(inner.replace(' - clock', ''))} - instant(${fact('clock')})) / 86_400_000)`
    case 'minutes':
      return `Math.floor((instant(${fact('clock')}) - ${instantCode(inner.replace('clock - ', ''))}) / 60_000)`
    case 'prefix':
      return `txt(${text}.trim().slice(0, ${size}))`
    case 'suffix':
      return `txt(${text}.trim().slice(-${size}))`
    case 'length':
      return `${text}.trim().length`
    case 'spaced':
      return `(${text} !== ${text}.trim())`
    case 'zeroed':
      return `/^0\\d/.test(${text}.trim())`
    case 'letters':
      return `letters(${text})`
    case 'ascii':
      return `/^[\\x00-\\x7f]*$/.test(${text})`
    case 'mod':
      return `remainder(${featureCode(inner, features)}, ${size})`
    case 'cents':
      return `cents(${featureCode(inner, features)})`
    case 'same':
    case 'both':
      return pairCode(word, inner, features)
    default:
      return null
  }
}

const pairCode = (word: string, inner: string, features: FeatureTable): string | null => {
  const [a, b, ...more] = inner.split(', ')
  if (a === undefined || b === undefined || more.length > 0) return null
  const [left, right] = [featureCode(a, features), featureCode(b, features)]
  if (word === 'same') return `(${left} === null || ${right} === null ? null : ${left} === ${right})`
  return `(${left} === null || ${right} === null ? null : \`\${${left}} & \${${right}}\`)`
}

/** Source text of a condition. */
export const literalCode = (literal: Literal, features: FeatureTable): string => {
  const value = featureCode(literal.feature, features)
  const isNumber = features.byName.get(literal.feature)?.kind !== 'category'
  switch (literal.kind) {
    case 'at-least':
      return `${value} >= ${literal.value}`
    case 'at-most':
      return `${value} <= ${literal.value}`
    case 'between':
      return literal.from === literal.to ? `${value} === ${literal.from}` : `${value} >= ${literal.from} && ${value} <= ${literal.to}`
    case 'around':
      return `(${value} >= ${literal.from} || ${value} <= ${literal.to})`
    case 'in':
      return `isOneOf(${value}, ${JSON.stringify(literal.values)})`
    case 'not-in':
      return `!isOneOf(${value}, ${JSON.stringify(literal.values)})`
    case 'is-null':
      return isNumber ? `Number.isNaN(${value})` : `${value} === null`
    case 'is-given':
      return isNumber ? `!Number.isNaN(${value})` : `${value} !== null`
    default:
      return literal satisfies never
  }
}
