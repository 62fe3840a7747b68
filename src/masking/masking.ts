import type { Derivation } from './derivations.ts'
import type { Mask, MaskFor } from './masks.ts'
import type { Secret } from './secret.ts'
import { secretOf } from './secret.ts'

/** What is masked of one table, and what is told of it all the same. */
export interface TableMasking {
  readonly columns?: Readonly<Record<string, Mask>>
  /** Extra columns, by name. */
  readonly derive?: Readonly<Record<string, Derivation>>
}

/** A policy with its key. */
export interface Masking {
  readonly tables: Readonly<Record<string, TableMasking>>
  readonly secret: Secret
}

/** {@link TableMasking} of a legacy schema: unknown columns do not compile. Derived columns are declared in the schema, as rules see them. */
export interface MaskingOptions<S> {
  /** From the environment, never from a file: `process.env.BANYAN_MASKING_KEY`. At least 32 characters. */
  readonly key: string | undefined
  readonly tables: {
    readonly [T in keyof S & string]?: {
      readonly columns?: { readonly [C in keyof S[T] & string]?: MaskFor<S[T][C]> }
      readonly derive?: { readonly [C in keyof S[T] & string]?: Derivation<keyof S[T] & string> }
    }
  }
}

export interface MaskingFor<S> {
  readonly masking: (options: MaskingOptions<S>) => Masking
}

/** `masking` bound to a legacy schema. It throws masking-invalid without a usable key. */
export const maskingFor = <S>(): MaskingFor<S> => ({
  masking: ({ key, tables }) => ({ tables: tables as Masking['tables'], secret: secretOf(key) }),
})
