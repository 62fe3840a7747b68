import type { Brand } from './brand.ts'

/** Exact decimal text as the database prints it, e.g. `12.50`; `NaN`, `Infinity` and `-Infinity` occur. */
export type Decimal = Brand<string, 'Decimal'>
/** An instant, UTC, with microseconds: `2026-03-01T09:30:00.000000Z`; `infinity` and `-infinity` occur. */
export type Instant = Brand<string, 'Instant'>
/** A wall clock without a zone: `2026-03-01T09:30:00.000000`; `infinity` and `-infinity` occur. */
export type LocalDateTime = Brand<string, 'LocalDateTime'>
/** A calendar day: `2026-03-01`. */
export type LocalDate = Brand<string, 'LocalDate'>
/** JSON kept as the source's own text: parsing would lose digits. */
export type JsonText = Brand<string, 'JsonText'>

/**
 * One column's value. int2/int4/float are numbers, int8 is a bigint, numeric is {@link Decimal} text, character
 * types keep their padding, bytes are a Uint8Array. Fixed once: hashes, fixtures and archives hang on it.
 */
export type Value = null | boolean | number | bigint | string | Uint8Array | readonly Value[]

export type Row = Readonly<Record<string, Value>>

/** Whatever an answer, an event or a read can hold: JSON plus bigint and bytes. */
export type Data = null | boolean | number | bigint | string | Uint8Array | readonly Data[] | { readonly [name: string]: Data }

export const decimal = (text: string): Decimal => text as Decimal

/** Equal as stored: bytes and arrays by content, numbers by identity (`NaN` equals `NaN`, a bigint never equals a number). */
export const sameValue = (a: Value | undefined, b: Value | undefined): boolean => {
  if (Object.is(a, b)) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  if (a instanceof Uint8Array !== b instanceof Uint8Array || a.length !== b.length) return false
  for (let at = 0; at < a.length; at++) if (!sameValue(a[at], b[at])) return false
  return true
}
