declare const brand: unique symbol

/** A primitive that the compiler keeps apart from every other use of the same primitive. */
export type Brand<T, Name extends string> = T & { readonly [brand]: Name }
