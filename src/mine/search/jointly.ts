import type { HiddenRule } from '../../model/hidden-rule.ts'
import { rowsThat } from '../counting.ts'
import { effectText } from '../effects/effect-text.ts'
import { fit, fitsOf } from '../fit.ts'
import { rowsWhere } from '../predicate.ts'
import type { Unless } from '../unless.ts'
import { neededOf } from './behind.ts'
import type { Draft } from './draft.ts'
import type { Search } from './progress.ts'

const hindered: readonly (string | null)[] = ['precision', 'train-precision', 'other']
const mostTogether = 12
/** A draft whose decisions are mostly those of another says the same in other words, and cannot go before it. */
const mostShared = 0.3

/** What passes now, and the lead that it was. */
export interface Together {
  readonly draft: Draft
  readonly lead: Draft
}

type Judged = (said: Pick<HiddenRule, 'predicate' | 'effect' | 'unless'>) => Draft

/**
 * Drafts that are wrong only where others of them (or rules) go before: none can pass alone, for each spoils the others. Each is judged without the
 * decisions of those that would explain where it is wrong, until all that are left pass.
 */
export const jointly = (search: Search, rules: readonly Draft[], leads: readonly Draft[], judged: Judged): readonly Together[] => {
  let alive = leads
    .filter(({ trial, predicate }) => hindered.includes(trial.failed) && predicate.length > 0 && trial.train.fits > 2 * trial.train.breaks)
    .toSorted((a, b) => b.trial.train.fits - a.trial.train.fits || b.effect.length - a.effect.length)
    .slice(0, mostTogether)
  for (;;) {
    const passed = alive.map((draft) => freed(draft, [...rules, ...alive.filter((other) => other !== draft)], search, judged))
    const left = alive.filter((_, i) => passed[i]?.trial.failed === null)
    if (left.length === alive.length) return passed.flatMap((draft, i) => (draft === null ? [] : [{ draft, lead: alive[i] ?? draft }]))
    alive = left
  }
}

const freed = (draft: Draft, others: readonly Draft[], search: Search, judged: Judged): Draft | null => {
  const { archive } = search
  const own = rowsThat(draft.fits, draft.trial.rows, fit.fits)
  const before: Unless = others.flatMap(({ predicate, effect }) => {
    if (predicate.length === 0 || effectText(effect) === effectText(draft.effect)) return []
    return rowsWhere(predicate, archive.features, own).length > mostShared * own.length ? [] : [predicate]
  })
  const unless = neededOf(draft.predicate, fitsOf(draft.effect, archive.answers, archive.features), before, search)
  return unless.length === 0 ? null : { ...judged({ predicate: draft.predicate, effect: draft.effect, unless }), gain: draft.gain }
}
