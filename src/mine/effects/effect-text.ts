import type { RuleEffect } from '../../model/hidden-rule.ts'

/** A text that is equal for equal effects. */
export const effectText = (effect: RuleEffect): string =>
  effect
    .map((step) => JSON.stringify(step, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
    .sort()
    .join()
