import type { Choice, ChoiceCondition, ChoiceOrder } from '../../model/hidden-rule.ts'
import { placeField, valueField } from '../table/lists.ts'

/** Source text of the alternative that is chosen, of `answer` and `facts`; null where none is. `codeOf` gives a feature's source text. */
export const choiceCode = ({ list, path, field, among, by }: Choice, codeOf: (feature: string) => string): string => {
  const conditions = among.map((condition) => conditionCode(condition, codeOf)).join(' && ')
  const orders = by.map(orderCode).join(' || ')
  const own = among.length === 0 ? '()' : among.some(({ is }) => is === 'same') ? '(one, own)' : '(one)'
  return `chosen(facts[${JSON.stringify(list)}], (one) => ${itemFieldCode('one', field)}, get(answer, ${JSON.stringify(path)}), ${own} => ${conditions === '' ? 'true' : conditions}, (a, b) => ${orders})`
}

/** Source text of what `field` tells of an item. */
export const itemFieldCode = (item: string, field: string): string =>
  field === placeField
    ? `${item}.place`
    : field === valueField
      ? `${item}.value`
      : `get(${item}.value, ${JSON.stringify(`/${pointerPart(field)}`)})`

const pointerPart = (field: string): string => field.replaceAll('~', '~0').replaceAll('/', '~1')

const conditionCode = (condition: ChoiceCondition, codeOf: (feature: string) => string): string => {
  const value = itemFieldCode('one', condition.field)
  switch (condition.is) {
    case 'same':
      return `inOrder(${value}, ${itemFieldCode('own', condition.field)}) === 0`
    case 'at-least':
      return `num(${value}) >= ${codeOf(condition.feature)}`
    case 'at-most':
      return `num(${value}) <= ${codeOf(condition.feature)}`
    case 'in':
      return `isOneOf(plain(${value}), ${JSON.stringify(condition.values)})`
    default:
      return condition satisfies never
  }
}

const orderCode = ({ field, first, collation }: ChoiceOrder): string => {
  const [a, b] = first === 'lowest' ? ['a', 'b'] : ['b', 'a']
  const [left, right] = [itemFieldCode(a, field), itemFieldCode(b, field)]
  return collation === undefined ? `inOrder(${left}, ${right})` : `inOrder(ebcdic(${left}), ebcdic(${right}))`
}
