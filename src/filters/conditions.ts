import type { Value } from '../model/value.ts'

/** What a column must hold for its row to be captured. Data, so that it can be shown and checked. */
export type Condition<V = Value> =
  | { readonly kind: 'one-of'; readonly values: readonly V[] }
  | { readonly kind: 'none-of'; readonly values: readonly V[] }
  | { readonly kind: 'between'; readonly from: V | null; readonly below: V | null }

/** One of these values, null among them if it is named. */
export const oneOf = <const V extends Value>(...values: readonly V[]): Condition<V> => ({ kind: 'one-of', values })

/** None of these values; null passes unless it is named. */
export const noneOf = <const V extends Value>(...values: readonly V[]): Condition<V> => ({ kind: 'none-of', values })

/** This or more. Null never passes. */
export const atLeast = <V extends string | number | bigint>(from: V): Condition<V> => ({ kind: 'between', from, below: null })

/** Less than this. Null never passes. */
export const below = <V extends string | number | bigint>(bound: V): Condition<V> => ({ kind: 'between', from: null, below: bound })

/** From the first, included, to the second, excluded. Null never passes. */
export const between = <V extends string | number | bigint>(from: V, bound: V): Condition<V> => ({ kind: 'between', from, below: bound })
