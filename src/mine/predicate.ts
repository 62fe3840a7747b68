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
  const holds = testOf(literal, features, rows)
  const found = new Int32Array(rows.length)
  let count = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    if (holds(row, i)) found[count++] = row
  }
  return found.subarray(0, count)
}

/** Whether the condition holds, for these rows in their order: asked with the row and its place among them. */
export const testOf = (literal: Literal, features: FeatureTable, rows: Int32Array): ((row: number, place: number) => boolean) => {
  const column = features.byName.get(literal.feature)
  if (column === undefined || rows.length === 0) return () => false
  if (column.kind === 'number') {
    const { values, isWhole } = features.numbersOf(column, rows)
    return isWhole ? wholeTest(literal, values) : placedTest(values, numberTest(literal))
  }
  const { values, isWhole } = features.codesOf(column, rows)
  const accepted = acceptedCodes(literal, column)
  return isWhole ? (row) => accepted[values[row] ?? 0] === 1 : (_, place) => accepted[values[place] ?? 0] === 1
}

const placedTest = (values: Float64Array, test: (value: number) => boolean) => (_: number, place: number) =>
  test(values[place] ?? Number.NaN)

/** The commonest conditions without a second call: this is where the time goes. */
const wholeTest = (literal: Literal, values: Float64Array): ((row: number) => boolean) => {
  switch (literal.kind) {
    case 'at-least': {
      const { value } = literal
      return (row) => (values[row] ?? 0) >= value
    }
    case 'at-most': {
      const { value } = literal
      return (row) => (values[row] ?? 0) <= value
    }
    case 'between': {
      const { from, to } = literal
      return (row) => (values[row] ?? 0) >= from && (values[row] ?? 0) <= to
    }
    default: {
      const test = numberTest(literal)
      return (row) => test(values[row] ?? Number.NaN)
    }
  }
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
