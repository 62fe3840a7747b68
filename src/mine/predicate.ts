import type { Literal } from '../model/hidden-rule.ts'
import type { CategoryColumn } from './features/feature.ts'
import type { FeatureTable } from './features/view.ts'

/** The rows, of those given, on which all conditions hold. A condition on a feature that the table lacks holds nowhere. */
export const rowsWhere = (predicate: readonly Literal[], features: FeatureTable, rows: Int32Array): Int32Array => {
  let left = rows
  for (const literal of predicate) left = rowsOf(literal, features, left)
  return left
}

const rowsOf = (literal: Literal, features: FeatureTable, rows: Int32Array): Int32Array => {
  const column = features.byName.get(literal.feature)
  if (column === undefined || rows.length === 0) return new Int32Array(0)
  if (column.kind === 'number') return keptNumbers(rows, features.numbersAt(column, rows), numberTest(literal))
  return keptCodes(rows, features.codesAt(column, rows), acceptedCodes(literal, column))
}

/** Whether a number satisfies the condition. */
export const numberTest = (literal: Literal): ((value: number) => boolean) => {
  switch (literal.kind) {
    case 'at-least':
      return (value) => value >= literal.value
    case 'at-most':
      return (value) => value <= literal.value
    case 'between':
      return (value) => value >= literal.from && value <= literal.to
    case 'around':
      return (value) => value >= literal.from || value <= literal.to
    case 'in': {
      const values = new Set(literal.values)
      return (value) => values.has(value)
    }
    case 'not-in': {
      const values = new Set(literal.values)
      return (value) => !values.has(value)
    }
    case 'is-null':
      return (value) => Number.isNaN(value)
    case 'is-given':
      return (value) => !Number.isNaN(value)
    default:
      return literal satisfies never
  }
}

/** 1 for each code that satisfies the condition. */
export const acceptedCodes = (literal: Literal, column: CategoryColumn): Uint8Array => {
  const accepted = new Uint8Array(column.labels.length + 1)
  switch (literal.kind) {
    case 'is-null':
      accepted[0] = 1
      break
    case 'is-given':
      accepted.fill(1, 1)
      break
    case 'in':
    case 'not-in': {
      const values = new Set(literal.values)
      const wanted = literal.kind === 'in'
      for (let code = 0; code < accepted.length; code++) {
        const label = column.labels[code - 1]
        accepted[code] = (label !== undefined && values.has(label)) === wanted ? 1 : 0
      }
      break
    }
    default:
      break
  }
  return accepted
}

const keptNumbers = (rows: Int32Array, values: Float64Array, test: (value: number) => boolean): Int32Array => {
  const found = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) if (test(values[i] ?? Number.NaN)) found[count++] = rows[i] ?? 0
  return found.subarray(0, count)
}

const keptCodes = (rows: Int32Array, codes: Int32Array, accepted: Uint8Array): Int32Array => {
  const found = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) if (accepted[codes[i] ?? 0] === 1) found[count++] = rows[i] ?? 0
  return found.subarray(0, count)
}
