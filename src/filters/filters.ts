import type { Value } from '../model/value.ts'
import type { Condition } from './conditions.ts'

/** What of one table is captured. */
export interface TableFilter {
  /** Only these columns; those of the key are always among them. */
  readonly columns?: readonly string[]
  /** All columns but these. */
  readonly except?: readonly string[]
  /** Only rows that meet every condition. */
  readonly rows?: Readonly<Record<string, Condition>>
}

/** By table; a table that is not named is captured whole. */
export type Filters = Readonly<Record<string, TableFilter>>

/** {@link Filters} of a legacy schema: unknown tables, columns and values do not compile. */
export type FiltersOptions<S> = {
  readonly [T in keyof S & string]?: {
    readonly columns?: readonly (keyof S[T] & string)[]
    readonly except?: readonly string[]
    readonly rows?: { readonly [C in keyof S[T] & string]?: S[T][C] | Condition<S[T][C]> }
  }
}

export interface FiltersFor<S> {
  readonly filters: (options: FiltersOptions<S>) => Filters
}

interface WrittenFilter extends Omit<TableFilter, 'rows'> {
  readonly rows?: Readonly<Record<string, Value | Condition>>
}

/** `filters` bound to a legacy schema. A plain value stands for a column that must hold it. */
export const filtersFor = <S>(): FiltersFor<S> => ({
  filters: (options) =>
    Object.fromEntries(
      Object.entries(options as Readonly<Record<string, WrittenFilter>>).map(([table, { rows, ...columns }]) => [
        table,
        rows === undefined
          ? columns
          : { ...columns, rows: Object.fromEntries(Object.entries(rows).map(([name, wanted]) => [name, conditionOf(wanted)])) },
      ]),
    ),
})

const conditionOf = (wanted: Value | Condition): Condition => (isCondition(wanted) ? wanted : { kind: 'one-of', values: [wanted] })

const isCondition = (wanted: Value | Condition): wanted is Condition =>
  typeof wanted === 'object' && wanted !== null && !Array.isArray(wanted) && !(wanted instanceof Uint8Array)
