import type { CategoryColumn, Column, Feature, NumberColumn, Rows } from './feature.ts'

/** Features over some rows of a case table. Rows are counted within the view. */
export interface FeatureTable {
  readonly rows: number
  readonly columns: readonly Column[]
  readonly byName: ReadonlyMap<string, Column>
  /** The values of some rows of the view, in their order; cheaper than the whole column where it has not been made yet. */
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
    const { name, bits, facts } = feature
    const column: Column =
      feature.kind === 'number'
        ? {
            kind: 'number',
            name,
            bits,
            facts,
            cycle: feature.cycle,
            get numbers() {
              return keep(name, () => feature.read(rows))
            },
          }
        : {
            kind: 'category',
            name,
            bits,
            facts,
            labels: feature.labels,
            get codes() {
              return keep(name, () => feature.read(rows))
            },
          }
    byFeature.set(column, feature)
    return column
  }
  const columns = features.map(columnOf)
  const byName = new Map(columns.map((column) => [column.name, column]))
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
    numbersAt: (column, some) => {
      const feature = byFeature.get(column)
      if (feature?.kind !== 'number' || feature.dear === true || kept.has(column.name) || some.length === size)
        return pick(column.numbers, some)
      return feature.read(inTable(some))
    },
    codesAt: (column, some) => {
      const feature = byFeature.get(column)
      if (feature?.kind !== 'category' || kept.has(column.name) || some.length === size) return pickCodes(column.codes, some)
      return feature.read(inTable(some))
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
