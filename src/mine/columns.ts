import type { Data } from '../model/value.ts'
import type { CategoryColumn, Column, NumberColumn } from './column.ts'
import { dateColumns } from './calendar.ts'
import type { MiningCase } from './case.ts'
import { dayMs, hasTime, instantOf, numberOf } from './scalar.ts'

/** What one raw fact holds over all cases. */
export interface RawFact {
  readonly name: string
  readonly values: (Data | undefined)[]
}

/** Collects the facts by name; objects and lists are taken apart (`lines.count`, `lines.qty.sum`). */
export const rawFacts = (cases: readonly MiningCase[]): readonly RawFact[] => {
  const facts = new Map<string, RawFact>()
  const put = (name: string, row: number, value: Data): void => {
    let fact = facts.get(name)
    if (fact === undefined) {
      fact = { name, values: new Array<Data | undefined>(cases.length).fill(undefined) }
      facts.set(name, fact)
    }
    fact.values[row] = value
  }
  for (const [row, one] of cases.entries()) for (const name in one.facts) takeApart(name, one.facts[name] ?? null, row, put, 0)
  return [...facts.values()].sort((a, b) => (a.name < b.name ? -1 : 1))
}

const takeApart = (name: string, value: Data, row: number, put: (name: string, row: number, value: Data) => void, depth: number): void => {
  if (value === null || typeof value !== 'object') put(name, row, value)
  else if (Array.isArray(value)) summarise(name, value, row, put)
  else if (!(value instanceof Uint8Array) && depth < 3) {
    const record = value as { readonly [field: string]: Data }
    for (const field in record) takeApart(`${name}.${field}`, record[field] ?? null, row, put, depth + 1)
  }
}

const summarise = (name: string, list: readonly Data[], row: number, put: (name: string, row: number, value: Data) => void): void => {
  put(`${name}.count`, row, list.length)
  const sums = new Map<string, { sum: number; max: number }>()
  for (const item of list) {
    if (item === null || typeof item !== 'object' || Array.isArray(item) || item instanceof Uint8Array) continue
    const record = item as { readonly [field: string]: Data }
    for (const field in record) {
      const number = numberOf(record[field])
      if (Number.isNaN(number)) continue
      const known = sums.get(field)
      if (known === undefined) sums.set(field, { sum: number, max: number })
      else {
        known.sum += number
        known.max = Math.max(known.max, number)
      }
    }
  }
  for (const [field, { sum, max }] of sums) {
    put(`${name}.${field}.sum`, row, sum)
    put(`${name}.${field}.max`, row, max)
  }
}

/** What naming a fact costs: the trigger's own fields are the likeliest to be meant. */
export const factBits = (name: string): number =>
  name.startsWith('trigger') ? 0 : name.startsWith('read') ? 1.5 : name.startsWith('candidate') ? 3 : 1

/** Typed columns of one fact: number, or days from the decision, or category with prefixes. */
export const columnsOf = (fact: RawFact, at: Float64Array): readonly Column[] => {
  let present = 0
  let numbers = 0
  let instants = 0
  for (const value of fact.values) {
    if (value === undefined || value === null) continue
    present++
    if (!Number.isNaN(numberOf(value))) numbers++
    else if (!Number.isNaN(instantOf(value))) instants++
  }
  if (present === 0) return []
  if (numbers === present) return numberColumns(fact)
  if (instants >= present * 0.99) return instantColumns(fact, at)
  return categoryColumns(fact)
}

const numberColumns = (fact: RawFact): readonly Column[] => {
  const column = numberColumn(fact.name, factBits(fact.name), [fact.name], fact.values.length, (row) => numberOf(fact.values[row]))
  return isSerial(column.numbers) ? [] : [column]
}

/** Serial numbers (order ids) only say when: the clock does that better, and they would fit anything. */
const isSerial = (numbers: Float64Array): boolean => {
  let rising = 0
  let steps = 0
  let last = Number.NaN
  const distinct = new Set<number>()
  for (const value of numbers) {
    if (Number.isNaN(value)) continue
    if (!Number.isInteger(value)) return false
    distinct.add(value)
    if (!Number.isNaN(last)) {
      steps++
      if (value >= last) rising++
    }
    last = value
  }
  return distinct.size > 300 && distinct.size > steps * 0.3 && (rising > steps * 0.9 || distinct.size >= steps * 0.99)
}

export const numberColumn = (
  name: string,
  bits: number,
  facts: readonly string[],
  rows: number,
  value: (row: number) => number,
  cycle: NumberColumn['cycle'] = null,
): NumberColumn => {
  const numbers = new Float64Array(rows)
  for (let row = 0; row < rows; row++) numbers[row] = value(row)
  return { kind: 'number', name, bits, facts, numbers, cycle }
}

const instantColumns = (fact: RawFact, at: Float64Array): readonly Column[] => {
  const rows = fact.values.length
  const instants = new Float64Array(rows)
  let timed = false
  for (let row = 0; row < rows; row++) {
    const value = fact.values[row]
    instants[row] = instantOf(value)
    timed ||= value !== undefined && hasTime(value)
  }
  const bits = factBits(fact.name)
  const fromClock = numberColumn(`days(${fact.name} - clock)`, bits + 3, [fact.name, 'clock'], rows, (row) =>
    Math.floor(((instants[row] ?? Number.NaN) - (at[row] ?? 0)) / dayMs),
  )
  return [...dateColumns({ name: fact.name, instants, bits: bits + 1, timed }), fromClock]
}

const categoryColumns = (fact: RawFact): readonly Column[] => {
  const rows = fact.values.length
  const texts = fact.values.map((value) =>
    value === undefined || value === null ? null : typeof value === 'string' ? value.trim() : labelOf(value),
  )
  const bits = factBits(fact.name)
  const whole = categoryColumn(fact.name, bits, [fact.name], texts)
  if (whole.labels.length <= 8) return [whole]
  const prefixes = [1, 2, 3].map((length) =>
    categoryColumn(
      `prefix${length}(${fact.name})`,
      bits + 2,
      [fact.name],
      texts.map((text) => (typeof text === 'string' ? text.slice(0, length) : null)),
    ),
  )
  return [
    whole,
    ...prefixes.filter((column) => column.labels.length > 1 && column.labels.length < Math.min(whole.labels.length, rows * 0.1)),
  ]
}

const labelOf = (value: Data): string | boolean => (typeof value === 'boolean' ? value : String(value))

export const categoryColumn = (
  name: string,
  bits: number,
  facts: readonly string[],
  values: readonly (string | number | boolean | null)[],
): CategoryColumn => {
  const dictionary = new Map<string | number | boolean, number>()
  const codes = new Int32Array(values.length)
  for (const [row, value] of values.entries()) {
    if (value === null || value === '') continue
    let code = dictionary.get(value)
    if (code === undefined) {
      code = dictionary.size + 1
      dictionary.set(value, code)
    }
    codes[row] = code
  }
  return { kind: 'category', name, bits, facts, codes, labels: [...dictionary.keys()] }
}
