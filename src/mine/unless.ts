import type { Literal, RuleEffect } from '../model/hidden-rule.ts'
import type { FeatureTable } from './features/view.ts'
import { fit, fitsOf } from './fit.ts'
import { rowsWhere } from './predicate.ts'
import type { Archive } from './search/sample.ts'

/** Conditions of rules that go before: where all of one of them hold, a rule is silent, and nothing speaks for or against it. */
export type Unless = readonly (readonly Literal[])[]

/** {@link fitsOf} over the archive, with what lies behind other rules not at risk. */
export const fitsUnless = (effect: RuleEffect, unless: Unless, { answers, features, split }: Archive): Uint8Array => {
  const fits = fitsOf(effect, answers, features)
  for (const predicate of unless) silence(fits, rowsWhere(predicate, features, split.all))
  return fits
}

/** Takes these rows out of what the effect is judged by. */
export const silence = (fits: Uint8Array, rows: Int32Array): void => {
  for (let i = 0; i < rows.length; i++) fits[rows[i] ?? 0] = fit.notAtRisk
}

/** The rows on which the rule has a say. */
export const rowsOfRule = (
  { predicate, unless = [] }: { readonly predicate: readonly Literal[]; readonly unless?: Unless },
  features: FeatureTable,
  rows: Int32Array,
): Int32Array => {
  const inside = rowsWhere(predicate, features, rows)
  if (unless.length === 0) return inside
  const silent = new Set(unless.flatMap((before) => [...rowsWhere(before, features, inside)]))
  return inside.filter((row) => !silent.has(row))
}
