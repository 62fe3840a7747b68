import type { Literal } from '../model/hidden-rule.ts'
import type { Column } from './column.ts'
import { countWhere } from './counting.ts'
import type { Sharpening } from './sharpen.ts'
import { sharpen } from './sharpen.ts'

/**
 * Says the same with cheaper features where that can be done: `since_dt` instead of the days since then, `qty` instead
 * of the amount. Only features made of the same facts are tried, and only an equally good predicate is taken.
 */
export const simplify = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  let simple = predicate
  for (const literal of predicate) {
    const column = data.features.byName.get(literal.feature)
    if (column === undefined || column.kind !== 'number' || (literal.kind !== 'at-least' && literal.kind !== 'at-most')) continue
    for (const cheaper of related(column, data)) {
      const tried = replacements(literal, cheaper).map((replacement) =>
        sharpen(
          simple.map((one) => (one === literal ? replacement : one)),
          data,
        ),
      )
      const better = tried.find((candidate) => candidate.length <= simple.length && worth(candidate, data) >= worth(simple, data))
      if (better === undefined) continue
      simple = better
      break
    }
  }
  return simple
}

const related = (column: Column, { features }: Sharpening): readonly Column[] =>
  features.columns.filter(
    (other) =>
      other.kind === 'number' &&
      other.cycle === null &&
      other.bits < column.bits &&
      other.facts.some((fact) => column.facts.includes(fact)),
  )

const replacements = (literal: Literal, column: Column): readonly Literal[] => {
  const feature = column.name
  return literal.kind === 'at-least' || literal.kind === 'at-most'
    ? [
        { kind: 'at-least', feature, value: 0 },
        { kind: 'at-most', feature, value: 0 },
      ]
    : []
}

const worth = (predicate: readonly Literal[], { features, fits, rows }: Sharpening): number => {
  const counts = countWhere(predicate, features, fits, rows)
  return counts.fits - 2 * counts.breaks
}
