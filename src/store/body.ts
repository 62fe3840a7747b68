import { decode, encode } from '../model/canonical.ts'
import type { Data } from '../model/value.ts'

/** A model value as stored text. Model types are data all through, which their interfaces cannot say to the compiler. */
export const toBody = (value: object): string => encode(value as unknown as Data)

/** Back from {@link toBody}; the column's type says what it holds. */
export const fromBody = <T>(text: string): T => decode(text) as unknown as T
