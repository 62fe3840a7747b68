import type { Literal } from '../model/hidden-rule.ts'
import { countsOf, isAsGood } from './as-good.ts'
import { rowsThat } from './counting.ts'
import { drafted } from './drafted.ts'
import { fit, fitsOf } from './fit.ts'
import { rowsWhere } from './predicate.ts'
import type { Draft } from './search/draft.ts'
import type { Archive } from './search/sample.ts'
import { sharpen } from './sharpen.ts'
import type { Unless } from './unless.ts'

/** Up to so many rows. */
const mostRows = 300_000
/** A rule that goes before in fewer decisions than this, beside those that fit, is not worth naming; nor one that has more of those that fit. */
const leastWrong = 0.01
const mostCost = 0.02
/** Of the decisions that are foretold besides, so many may be exceptions that no rule explains. */
const mostOfMore = 0.15
/** A rule that would itself be wrong in more of these decisions does not explain them. */
const mostContradicted = 0.2

/**
 * Drops conditions that are only there because another rule goes before: `region is none of N` of each of three rules, where a fourth is about
 * region N. What they say of the decisions where no other rule speaks stays the same.
 */
export const released = (drafts: readonly Draft[], archive: Archive): readonly Draft[] => {
  if (archive.split.all.length > mostRows) return drafts
  const left = [...drafts]
  for (const i of left.keys()) {
    for (let freed = freedOnce(i, left, archive); freed !== null; freed = freedOnce(i, left, archive)) left[i] = freed
  }
  return left
}

const freedOnce = (at: number, drafts: readonly Draft[], archive: Archive): Draft | null => {
  const draft = drafts[at]
  if (draft === undefined || draft.predicate.length < 2) return null
  const plain = fitsOf(draft.effect, archive.answers, archive.features)
  for (const literal of draft.predicate.toReversed()) {
    const rest = draft.predicate.filter((one) => one !== literal)
    const freed = freedOf(draft, rest, { plain, others: drafts.filter((_, i) => i !== at) }, archive)
    if (freed !== null) return freed
  }
  return null
}

interface Beside {
  /** The draft's effect, whatever goes before. */
  readonly plain: Uint8Array
  readonly others: readonly Draft[]
}

const freedOf = (draft: Draft, rest: readonly Literal[], { plain, others }: Beside, archive: Archive): Draft | null => {
  const { features, split } = archive
  const wrong = rowsThat(plain, rowsWhere(rest, features, split.all), fit.breaks)
  const before = others.flatMap((other) => explaining(other, draft, wrong, archive))
  const unless = distinct([...draft.unless, ...before])
  if (unless.length === draft.unless.length) return null
  const silent = new Set(unless.flatMap((one) => [...rowsWhere(one, features, wrong)]))
  const plainly = drafted(draft, { predicate: rest, unless }, archive)
  const unexplained = wrong.length - silent.size
  const now = countsOf(draft)
  const more = Math.max(0, countsOf(plainly).fits - now.fits)
  if (unexplained > now.breaks + 0.01 * now.fits + mostOfMore * more) return null
  if (more === 0 ? !isAsGood(plainly, draft) : plainly.trial.failed !== null) return null
  const sharp = drafted(plainly, { predicate: sharpen(rest, { features, fits: plainly.fits, rows: split.all }) }, archive)
  return sharp.predicate.length > 0 && isAsGood(sharp, plainly) ? sharp : plainly
}

/** The other rule's conditions, where it goes before in decisions that would be wrong, and is not wrong there itself. */
const explaining = (other: Draft, draft: Draft, wrong: Int32Array, { features }: Archive): Unless => {
  const own = JSON.stringify(draft.predicate)
  if (other.predicate.length === 0 || other.unless.some((one) => JSON.stringify(one) === own)) return []
  // What is said of the candidate's own answer alone mends that answer: the legacy asks nothing of the kind before its rules.
  if (other.predicate.every(({ feature }) => feature.startsWith('candidate'))) return []
  const there = rowsWhere(other.predicate, features, wrong)
  const contradicted = rowsThat(other.fits, there, fit.breaks).length
  const fitting = rowsThat(draft.fits, draft.trial.rows, fit.fits)
  const isWorthIt = there.length >= Math.max(1, leastWrong * fitting.length) && contradicted <= mostContradicted * there.length
  return isWorthIt && rowsWhere(other.predicate, features, fitting).length <= mostCost * fitting.length ? [other.predicate] : []
}

const distinct = (unless: Unless): Unless => [...new Map(unless.map((one) => [JSON.stringify(one), one])).values()]

/** Names the rules that go before as they are said now: they may have lost conditions since. */
export const renamed = (drafts: readonly Draft[], archive: Archive): readonly Draft[] =>
  drafts.map((draft) => {
    if (draft.unless.length === 0) return draft
    const others = drafts.filter((other) => other !== draft)
    const unless = distinct(draft.unless.map((before) => nowSaid(before, others, archive)))
    const said = drafted(draft, { unless }, archive)
    return isAsGood(said, draft) ? said : draft
  })

const nowSaid = (before: readonly Literal[], drafts: readonly Draft[], { features, split }: Archive): readonly Literal[] => {
  const text = JSON.stringify(before)
  if (drafts.some(({ predicate }) => JSON.stringify(predicate) === text)) return before
  const rows = rowsWhere(before, features, split.all)
  const wider = drafts
    .map(({ predicate }) => ({ predicate, size: rowsWhere(predicate, features, split.all).length }))
    .filter(({ predicate }) => predicate.length > 0 && rowsWhere(predicate, features, rows).length >= 0.95 * rows.length)
    .sort((a, b) => a.size - b.size)
  return wider[0]?.predicate ?? before
}
