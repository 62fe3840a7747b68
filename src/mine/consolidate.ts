import type { Literal } from '../model/hidden-rule.ts'
import type { Draft } from './cover.ts'
import { effectText } from './effects.ts'
import type { FeatureTable } from './features.ts'
import { fit } from './fit.ts'
import { trial } from './gates.ts'
import { rowsWhere } from './predicate.ts'
import { sharpen } from './sharpen.ts'
import type { Split } from './split.ts'

/**
 * Makes one rule of pieces: same effect, same features, and the union as precise as the pieces. Then fits borders on
 * all rows. A change that does not pass the gates is not made.
 */
export const consolidate = (drafts: readonly Draft[], features: FeatureTable, split: Split): readonly Draft[] => {
  let left = [...drafts]
  for (let i = 0; i < left.length; i++) {
    for (let j = i + 1; j < left.length; j++) {
      const [a, b] = [left[i], left[j]]
      if (a === undefined || b === undefined) continue
      const merged = mergedDraft(a, b, features, split)
      if (merged === null) continue
      left = left.map((draft, at) => (at === i ? merged : draft)).filter((_, at) => at !== j)
      j = i
    }
  }
  return left.map((draft) => refitted(draft, features, split))
}

const mergedDraft = (a: Draft, b: Draft, features: FeatureTable, split: Split): Draft | null => {
  if (effectText(a.effect) !== effectText(b.effect)) return null
  const predicate = unionOf(a.predicate, b.predicate)
  if (predicate === null) return null
  const tried = trial({ predicate, features, fits: a.fits, split })
  return tried.failed === null && tried.precision >= Math.min(a.trial.precision, b.trial.precision) - 0.02
    ? { ...a, predicate, gain: a.gain + b.gain, trial: tried }
    : null
}

/** The predicate that covers both, where they differ in one condition only; the wider one, where one implies the other. */
const unionOf = (a: readonly Literal[], b: readonly Literal[]): readonly Literal[] | null => {
  const same = (x: Literal, y: Literal): boolean => JSON.stringify(x) === JSON.stringify(y)
  const onlyA = a.filter((x) => !b.some((y) => same(x, y)))
  const onlyB = b.filter((y) => !a.some((x) => same(x, y)))
  if (onlyA.length === 0) return a
  if (onlyB.length === 0) return b
  const [x, y] = [onlyA[0], onlyB[0]]
  if (onlyA.length > 1 || onlyB.length > 1 || x === undefined || y === undefined || x.feature !== y.feature) return null
  const union = literalUnion(x, y)
  return union === null ? null : a.map((literal) => (literal === x ? union : literal))
}

const literalUnion = (x: Literal, y: Literal): Literal | null => {
  if (x.kind === 'in' && y.kind === 'in') return { kind: 'in', feature: x.feature, values: [...new Set([...x.values, ...y.values])] }
  if (x.kind === 'at-least' && y.kind === 'at-least') return x.value <= y.value ? x : y
  if (x.kind === 'at-most' && y.kind === 'at-most') return x.value >= y.value ? x : y
  if (x.kind === 'between' && y.kind === 'between') {
    return { kind: 'between', feature: x.feature, from: Math.min(x.from, y.from), to: Math.max(x.to, y.to) }
  }
  return null
}

const refitted = (draft: Draft, features: FeatureTable, split: Split): Draft => {
  const predicate = sharpen(draft.predicate, { features, fits: draft.fits, rows: split.all })
  const tried = trial({ predicate, features, fits: draft.fits, split })
  return tried.failed === null ? { ...draft, predicate, trial: tried } : draft
}

/** Rows that the rule foretells: legacy differs from the candidate exactly as the rule says. */
export const restoredRows = (draft: Draft, features: FeatureTable, split: Split): Int32Array =>
  rowsWhere(draft.predicate, features, split.all).filter((row) => draft.fits[row] === fit.fits)
