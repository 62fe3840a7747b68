import type { HiddenRule, Literal } from '../model/hidden-rule.ts'
import type { Draft } from './search/draft.ts'
import type { Archive } from './search/sample.ts'
import { effectText } from './effects/effect-text.ts'
import { rowsThat } from './counting.ts'
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
export const doubted = (drafts: readonly Draft[], leads: readonly Draft[], data: Archive): Doubted => {
  const explained = new Uint8Array(data.answers.agree.length)
  const rows = drafts.map((draft) => draft.trial.rows)
  for (const [i, draft] of drafts.entries()) for (const row of rows[i] ?? []) if (draft.fits[row] === fit.fits) explained[row] = 1
  const doubtful = drafts.filter(
    (draft, i) =>
      isAlias(draft, rows[i] ?? new Int32Array(0), data.split.all, explained) ||
      leads.some((lead) => isPartOf(draft, lead)) ||
      drafts.some((other) => areExclusive(draft, other, data)),
  )
  return { sure: drafts.filter((draft) => !doubtful.includes(draft)), doubtful }
}

/**
 * Often a third thing happens that no rule explains, much oftener than elsewhere: the effect names the wrong action, and
 * fits some cases by luck. A third thing that happens anywhere (the candidate is wrong besides) says nothing of this rule.
 */
const isAlias = ({ fits }: Draft, rows: Int32Array, all: Int32Array, explained: Uint8Array): boolean => {
  const inside = thirdThings(fits, rows, explained)
  const whole = thirdThings(fits, all, explained)
  const elsewhere = (whole.unexplained - inside.unexplained) / Math.max(1, whole.atRisk - inside.atRisk)
  return inside.unexplained - elsewhere * inside.atRisk > 0.2 * inside.fits
}

interface ThirdThings {
  readonly fits: number
  readonly atRisk: number
  readonly unexplained: number
}

const thirdThings = (fits: Uint8Array, rows: Int32Array, explained: Uint8Array): ThirdThings => {
  const counts = [0, 0, 0, 0]
  let unexplained = 0
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    const what = fits[row] ?? 0
    counts[what] = (counts[what] ?? 0) + 1
    if (what === fit.other && explained[row] === 0) unexplained++
  }
  return { fits: counts[fit.fits] ?? 0, atRisk: rows.length - (counts[fit.notAtRisk] ?? 0), unexplained }
}

const wider = { share: 0.98, times: 1.3, breaks: 0.02 }

/** A hint that did not pass for want of evidence foretells all that the draft does, and a good deal more, hardly ever wrongly. */
const isPartOf = (draft: Draft, lead: Draft): boolean => {
  const [own, theirs] = [totalOf(draft), totalOf(lead)]
  if (theirs.fits < wider.times * own.fits || theirs.breaks > wider.breaks * theirs.fits) return false
  const known = new Set(rowsThat(lead.fits, lead.trial.rows, fit.fits))
  return rowsThat(draft.fits, draft.trial.rows, fit.fits).filter((row) => known.has(row)).length >= wider.share * own.fits
}

const totalOf = ({ trial: { train, holdout } }: Draft): { readonly fits: number; readonly breaks: number } => ({
  fits: train.fits + holdout.fits,
  breaks: train.breaks + holdout.breaks,
})

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
