import type { Value } from '../model/value.ts'

/** What happens to a column's values before anything is stored. */
export type Mask =
  | { readonly kind: 'hashed' }
  | { readonly kind: 'keep-format' }
  | { readonly kind: 'redact'; readonly as: Value | undefined }

/** Masks that fit a column of this type. */
export type MaskFor<V> = NonNullable<V> extends string | number | bigint ? Mask : Mask & { readonly kind: 'redact' }

/**
 * A keyed hash (HMAC-SHA-256): text becomes 32 hex digits, an integer another integer. Equal values stay equal in all tables,
 * different ones different, so keys and joins survive; trailing blanks of `char(n)` do not count.
 */
export const hashed = (): Mask & { readonly kind: 'hashed' } => ({ kind: 'hashed' })

/** Digits become other digits and letters other letters, by the key; length, punctuation and blanks are kept. As equal as `hashed`. */
export const keepFormat = (): Mask & { readonly kind: 'keep-format' } => ({ kind: 'keep-format' })

/** Gone: text becomes `***`, anything else null, or what is given here. A null stays null. Not for columns of a key. */
export const redact = (as?: Value): Mask & { readonly kind: 'redact' } => ({ kind: 'redact', as })
