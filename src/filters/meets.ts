import type { Row, Value } from '../model/value.ts'
import { sameValue } from '../model/value.ts'
import type { Condition } from './conditions.ts'

/** One column's condition; `padded`: the type is char(n), whose trailing blanks say nothing. */
export interface ColumnCondition {
  readonly column: string
  readonly condition: Condition
  readonly padded: boolean
}

/** Whether a row is captured; null when a column that it hangs on is not there and no other one decides. */
export const isInside = (conditions: readonly ColumnCondition[], row: Row): boolean | null => {
  let known = true
  for (const { column, condition, padded } of conditions) {
    const value = row[column]
    if (value === undefined) known = false
    else if (!meets(condition, padded && typeof value === 'string' ? value.replace(/ +$/, '') : value)) return false
  }
  return known ? true : null
}

const meets = (condition: Condition, value: Value): boolean => {
  switch (condition.kind) {
    case 'one-of':
      return condition.values.some((wanted) => sameValue(wanted, value))
    case 'none-of':
      return !condition.values.some((unwanted) => sameValue(unwanted, value))
    case 'between':
      return value !== null && (condition.from === null || value >= condition.from) && (condition.below === null || value < condition.below)
    default:
      return condition satisfies never
  }
}
