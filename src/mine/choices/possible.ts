import type { ChoiceCondition, ChoiceOrder } from '../../model/hidden-rule.ts'
import { isPlain } from '../features/feature.ts'
import type { FeatureTable } from '../features/view.ts'
import type { FactColumn } from '../table/fact-column.ts'
import { placeField } from '../table/lists.ts'
import type { ListColumn } from '../table/lists.ts'
import { ranksOf } from './item-columns.ts'

const mostLimits = 12
const mostLabels = 6

/** By each field, from either end; codes of letters and digits in EBCDIC too. */
export const possibleOrders = ({ fields }: ListColumn): readonly ChoiceOrder[] =>
  fields.flatMap((field): readonly ChoiceOrder[] => {
    const plain = (['lowest', 'highest'] as const).map((first) => ({ field: field.name, first }))
    return isCoded(field) ? [...plain, ...plain.map((order) => ({ ...order, collation: 'ebcdic' as const }))] : plain
  })

/** Where the two orders of characters can differ. */
const isCoded = (field: FactColumn): boolean => {
  if (field.kind !== 'text') return false
  const ascii = ranksOf(field)
  const ebcdic = ranksOf(field, 'ebcdic')
  return ascii.some((rank, item) => !Number.isNaN(rank) && rank !== ebcdic[item])
}

interface Rows {
  readonly rows: readonly number[]
  readonly theirs: readonly number[]
}

/** What the legacy may have asked of an alternative: what its own fulfil in nearly all of these decisions, and others do not. */
export const possibleConditions = (list: ListColumn, { rows, theirs }: Rows, features: FeatureTable): readonly ChoiceCondition[] => {
  const limits = features.columns.filter((column) => column.kind === 'number' && isLimit(column.name)).slice(0, mostLimits)
  return list.fields.flatMap((field): readonly ChoiceCondition[] => {
    if (field.name === placeField) return []
    const same: ChoiceCondition = { field: field.name, is: 'same' }
    if (field.kind === 'text') {
      const labels = new Set(field.labels)
      return labels.size > mostLabels ? [same] : [same, ...[...labels].map((label): ChoiceCondition => valueIs(field.name, label))]
    }
    const flags = [...new Set(field.numbers)].filter((value) => !Number.isNaN(value))
    const codes = flags.length > mostLabels ? [] : flags.map((value): ChoiceCondition => valueIs(field.name, value))
    const bounds = limits.flatMap((column): readonly ChoiceCondition[] => {
      const values = column.kind === 'number' ? column.numbers : new Float64Array(0)
      return (['at-least', 'at-most'] as const).flatMap((is) => {
        const sign = is === 'at-least' ? 1 : -1
        const holds = (item: number, row: number): boolean =>
          sign * ((field.numbers[item] ?? Number.NaN) - (values[row] ?? Number.NaN)) >= 0
        const kept = rows.filter((row, i) => holds(theirs[i] ?? 0, row)).length
        return kept >= leastKept * rows.length && excludes(list, rows, holds) ? [{ field: field.name, is, feature: column.name }] : []
      })
    })
    return [same, ...codes, ...bounds]
  })
}

const leastKept = 0.95
const leastExcluded = 0.02

const valueIs = (field: string, value: string | number | boolean): ChoiceCondition => ({
  field,
  is: 'in',
  values: [typeof value === 'string' ? value.trim() : value],
})

/** A number of the decision as it is, not what the list sums up to. */
const isLimit = (name: string): boolean => isPlain({ name }) && !/ [-*] /.test(name) && !/\.(?:count|sum|max)\b/.test(name)

/** Whether the condition keeps any alternative from being chosen, in some of these decisions. */
const excludes = ({ starts, ends }: ListColumn, rows: readonly number[], holds: (item: number, row: number) => boolean): boolean => {
  let count = 0
  for (const row of rows) {
    for (let item = starts[row] ?? 0; item < (ends[row] ?? 0); item++) {
      if (holds(item, row)) continue
      count++
      break
    }
  }
  return count >= leastExcluded * rows.length
}
