import type { Choice, ChoiceCondition, ChoiceOrder } from '../../model/hidden-rule.ts'
import { placeField, valueField } from '../table/lists.ts'

/** `of nodes with the same free as the candidate's, the one with the lowest node`; `nameOf` tells features in words. */
export const choiceWords = ({ list, among, by }: Choice, nameOf: (feature: string) => string): string => {
  const conditions = among.map((condition) => conditionWords(condition, nameOf)).join(' and ')
  const [first, ...then] = by.map(orderWords)
  const ties = then.map((words) => `, of equal ones with ${words}`).join('')
  return `of ${listWords(list)}${conditions === '' ? '' : ` ${conditions}`}, the one with ${first ?? 'no order'}${ties}`
}

const listWords = (name: string): string => name.replace(/^(?:read|trigger|row)\./, '').replaceAll('.', ' ')

/** A field's name as people say it. */
export const fieldWords = (field: string): string => (field === placeField ? 'place in the list' : field === valueField ? 'value' : field)

const conditionWords = (condition: ChoiceCondition, nameOf: (feature: string) => string): string => {
  const field = fieldWords(condition.field)
  switch (condition.is) {
    case 'same':
      return `with the same ${field} as the candidate's`
    case 'at-least':
      return `whose ${field} is at least ${nameOf(condition.feature)}`
    case 'at-most':
      return `whose ${field} is at most ${nameOf(condition.feature)}`
    case 'in':
      return `whose ${field} is ${condition.values.join(' or ')}`
    default:
      return condition satisfies never
  }
}

const orderWords = ({ field, first, collation }: ChoiceOrder): string =>
  `the ${first} ${fieldWords(field)}${collation === undefined ? '' : ' (by its EBCDIC codes)'}`
