import type { ChangeEvent, TransactionHeader } from '../src/model/change-event.ts'
import type { ChangeId } from '../src/model/ids.ts'
import type { Value } from '../src/model/value.ts'

/** Names of the tables of a legacy schema `interface Oms { ord_hdr: { ord_no: string; … }; … }`. */
export type TableOf<S> = keyof S & string

export type ColumnOf<S, T extends keyof S> = keyof S[T] & string

/** What a key is made of; null (an empty foreign key) finds no row. */
type KeyPart<Row> = Extract<Row[keyof Row], Value> | null

/** {@link TransactionView} with the tables and columns of one legacy schema: an unknown name does not compile. */
export interface SchemaView<S> {
  readonly header: TransactionHeader
  readonly created: <T extends TableOf<S>>(table: T) => IteratorObject<S[T]>
  readonly updated: <T extends TableOf<S>>(table: T) => IteratorObject<S[T]>
  /** Rows before their deletion; only their key columns where nobody knows the rest. */
  readonly deleted: <T extends TableOf<S>>(table: T) => IteratorObject<S[T]>
  readonly transitioned: <T extends TableOf<S>, C extends ColumnOf<S, T>>(
    table: T,
    column: C,
    values?: { readonly from?: S[T][C]; readonly to?: S[T][C] },
  ) => IteratorObject<S[T]>
  readonly changes: (table?: TableOf<S>) => IteratorObject<ChangeEvent>
  readonly causeOf: (row: object) => ChangeId | undefined
}

export interface SchemaEmitTools<S> {
  readonly tx: SchemaView<S>
  /** The row with this key as of just after this transaction; undefined when there is none. Composite keys in key order. */
  readonly asOf: <T extends TableOf<S>>(table: T, ...key: readonly KeyPart<S[T]>[]) => S[T] | undefined
}

/** What an event's data may be made of: {@link Data}, and iterators (they become arrays) and undefined (left out). */
export type Emittable<D> = D extends Value | undefined
  ? D
  : D extends (...args: never[]) => unknown
    ? never
    : D extends IteratorObject<infer Item>
      ? IteratorObject<Emittable<Item>>
      : D extends object
        ? { readonly [Name in keyof D]: Emittable<D[Name]> }
        : never

/** What emitted data is on the wire: bigints and bytes are text there, iterators arrays, undefined left out. */
export type Wire<D> = D extends bigint | Uint8Array
  ? string
  : D extends string | number | boolean | null | undefined
    ? D
    : D extends IteratorObject<infer Item>
      ? Wire<Item>[]
      : D extends readonly (infer Item)[]
        ? Wire<Item>[]
        : D extends object
          ? { [Name in keyof D]: Wire<D[Name]> }
          : D
