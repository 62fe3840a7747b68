import type { Literal } from '../model/hidden-rule.ts'
import type { CategoryColumn } from './features/feature.ts'
import { countRows } from './counting.ts'
import { fit } from './fit.ts'
import { rowsWhere } from './predicate.ts'
import type { Sharpening } from './sharpen.ts'

const maxLabels = 12

/**
 * Adds the one exception that clears up nearly all counter-examples and costs no positive (discontinued articles, say).
 * The search does not see it: few counter-examples do not pay for a condition, though a rule without it is not precise.
 */
export const repair = (predicate: readonly Literal[], data: Sharpening): readonly Literal[] => {
  const rows = rowsWhere(predicate, data.features, data.rows)
  const { fits, breaks } = countRows(data.fits, rows)
  if (breaks < 2 || breaks <= 0.01 * fits || breaks > 0.5 * fits) return predicate
  let best: Literal | null = null
  let mostCleared = Math.max(1, breaks * 0.8 - 1e-9)
  for (const column of data.features.columns) {
    if (column.kind !== 'category' || column.labels.length > maxLabels || predicate.some((literal) => literal.feature === column.name))
      continue
    const exception = exceptionOf(column, rows, data)
    if (exception === null || exception.cleared <= mostCleared) continue
    mostCleared = exception.cleared
    best = exception.literal
  }
  return best === null ? predicate : [...predicate, best]
}

/** All values of the column but those that only counter-examples have; null where a positive would be lost. */
const exceptionOf = (
  column: CategoryColumn,
  rows: Int32Array,
  { features, fits }: Sharpening,
): { readonly literal: Literal; readonly cleared: number } | null => {
  const positives = new Int32Array(column.labels.length + 1)
  const negatives = new Int32Array(column.labels.length + 1)
  const codes = features.codesAt(column, rows)
  for (const [i, row] of rows.entries()) {
    const code = codes[i] ?? 0
    if (fits[row] === fit.fits) positives[code] = (positives[code] ?? 0) + 1
    else if (fits[row] === fit.breaks) negatives[code] = (negatives[code] ?? 0) + 1
  }
  if ((positives[0] ?? 0) > 0) return null
  const kept = column.labels.filter((_, i) => (positives[i + 1] ?? 0) > 0 || (negatives[i + 1] ?? 0) === 0)
  if (kept.length === 0 || kept.length === column.labels.length) return null
  const cleared = column.labels.reduce((sum: number, label, i) => (kept.includes(label) ? sum : sum + (negatives[i + 1] ?? 0)), 0)
  const left = column.labels.filter((label) => !kept.includes(label))
  // Rows without a value are none of the excepted ones: where they speak against the rule, what is left has to be named.
  const except = left.length < kept.length && (negatives[0] ?? 0) === 0
  const literal: Literal = except
    ? { kind: 'not-in', feature: column.name, values: left }
    : { kind: 'in', feature: column.name, values: kept }
  return { literal, cleared }
}
