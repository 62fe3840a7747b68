import type { Choice, ChoiceCondition, ChoiceOrder } from '../../model/hidden-rule.ts'
import type { FeatureTable } from '../features/view.ts'
import type { AnswerTable } from '../table/answers.ts'
import type { FactColumn } from '../table/fact-column.ts'
import type { ListColumn } from '../table/lists.ts'
import { answerCodes, fieldOf, ranksOf } from './item-columns.ts'

/** In place of an item: none is chosen. */
export const noItem = -1

/** Whether an alternative is one to choose from, in a decision in which the candidate's own is another one. */
type Eligible = (item: number, own: number, row: number) => boolean

export interface Chooser {
  readonly list: ListColumn
  readonly chosen: (row: number) => number
  /** The same where it is known which item the candidate answers. */
  readonly chosenFor: (row: number, own: number) => number
}

/** What a choice comes to, row by row of the answers; null where the table has no such list or field. */
export const chooserOf = (choice: Choice, answers: AnswerTable, features: FeatureTable): Chooser | null => {
  const list = answers.lists?.find(({ name }) => name === choice.list)
  const path = answers.paths.find((one) => one.path === choice.path)
  const named = list === undefined ? undefined : fieldOf(list, choice.field)
  if (list === undefined || path === undefined || named === undefined) return null
  const conditions = choice.among.map((one) => eligibleBy(one, list, features))
  const orders = choice.by.map((one) => rankedBy(one, list))
  if (conditions.includes(null) || orders.includes(null)) return null
  const codes = answerCodes(named, path)
  const choose = chosenBy(list, conditions as readonly Eligible[], orders as readonly Ranking[])
  return {
    list,
    chosenFor: choose,
    chosen: (row) => {
      const mine = itemOf(list, row, codes, path.candidate[row] ?? 0)
      return mine === noItem ? noItem : choose(row, mine)
    },
  }
}

/** The only item of the row's list that has this code; none for no code at all. */
export const itemOf = ({ starts, ends }: ListColumn, row: number, codes: (item: number) => number, code: number): number => {
  if (code <= 0) return noItem
  let found = noItem
  for (let item = starts[row] ?? 0; item < (ends[row] ?? 0); item++) {
    if (codes(item) !== code) continue
    if (found !== noItem) return noItem
    found = item
  }
  return found
}

const chosenBy =
  ({ starts, ends }: ListColumn, conditions: readonly Eligible[], orders: readonly Ranking[]) =>
  (row: number, own: number): number => {
    let best = noItem
    let isShared = false
    for (let item = starts[row] ?? 0; item < (ends[row] ?? 0); item++) {
      if (!isEligible(conditions, item, own, row) || !isRanked(orders, item)) continue
      const order = best === noItem ? -1 : compared(orders, item, best)
      if (order > 0) continue
      isShared = order === 0
      if (order < 0) best = item
    }
    return isShared ? noItem : best
  }

const isEligible = (conditions: readonly Eligible[], item: number, own: number, row: number): boolean => {
  for (const condition of conditions) if (!condition(item, own, row)) return false
  return true
}

const isRanked = (orders: readonly Ranking[], item: number): boolean => {
  for (const { ranks } of orders) if (Number.isNaN(ranks[item] ?? Number.NaN)) return false
  return true
}

/** Below zero where the first comes first. */
const compared = (orders: readonly Ranking[], a: number, b: number): number => {
  for (const { ranks, sign } of orders) {
    const difference = sign * ((ranks[a] ?? 0) - (ranks[b] ?? 0))
    if (difference !== 0) return difference
  }
  return 0
}

interface Ranking {
  readonly ranks: Float64Array
  /** 1 where lower numbers come first, else -1. */
  readonly sign: number
}

const rankedBy = ({ field, first, collation }: ChoiceOrder, list: ListColumn): Ranking | null => {
  const column = fieldOf(list, field)
  return column === undefined ? null : { ranks: ranksOf(column, collation), sign: first === 'lowest' ? 1 : -1 }
}

const eligibleBy = (condition: ChoiceCondition, list: ListColumn, features: FeatureTable): Eligible | null => {
  const field = fieldOf(list, condition.field)
  if (field === undefined) return null
  switch (condition.is) {
    case 'same': {
      const ranks = ranksOf(field)
      return (item, own) => ranks[item] === ranks[own]
    }
    case 'at-least':
    case 'at-most': {
      const column = features.byName.get(condition.feature)
      if (column?.kind !== 'number') return null
      const [ranks, sign, limits] = [ranksOf(field), condition.is === 'at-least' ? 1 : -1, column.numbers]
      return (item, _, row) => sign * ((ranks[item] ?? Number.NaN) - (limits[row] ?? Number.NaN)) >= 0
    }
    case 'in': {
      const accepted = accepting(field, condition.values)
      return (item) => accepted(item)
    }
    default:
      return condition satisfies never
  }
}

const accepting = (field: FactColumn, values: readonly (string | number | boolean)[]): ((item: number) => boolean) => {
  const wanted = new Set(values)
  if (field.kind !== 'text') return (item) => wanted.has(field.numbers[item] ?? Number.NaN)
  const byCode = Uint8Array.from([
    0,
    ...field.labels.map((label) => (wanted.has(typeof label === 'string' ? label.trim() : label) ? 1 : 0)),
  ])
  return (item) => byCode[field.codes[item] ?? 0] === 1
}

/** The features that a choice looks at. */
export const choiceFeatures = ({ among }: Choice): readonly string[] =>
  among.flatMap((condition) => ('feature' in condition ? [condition.feature] : []))
