import type { Literal } from '../model/hidden-rule.ts'
import { countWhere, rowsThat } from './counting.ts'
import { drafted } from './drafted.ts'
import { fit } from './fit.ts'
import { completed } from './search/complete.ts'
import type { Draft } from './search/draft.ts'
import { repair } from './repair.ts'
import { longList } from './search/luck.ts'
import type { Archive } from './search/sample.ts'
import { sharpen } from './sharpen.ts'
import type { Sharpening } from './sharpen.ts'

/** The draft with its effect, its lists, its borders and its exceptions as they are where what the others foretell is left out. */
export const besideOthers = (draft: Draft, others: readonly Draft[], archive: Archive): Draft => {
  const elsewhere = new Uint8Array(draft.fits.length)
  for (const other of others) for (const row of restored(other)) elsewhere[row] = 1
  const whole = completed(draft, archive, elsewhere)
  const free = whole.fits.map((what, row) => (elsewhere[row] === 1 ? fit.notAtRisk : what))
  return excepted(bordered(listed(whole, free, archive), free, archive), free, archive)
}

/** With borders that nothing but decisions of its own speaks for: what another rule foretells beyond them is no ground to move them there. */
const bordered = (draft: Draft, free: Uint8Array, archive: Archive): Draft => {
  const own = resharpened(draft, free, archive)
  const isBetter = own.trial.failed === null && freeFits(own, free) >= freeFits(draft, free) && breaksOf(own) <= breaksOf(draft)
  return isBetter ? own : draft
}

/** With the exception that clears up what is left. What the other rules do there is none, and what they foretell too speaks not against it. */
const excepted = (draft: Draft, free: Uint8Array, archive: Archive): Draft => {
  const data = { features: archive.features, fits: free, rows: archive.split.all }
  const repaired = repair(draft.predicate, data)
  return repaired === draft.predicate ? draft : passing(drafted(draft, { predicate: needed(repaired, data) }, archive), draft)
}

/** Without conditions that say nothing beside the others: an exception may have made one idle. */
const needed = (predicate: readonly Literal[], { features, fits, rows }: Sharpening): readonly Literal[] => {
  let left = predicate
  for (const literal of predicate) {
    const rest = left.filter((one) => one !== literal)
    if (rest.length === 0) continue
    const [now, without] = [left, rest].map((some) => countWhere(some, features, fits, rows))
    if (now !== undefined && without !== undefined && without.breaks <= now.breaks && without.other <= now.other) left = rest
  }
  return left
}

const passing = (draft: Draft, before: Draft): Draft => (draft.trial.failed === null ? draft : before)

/**
 * Names the values of lists anew without what other rules foretell: where nearly every hit beyond the list is theirs, one that nobody foretells
 * is no chance, and belongs to it; and a value whose hits are all theirs, and that is wrong besides, does not.
 */
const listed = (draft: Draft, free: Uint8Array, archive: Archive): Draft => {
  if (!draft.predicate.some((literal) => isList(literal, archive))) return draft
  const fits = free.slice()
  for (const row of restored(draft)) fits[row] = fit.fits
  const longer = resharpened(draft, fits, archive)
  const known = longer.trial.failed === null && longer.trial.train.fits >= draft.trial.train.fits ? longer : draft
  if (breaksOf(known) === 0) return known
  const shorter = resharpened(known, free, archive)
  const isBetter = shorter.trial.failed === null && freeFits(shorter, free) >= freeFits(known, free) && breaksOf(shorter) < breaksOf(known)
  return isBetter ? shorter : known
}

const isList = (literal: Literal, { features }: Archive): boolean => {
  const column = features.byName.get(literal.feature)
  return literal.kind === 'in' && (column?.kind === 'category' ? column.labels.length > longList : literal.values.length > 1)
}

const resharpened = (draft: Draft, fits: Uint8Array, archive: Archive): Draft =>
  drafted(draft, { predicate: sharpen(draft.predicate, { features: archive.features, fits, rows: archive.split.all }) }, archive)

const restored = ({ fits, trial: { rows } }: Draft): Int32Array => rowsThat(fits, rows, fit.fits)
const breaksOf = ({ trial: { train, holdout } }: Draft): number => train.breaks + holdout.breaks
/** Decisions that nobody else foretells. */
const freeFits = ({ trial: { rows } }: Draft, free: Uint8Array): number => rowsThat(free, rows, fit.fits).length
