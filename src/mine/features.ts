import type { AnswerTable } from './answers.ts'
import { dateColumns, inZone } from './calendar.ts'
import type { MiningCase } from './case.ts'
import { isUseful } from './column.ts'
import type { Column } from './column.ts'
import { categoryColumn, columnsOf, numberColumn, rawFacts } from './columns.ts'
import { historyColumns } from './history.ts'
import { pairColumns } from './pairs.ts'

/** All that a predicate may speak of, cheapest first. */
export interface FeatureTable {
  readonly rows: number
  readonly columns: readonly Column[]
  readonly byName: ReadonlyMap<string, Column>
}

/**
 * Typed columns from the facts of the cases, the legacy's clock and the candidate's own answer. Nothing that the
 * legacy answered is ever a column: a rule must be able to foretell.
 */
export const featureTable = (cases: readonly MiningCase[], answers: AnswerTable, zone?: string): FeatureTable => {
  const at = Float64Array.from(cases, (one) => one.at)
  const facts = rawFacts(cases).flatMap((fact) => columnsOf(fact, at))
  const histories = facts.flatMap((column) => (column.kind === 'category' ? historyColumns(column, at) : []))
  const clock = dateColumns({ name: 'clock', instants: at, bits: 1, timed: true })
  const zoned = zone === undefined ? [] : dateColumns({ name: `clock ${zone}`, instants: inZone(at, zone), bits: 2, timed: true })
  const all = [...facts, ...candidateColumns(answers, cases.length), ...clock, ...zoned, ...histories, ...pairColumns(facts)]
  const useful = all.filter((column) => isUseful(column, cases.length)).sort((a, b) => a.bits - b.bits)
  return table(cases.length, withoutTwins(useful))
}

/** A table of these columns. */
export const table = (rows: number, columns: readonly Column[]): FeatureTable => ({
  rows,
  columns,
  byName: new Map(columns.map((column) => [column.name, column])),
})

const candidateColumns = (answers: AnswerTable, rows: number): readonly Column[] =>
  answers.paths
    .filter((path) => !path.whole)
    .map((path) => {
      const name = `candidate${path.path}`
      const isNumber =
        path.values.slice(1).every((value) => value === null || typeof value !== 'string') &&
        path.candidateNumber.some((value) => !Number.isNaN(value))
      if (isNumber) return numberColumn(name, 3, [name], rows, (row) => path.candidateNumber[row] ?? Number.NaN)
      const label = (row: number): string | null => {
        const value = path.values[path.candidate[row] ?? 0]
        return value === null || value === undefined ? null : String(value)
      }
      return categoryColumn(
        name,
        3,
        [name],
        Array.from({ length: rows }, (_, row) => label(row)),
      )
    })

/** Of columns with equal content only the first, which is the cheapest, is kept. */
const withoutTwins = (columns: readonly Column[]): readonly Column[] => {
  const kept = new Map<string, Column[]>()
  return columns.filter((column) => {
    const key = digest(column)
    const alike = kept.get(key) ?? []
    if (alike.some((other) => sameContent(other, column))) return false
    kept.set(key, [...alike, column])
    return true
  })
}

const digest = (column: Column): string => {
  let sum = 0
  const data = column.kind === 'number' ? column.numbers : column.codes
  for (let row = 0; row < data.length; row++) {
    const value = data[row] ?? 0
    sum = (Math.imul(sum, 31) + (Number.isNaN(value) ? 7 : Math.floor(value * 16))) | 0
  }
  return `${column.kind}${sum}`
}

const sameContent = (a: Column, b: Column): boolean => {
  if (a.kind === 'number' && b.kind === 'number') return a.numbers.every((value, row) => Object.is(value, b.numbers[row]))
  if (a.kind === 'category' && b.kind === 'category') return a.codes.every((code, row) => code === b.codes[row])
  return false
}
