import type { Literal } from '../../model/hidden-rule.ts'
import { rowsThat } from '../counting.ts'
import { fit } from '../fit.ts'
import { rowsWhere } from '../predicate.ts'
import { silence } from '../unless.ts'
import type { Unless } from '../unless.ts'
import type { Arm } from './arm.ts'
import type { Draft } from './draft.ts'
import { bounded, openRows } from './progress.ts'
import type { Search } from './progress.ts'

/** Who holds nearly everywhere leaves nothing to look at behind it. */
const mostOf = 0.5
/** And who holds hardly anywhere leaves all as it was. */
const leastHidden = 0.2
/** A rule that goes before in fewer decisions, beside those that fit, is not worth naming. */
const leastWrong = 0.04
/** Fewer open decisions are not looked at again, and no more effects than these. */
const leastOpen = 14
const mostArms = 8

/**
 * The search once more, without the decisions of the rules that are known: where the legacy asks them first, what it does there says nothing of
 * what is behind them. Null where nothing could come of it.
 */
export const behind = (
  search: Search,
  arms: readonly Arm[],
  rules: readonly Draft[],
): { readonly search: Search; readonly arms: readonly Arm[] } | null => {
  const { sample } = search
  const unless: (readonly Literal[])[] = []
  const hidden = new Uint8Array(sample.rows.length)
  for (const { predicate } of rules) {
    const rows = rowsWhere(predicate, sample.features, sample.all)
    if (predicate.length === 0 || rows.length > mostOf * sample.rows.length) continue
    unless.push(predicate)
    for (const row of rows) hidden[row] = 1
  }
  const silent = rowsThat(hidden, sample.all, 1)
  if (silent.length < leastHidden * sample.rows.length) return null
  const later: Search = { ...search, unless, hopeless: new Set(), barren: [] }
  const fresh = arms
    .map((arm) => behindArm(arm, silent, later))
    .filter(({ open }) => open >= leastOpen)
    .sort((a, b) => b.open - a.open)
    .slice(0, mostArms)
  return fresh.length === 0 ? null : { search: later, arms: fresh }
}

const behindArm = (arm: Arm, silent: Int32Array, search: Search): Arm => {
  const fits = arm.fits.slice()
  silence(fits, silent)
  const { sample } = search
  const against = rowsThat(fits, sample.all, fit.breaks).length
  const fresh: Arm = { ...arm, fits, against, hidden: new Uint8Array(fits.length), found: null, dirty: true, failures: 0 }
  fresh.bound = Number.POSITIVE_INFINITY
  fresh.open = openRows(fresh, search).length
  bounded(fresh, search)
  return fresh
}

/** Those of the rules before it without which the predicate would be wrong somewhere. */
export const neededOf = (
  predicate: readonly Literal[],
  plain: Uint8Array,
  unless: Unless,
  { archive }: Search,
  share: number = leastWrong,
): Unless => {
  const inside = rowsWhere(predicate, archive.features, archive.split.all)
  const wrong = rowsThat(plain, inside, fit.breaks)
  const least = Math.max(1, share * rowsThat(plain, inside, fit.fits).length)
  return unless.filter((before) => rowsWhere(before, archive.features, wrong).length >= least)
}
