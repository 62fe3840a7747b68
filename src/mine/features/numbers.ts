import type { CategoryFeature, NumberFeature } from './feature.ts'
import { ofNumber } from './feature.ts'

/** What was seen of a number's values in a sample. */
export interface NumberStats {
  readonly whole: boolean
  /** At most {@link manyValues} are counted. */
  readonly distinct: number
  readonly lowest: number
  readonly highest: number
  /** Grows from case to case, a value of its own in each: an order's number. */
  readonly serial: boolean
}

export const manyValues = 500

export const numberStats = (values: Float64Array): NumberStats => {
  const distinct = new Set<number>()
  let [whole, lowest, highest, given, rising, last] = [true, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 0, Number.NaN]
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN
    if (Number.isNaN(value)) continue
    if (whole && !Number.isInteger(value)) whole = false
    if (distinct.size < manyValues) distinct.add(value)
    if (value < lowest) lowest = value
    if (value > highest) highest = value
    if (value >= last) rising++
    given++
    last = value
  }
  const many = distinct.size >= Math.min(manyValues, 300)
  return { whole, distinct: distinct.size, lowest, highest, serial: many && whole && isSerial(values, given, rising) }
}

/** Serial numbers (order ids) only say when: the clock does that better, and they would fit anything. */
const isSerial = (values: Float64Array, given: number, rising: number): boolean => {
  const distinct = new Set<number>()
  for (let i = 0; i < values.length && distinct.size <= given; i++) {
    const value = values[i] ?? Number.NaN
    if (!Number.isNaN(value)) distinct.add(value)
  }
  // Amounts may all differ too, but in no order; numbers that several writers draw are nearly in theirs.
  return (distinct.size > given * 0.3 && rising > given * 0.9) || (distinct.size >= given * 0.99 && rising > given * 0.65)
}

const moduli = [2, 3, 5, 6, 7, 10, 12, 24, 100]

/** Remainders of whole numbers that have a good many values; the last digits of serial numbers too (a tenth of all orders). */
export const remainderFeatures = (feature: NumberFeature, stats: NumberStats): readonly NumberFeature[] => {
  if (!stats.whole || stats.distinct < 12) return []
  return moduli
    .filter((modulus) => stats.highest - stats.lowest >= 2 * modulus)
    .map((modulus) => ({
      ...feature,
      name: `mod${modulus}(${feature.name})`,
      bits: feature.bits + 5,
      cycle: null,
      stored: false,
      read: ofNumber(feature.read, (value) => ((value % modulus) + modulus) % modulus),
    }))
}

/** The part of a cent of an amount with more than two decimals: what roundings disagree about. */
export const centFeatures = (feature: NumberFeature, stats: NumberStats): readonly NumberFeature[] =>
  stats.whole
    ? []
    : [
        {
          ...feature,
          name: `cents(${feature.name})`,
          bits: feature.bits + 4,
          cycle: null,
          stored: false,
          read: ofNumber(feature.read, (value) => {
            const cents = Math.abs(value) * 100
            return Math.round((cents - Math.floor(cents + 1e-7)) * 1000) / 1000
          }),
        },
      ]

const leastCodes = 20
const longestPrefix = 2

/** How a code begins that is made of digits alone: `prefix1(x)`, `prefix2(x)`. */
export const digitFeatures = (feature: NumberFeature, stats: NumberStats): readonly CategoryFeature[] => {
  if (!stats.whole || stats.distinct < leastCodes || stats.lowest < 0 || stats.highest < 100) return []
  return Array.from({ length: longestPrefix }, (_, i): CategoryFeature => {
    const below = 10 ** (i + 1)
    const { name, bits, facts } = feature
    return {
      kind: 'category',
      name: `prefix${i + 1}(${name})`,
      bits: bits + 2,
      facts,
      labels: Array.from({ length: below }, (_, begin) => String(begin)),
      read: (rows) =>
        Int32Array.from(feature.read(rows), (value) => {
          let begin = value
          while (begin >= below) begin = Math.floor(begin / 10)
          return Number.isNaN(begin) ? 0 : begin + 1
        }),
    }
  })
}
