/** A feature over all cases. `bits` is what naming it costs: raw facts are cheap, derived ones dear. */
export type Column = NumberColumn | CategoryColumn

interface Named {
  readonly name: string
  readonly bits: number
  /** The facts that it is made of; `clock` for the legacy's clock. */
  readonly facts: readonly string[]
}

export interface NumberColumn extends Named {
  readonly kind: 'number'
  /** NaN: null. */
  readonly numbers: Float64Array
  /** Where it wraps around (hours: 24, first 0); null where it does not. */
  readonly cycle: { readonly first: number; readonly length: number } | null
}

export interface CategoryColumn extends Named {
  readonly kind: 'category'
  /** 0: null, else 1 + index in `labels`. */
  readonly codes: Int32Array
  readonly labels: readonly (string | number | boolean)[]
}

/** Columns that hold one value only, or nearly as many as there are rows, say nothing about other rows. */
export const isUseful = (column: Column, rows: number): boolean => {
  if (column.kind === 'category') {
    const used = column.labels.length
    return used > 0 && (used > 1 || column.codes.includes(0)) && (used <= 64 || (used <= rows * 0.3 && !isSerial(column)))
  }
  let first = Number.NaN
  let seen = false
  for (let row = 0; row < column.numbers.length; row++) {
    const value = column.numbers[row] ?? Number.NaN
    if (!seen) {
      first = value
      seen = true
    } else if (!Object.is(value, first)) return true
  }
  return false
}

/** Values that come once, in one stretch (order numbers), only say when: the clock does that better. */
const isSerial = (column: CategoryColumn): boolean => {
  let stretches = 0
  let last = 0
  for (const code of column.codes) {
    if (code !== last && code !== 0) stretches++
    last = code
  }
  return stretches <= column.labels.length * 1.1
}
