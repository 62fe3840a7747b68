import { encode } from '../src/model/canonical.ts'
import type { Night } from '../src/model/night.ts'
import type { Data } from '../src/model/value.ts'

/** The night itself, for machines: keys sorted, bigints and bytes tagged as in `src/model/canonical.ts`. `decode` gives the night back. */
export const json = (night: Night): string => `${JSON.stringify(JSON.parse(encode(night as unknown as Data)), null, 2)}\n`
