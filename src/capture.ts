// What of the legacy is captured, and how personal data is masked: for `masking(…)` and `filters(…)` of `legacySchema`.

export { atLeast, below, between, noneOf, oneOf } from './filters/conditions.ts'
export { ageBand, derived, firstCharacters, mailDomain } from './masking/derivations.ts'
export { hashed, keepFormat, redact } from './masking/masks.ts'
export { guardedSource } from './pipeline/guard/guarded-source.ts'

export type { Condition } from './filters/conditions.ts'
export type { Filters } from './filters/filters.ts'
export type { Derivation } from './masking/derivations.ts'
export type { Masking } from './masking/masking.ts'
export type { Mask } from './masking/masks.ts'
