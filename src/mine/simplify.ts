import type { Literal } from '../model/hidden-rule.ts'
import type { Column } from './features/feature.ts'
import { countWhere } from './counting.ts'
import { sharpen } from './sharpen.ts'
import type { Sharpening } from './sharpen.ts'

/**
 * Says the same with cheaper features where that can be done: `since_dt` instead of the days since then, a prefix
 * instead of thirty articles. Only features made of the same facts are tried, and only an equally good predicate is taken.
 */
export const simplify = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  let simple = predicate
  if (!predicate.some((literal) => canBeSimpler(literal, data))) return predicate
  for (const literal of predicate) {
    const column = data.features.byName.get(literal.feature)
    if (column === undefined) continue
    for (const replacement of replacements(literal, column, data)) {
      const tried = sharpen(
        simple.map((one) => (one === literal ? replacement : one)),
        data,
      )
      if (tried.length > simple.length || worth(tried, data) < worth(simple, data) || valuesIn(tried) > valuesIn(simple)) continue
      simple = tried
      break
    }
  }
  return simple
}

/** Raw facts are as simple as can be, short lists too. */
const canBeSimpler = (literal: Literal, { features }: Sharpening): boolean =>
  literal.kind === 'in'
    ? literal.values.length > 3
    : (features.byName.get(literal.feature)?.facts.length ?? 0) > 1 || literal.feature.includes('(')

const replacements = (literal: Literal, column: Column, { features }: Sharpening): readonly Literal[] => {
  const related = features.columns.filter(
    (other) => other !== column && other.kind === column.kind && other.facts.some((fact) => column.facts.includes(fact)),
  )
  if (literal.kind === 'in' && literal.values.length > 3) return related.map((other) => ({ kind: 'in', feature: other.name, values: [] }))
  if (literal.kind !== 'at-least' && literal.kind !== 'at-most') return []
  return related
    .filter((other) => other.kind === 'number' && other.cycle === null && other.bits < column.bits)
    .flatMap((other) => [
      { kind: 'at-least', feature: other.name, value: 0 } as const,
      { kind: 'at-most', feature: other.name, value: 0 } as const,
    ])
}

const valuesIn = (predicate: readonly Literal[]): number =>
  predicate.reduce((sum, literal) => sum + (literal.kind === 'in' ? literal.values.length : 1), 0)

const worth = (predicate: readonly Literal[], { features, fits, rows }: Sharpening): number => {
  const counts = countWhere(predicate, features, fits, rows)
  return counts.fits - 2 * counts.breaks
}
