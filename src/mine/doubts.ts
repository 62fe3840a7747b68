import type { HiddenRule, Literal } from '../model/hidden-rule.ts'
import type { Draft } from './search/cover.ts'
import type { Archive } from './search/sample.ts'
import { effectText } from './effects/effect-text.ts'
import { fit } from './fit.ts'
import { rowsWhere } from './predicate.ts'

export interface Doubted {
  readonly sure: readonly Draft[]
  readonly doubtful: readonly Draft[]
}

/**
 * Sets aside what passed every gate and is yet most likely a fragment of something that cannot be said: true on all
 * that was seen, and still not the rule.
 */
export const doubted = (drafts: readonly Draft[], data: Archive): Doubted => {
  const explained = new Uint8Array(data.answers.agree.length)
  const rows = drafts.map((draft) => draft.trial.rows)
  for (const [i, draft] of drafts.entries()) for (const row of rows[i] ?? []) if (draft.fits[row] === fit.fits) explained[row] = 1
  const doubtful = drafts.filter(
    (draft, i) => isAlias(draft, rows[i] ?? new Int32Array(0), explained) || drafts.some((other) => areExclusive(draft, other, data)),
  )
  return { sure: drafts.filter((draft) => !doubtful.includes(draft)), doubtful }
}

/** Often a third thing happens that no rule explains: the effect names the wrong action, and fits some cases by luck. */
const isAlias = (draft: Draft, rows: Int32Array, explained: Uint8Array): boolean => {
  const fits = rows.filter((row) => draft.fits[row] === fit.fits).length
  const unexplained = rows.filter((row) => draft.fits[row] === fit.other && explained[row] === 0).length
  return unexplained > 0.2 * fits
}

/** Two halves of an exclusive or: same effect, same features, and each wants exactly the values that the other does not. */
export const areExclusive = (a: Draft, b: Draft, archive: Archive): boolean => {
  if (a === b || effectText(a.effect) !== effectText(b.effect)) return false
  const opposed = a.predicate.filter((literal) => b.predicate.some((other) => isComplement(literal, other, archive)))
  return opposed.length >= 2 && featuresOf(a) === featuresOf(b)
}

const featuresOf = (draft: Pick<HiddenRule, 'predicate'>): string =>
  draft.predicate
    .map((literal) => literal.feature)
    .sort()
    .join()

const isComplement = (a: Literal, b: Literal, { features, split }: Archive): boolean => {
  if (a.feature !== b.feature) return false
  const inA = rowsWhere([a], features, split.all)
  const inB = rowsWhere([b], features, split.all)
  return rowsWhere([a], features, inB).length === 0 && inA.length + inB.length >= split.all.length * 0.98
}
