import type { Data } from '../../model/value.ts'
import { hasTime, instantOf, numberOf } from '../scalar.ts'
import { roomFor, trimmed } from './growing.ts'

/** One fact over all cases, as one of three kinds of column. A row without a value has NaN, or code 0. */
export type FactColumn =
  /** `written`: all came as texts, as codes do that happen to be made of digits. */
  | { readonly kind: 'number'; readonly name: string; readonly numbers: Float64Array; readonly written?: boolean }
  /** Epoch milliseconds; `timed` is false when all are calendar days. */
  | { readonly kind: 'instant'; readonly name: string; readonly numbers: Float64Array; readonly timed: boolean }
  /** Code c stands for `labels[c - 1]`, as stored: with its padding. */
  | { readonly kind: 'text'; readonly name: string; readonly codes: Int32Array; readonly labels: readonly (string | boolean)[] }

/** Collects one fact row by row; what it is shows only at the end. */
export interface GrowingFact {
  readonly put: (row: number, value: Data) => void
  /** Null when the fact has no value anywhere, or too many texts to tell apart. */
  readonly finish: (rows: number) => FactColumn | null
}

/** Texts of one fact that are told apart. Beyond that it names single decisions, and no rule can be about it. */
const maxLabels = 400_000
const dated = /^\d{4}-\d\d-\d\d/

export const growingFact = (name: string): GrowingFact => {
  let numbers: Float64Array | null = null
  let instants: Float64Array | null = null
  let codes: Int32Array | null = null
  let timed = false
  const dictionary = new Map<string | boolean, number>()
  const seen = { numbers: 0, written: 0, instants: 0, texts: 0 }
  const label = (row: number, text: string | boolean): void => {
    let code = dictionary.get(text)
    if (code === undefined) {
      if (dictionary.size >= maxLabels) return
      code = dictionary.size + 1
      dictionary.set(text, code)
    }
    codes = roomFor(codes, row, Int32Array)
    codes[row] = code
    seen.texts++
  }
  const count = (row: number, value: number): void => {
    if (Number.isNaN(value)) return
    numbers = roomFor(numbers, row, Float64Array)
    numbers[row] = value
    seen.numbers++
  }
  const date = (row: number, text: string): boolean => {
    const instant = dated.test(text) ? instantOf(text) : Number.NaN
    if (Number.isNaN(instant)) return false
    instants = roomFor(instants, row, Float64Array)
    instants[row] = instant
    timed ||= hasTime(text)
    seen.instants++
    return true
  }
  const text = (row: number, value: string): void => {
    const first = value.charCodeAt(0)
    // Most texts are names: only what begins like a number or a date is looked at closely.
    const isLikely = first === 45 || (first >= 48 && first <= 57)
    const number = isLikely ? numberOf(value) : Number.NaN
    if (!Number.isNaN(number)) {
      seen.written++
      count(row, number)
    } else if (!isLikely || !date(row, value)) label(row, value)
  }
  const put = (row: number, value: Data): void => {
    if (value === null) return
    if (typeof value === 'number') count(row, value)
    else if (typeof value === 'string') text(row, value)
    else if (typeof value === 'bigint') count(row, Number(value))
    else label(row, typeof value === 'boolean' ? value : String(value))
  }
  const finish = (rows: number): FactColumn | null => {
    const given = seen.numbers + seen.instants + seen.texts
    if (given === 0) return null
    if (seen.numbers === given)
      return { kind: 'number', name, numbers: trimmed(numbers, rows, Float64Array), written: seen.written === given }
    if (seen.instants >= given * 0.99) return { kind: 'instant', name, numbers: trimmed(instants, rows, Float64Array), timed }
    addAsTexts(numbers, String, label)
    addAsTexts(instants, (at) => new Date(at).toISOString().slice(0, timed ? 23 : 10), label)
    if (dictionary.size >= maxLabels) return null
    return { kind: 'text', name, codes: trimmed(codes, rows, Int32Array), labels: [...dictionary.keys()] }
  }
  return { put, finish }
}

const addAsTexts = (values: Float64Array | null, text: (value: number) => string, label: (row: number, text: string) => void): void => {
  if (values === null) return
  for (let row = 0; row < values.length; row++) {
    const value = values[row] ?? Number.NaN
    if (!Number.isNaN(value)) label(row, text(value))
  }
}
