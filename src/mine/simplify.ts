import type { Literal } from '../model/hidden-rule.ts'
import type { Column } from './features/feature.ts'
import { countWhere } from './counting.ts'
import { sharpen } from './sharpen.ts'
import type { Sharpening } from './sharpen.ts'

/**
 * Says the same with cheaper features where that can be done: `since_dt` instead of the days since then, a prefix
 * instead of thirty articles, four articles instead of how they end. Only features made of the same facts are tried, and only
 * what foretells as well is taken.
 */
export const simplify = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  let simple = predicate
  for (const literal of predicate) {
    const column = data.features.byName.get(literal.feature)
    if (column === undefined || !canBeSimpler(literal, column)) continue
    for (const replacement of replacements(literal, column, data)) {
      const tried = sharpen(
        simple.map((one) => (one === literal ? replacement : one)),
        data,
      )
      if (tried.length > simple.length || !isSimpler(tried, simple, data)) continue
      simple = tried
      break
    }
  }
  return simple
}

const isSimpler = (tried: readonly Literal[], simple: readonly Literal[], data: Sharpening): boolean => {
  const more = worth(tried, data) - worth(simple, data)
  if (more < 0) return false
  return costOf(tried, data) < costOf(simple, data) + more * foretoldBits
}

/** What foretelling one decision more is worth at least. */
const foretoldBits = 8
const conditionBits = 9

/** Bits that naming the conditions takes, about. */
const costOf = (predicate: readonly Literal[], { features }: Sharpening): number =>
  predicate.reduce((sum, literal) => {
    const column = features.byName.get(literal.feature)
    const values = 'values' in literal ? literal.values.length : 1
    const each = column?.kind === 'category' ? Math.log2(column.labels.length + 1) : 8
    return sum + conditionBits + (column?.bits ?? 0) + values * each
  }, 0)

/** Raw facts are as simple as can be, short lists of them too. */
const canBeSimpler = (literal: Literal, column: Column): boolean =>
  literal.kind === 'in' && !isDerived(column) ? literal.values.length > 3 : isDerived(column)

const isDerived = ({ facts, name }: Column): boolean => facts.length > 1 || name.includes('(')

const replacements = (literal: Literal, column: Column, { features }: Sharpening): readonly Literal[] => {
  const related = features.columns.filter(
    (other) => other !== column && other.kind === column.kind && other.facts.some((fact) => column.facts.includes(fact)),
  )
  if (literal.kind === 'in' && column.kind === 'category') return related.map((other) => ({ kind: 'in', feature: other.name, values: [] }))
  const plain = related.filter((other) => other.kind === 'number' && other.cycle === null && other.bits <= column.bits)
  // A week, or some days of a month, may be all that was seen of a time in which the rule held.
  const spans = plain.map((other) => ({ kind: 'between', feature: other.name, from: 0, to: 0 }) as const)
  if (literal.kind !== 'at-least' && literal.kind !== 'at-most') return spans
  return [
    ...plain
      .filter((other) => other.bits < column.bits)
      .flatMap((other) => [
        { kind: 'at-least', feature: other.name, value: 0 } as const,
        { kind: 'at-most', feature: other.name, value: 0 } as const,
      ]),
    ...spans,
  ]
}

const worth = (predicate: readonly Literal[], { features, fits, rows }: Sharpening): number => {
  const counts = countWhere(predicate, features, fits, rows)
  return counts.fits - 2 * counts.breaks
}
