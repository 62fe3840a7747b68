import type { CategoryColumn, Column, Feature, NumberColumn, Rows } from './feature.ts'

/** Features over some rows of a case table. Rows are counted within the view. */
export interface FeatureTable {
  readonly rows: number
  readonly columns: readonly Column[]
  readonly byName: ReadonlyMap<string, Column>
  /** The values of the whole column where they are at hand, else of these rows in their order. */
  readonly numbersOf: (column: NumberColumn, rows: Int32Array) => { readonly values: Float64Array; readonly isWhole: boolean }
  readonly codesOf: (column: CategoryColumn, rows: Int32Array) => { readonly values: Int32Array; readonly isWhole: boolean }
  /** The values of some rows of the view, in their order. */
  readonly numbersAt: (column: NumberColumn, rows: Int32Array) => Float64Array
  readonly codesAt: (column: CategoryColumn, rows: Int32Array) => Int32Array
  /** Makes one more feature known by its name; it is not one of the columns. */
  readonly learn: (feature: Feature) => void
  /** The feature behind a column. */
  readonly featureOf: (name: string) => Feature | undefined
}

/** Values that a view keeps at hand. */
const keptBytes = 200_000_000

/** The features over these rows. Values are made on demand, and the longest unused are let go. */
export const viewOf = (features: readonly Feature[], rows: Rows, size: number): FeatureTable => {
  const kept = new Map<string, Float64Array | Int32Array>()
  const most = Math.max(8, Math.floor(keptBytes / (8 * Math.max(1, size))))
  const keep = <T extends Float64Array | Int32Array>(name: string, make: () => T): T => {
    const known = kept.get(name) as T | undefined
    const values = known ?? make()
    kept.delete(name)
    kept.set(name, values)
    for (const oldest of kept.keys()) {
      if (kept.size <= most) break
      kept.delete(oldest)
    }
    return values
  }
  const byFeature = new Map<Column, Feature>()
  const columnOf = (feature: Feature): Column => {
    const column = columnFrom(feature, rows, keep)
    byFeature.set(column, feature)
    return column
  }
  const columns = features.map(columnOf)
  const byName = new Map(columns.map((column) => [column.name, column]))
  const isAtHand = (feature: Feature, some: Int32Array): boolean =>
    kept.has(feature.name) || some.length === size || feature.dear === true || (rows === null && feature.stored === true)
  const numbersOf: FeatureTable['numbersOf'] = (column, some) => {
    const feature = byFeature.get(column)
    if (feature?.kind !== 'number' || isAtHand(feature, some)) return { values: column.numbers, isWhole: true }
    return { values: feature.read(inTable(some)), isWhole: false }
  }
  const codesOf: FeatureTable['codesOf'] = (column, some) => {
    const feature = byFeature.get(column)
    if (feature?.kind !== 'category' || isAtHand(feature, some)) return { values: column.codes, isWhole: true }
    return { values: feature.read(inTable(some)), isWhole: false }
  }
  const inTable = (some: Int32Array): Int32Array => (rows === null ? some : some.map((row) => rows[row] ?? 0))
  return {
    rows: size,
    columns,
    byName,
    learn: (feature) => {
      if (!byName.has(feature.name)) byName.set(feature.name, columnOf(feature))
    },
    featureOf: (name) => {
      const column = byName.get(name)
      return column === undefined ? undefined : byFeature.get(column)
    },
    numbersOf,
    codesOf,
    numbersAt: (column, some) => {
      const { values, isWhole } = numbersOf(column, some)
      return isWhole ? pick(values, some) : values
    },
    codesAt: (column, some) => {
      const { values, isWhole } = codesOf(column, some)
      return isWhole ? pickCodes(values, some) : values
    },
  }
}

type Keep = <T extends Float64Array | Int32Array>(name: string, make: () => T) => T

const columnFrom = (feature: Feature, rows: Rows, keep: Keep): Column => {
  const { name, bits, facts } = feature
  if (feature.kind === 'number') {
    const { cycle } = feature
    return {
      kind: 'number',
      name,
      bits,
      facts,
      cycle,
      get numbers() {
        return keep(name, () => feature.read(rows))
      },
    }
  }
  return {
    kind: 'category',
    name,
    bits,
    facts,
    labels: feature.labels,
    get codes() {
      return keep(name, () => feature.read(rows))
    },
  }
}

const pick = (values: Float64Array, rows: Int32Array): Float64Array => {
  if (rows.length === values.length) return values
  const some = new Float64Array(rows.length)
  for (let i = 0; i < rows.length; i++) some[i] = values[rows[i] ?? 0] ?? Number.NaN
  return some
}

const pickCodes = (codes: Int32Array, rows: Int32Array): Int32Array => {
  if (rows.length === codes.length) return codes
  const some = new Int32Array(rows.length)
  for (let i = 0; i < rows.length; i++) some[i] = codes[rows[i] ?? 0] ?? 0
  return some
}
