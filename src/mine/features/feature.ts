/** Rows of a case table; null means all of them. */
export type Rows = Int32Array | null

/** Something that a predicate may speak of. `bits` is what naming it costs: raw facts are cheap, derived ones dear. */
export type Feature = NumberFeature | CategoryFeature

interface Named {
  readonly name: string
  readonly bits: number
  /** The facts that it is made of; `clock` for the legacy's clock. */
  readonly facts: readonly string[]
  /** Made in one pass over all rows, however few are asked for. */
  readonly dear?: boolean
  /** Kept for all rows anyway: reading all of them costs nothing. */
  readonly stored?: boolean
}

/** Where numbers wrap around: hours have length 24 and begin at 0. */
export interface Cycle {
  readonly first: number
  readonly length: number
}

export interface NumberFeature extends Named {
  readonly kind: 'number'
  readonly cycle: Cycle | null
  /** The numbers of these rows, in their order; NaN: null. Not to be written to. */
  readonly read: (rows: Rows) => Float64Array
}

export interface CategoryFeature extends Named {
  readonly kind: 'category'
  /** The codes of these rows, in their order. 0: null, else 1 + index in `labels`. Not to be written to. */
  readonly read: (rows: Rows) => Int32Array
  readonly labels: readonly (string | number | boolean)[]
}

/** A feature over the rows of one view; its values are made when they are first asked for, and may be made again. */
export type Column = NumberColumn | CategoryColumn

export interface NumberColumn extends Named {
  readonly kind: 'number'
  readonly numbers: Float64Array
  readonly cycle: Cycle | null
}

export interface CategoryColumn extends Named {
  readonly kind: 'category'
  readonly codes: Int32Array
  readonly labels: readonly (string | number | boolean)[]
}

/** Numbers kept for all rows. Those of the rows that are asked for first are kept too: the search asks for its sample again and again. */
export const readNumbers = (numbers: Float64Array): NumberFeature['read'] =>
  keepingFirst(numbers, (rows) => {
    const some = new Float64Array(rows.length)
    for (let i = 0; i < rows.length; i++) some[i] = numbers[rows[i] ?? 0] ?? Number.NaN
    return some
  })

/** Codes kept for all rows, like {@link readNumbers}. */
export const readCodes = (codes: Int32Array): CategoryFeature['read'] =>
  keepingFirst(codes, (rows) => {
    const some = new Int32Array(rows.length)
    for (let i = 0; i < rows.length; i++) some[i] = codes[rows[i] ?? 0] ?? 0
    return some
  })

const keepingFirst = <T>(whole: T, pick: (rows: Int32Array) => T): ((rows: Rows) => T) => {
  let first: { readonly rows: Int32Array; readonly values: T } | null = null
  return (rows) => {
    if (rows === null) return whole
    if (first?.rows === rows) return first.values
    const values = pick(rows)
    first ??= { rows, values }
    return values
  }
}

/** A number made of another feature's number, row by row. */
export const ofNumber =
  (read: (rows: Rows) => Float64Array, make: (value: number) => number) =>
  (rows: Rows): Float64Array => {
    const values = read(rows)
    const made = new Float64Array(values.length)
    for (let i = 0; i < values.length; i++) made[i] = make(values[i] ?? Number.NaN)
    return made
  }

/** A number that each label stands for. */
export const ofLabel =
  (read: (rows: Rows) => Int32Array, byCode: Float64Array) =>
  (rows: Rows): Float64Array => {
    const codes = read(rows)
    const made = new Float64Array(codes.length)
    for (let i = 0; i < codes.length; i++) made[i] = byCode[codes[i] ?? 0] ?? Number.NaN
    return made
  }

/** Codes for what is made of each label; null or '' becomes code 0. */
export const relabelled = (
  feature: Pick<CategoryFeature, 'read' | 'labels'>,
  make: (label: string | number | boolean) => string | number | boolean | null,
): Pick<CategoryFeature, 'read' | 'labels'> => {
  const dictionary = new Map<string | number | boolean, number>()
  const byCode = new Int32Array(feature.labels.length + 1)
  for (const [index, label] of feature.labels.entries()) {
    const made = make(label)
    if (made === null || made === '') continue
    let code = dictionary.get(made)
    if (code === undefined) {
      code = dictionary.size + 1
      dictionary.set(made, code)
    }
    byCode[index + 1] = code
  }
  const labels = [...dictionary.keys()]
  if (byCode.every((code, index) => code === index)) return { read: feature.read, labels }
  const read = (rows: Rows): Int32Array => {
    const codes = feature.read(rows)
    const made = new Int32Array(codes.length)
    for (let i = 0; i < codes.length; i++) made[i] = byCode[codes[i] ?? 0] ?? 0
    return made
  }
  return { read, labels }
}

/** A number as it is, or what two of them make: not calendars, counts or remainders. */
export const isPlain = ({ name }: Pick<NumberColumn, 'name'>): boolean => !name.includes('(') && !name.includes(' / ')
