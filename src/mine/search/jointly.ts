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
  const broken = rowsThat(draft.fits, draft.trial.rows, fit.breaks)
  const before: Unless = others.flatMap(({ predicate, effect }) => {
    if (predicate.length === 0 || effectText(effect) === effectText(draft.effect)) return []
    const [there, wrong] = [own, broken].map((rows) => rowsWhere(predicate, archive.features, rows).length)
    if (there === undefined || wrong === undefined) return []
    // Where it goes before in a single decision, that may be luck: then the draft must not be right there more often.
    return there > mostShared * own.length || there > wrong ? [] : [predicate]
  })
  const unless = neededOf(draft.predicate, fitsOf(draft.effect, archive.answers, archive.features), before, search, 0)
  return unless.length === 0 ? null : { ...judged({ predicate: draft.predicate, effect: draft.effect, unless }), gain: draft.gain }
}

/** So much of what a rule foretells has to be foretold without it, for it to be told no more. */
const mostOfIt = 0.95
/** Of what a draft foretells so much must be news, and so much more than by those in whose stead it is told. */
const leastNews = 0.5
const leastMore = 1.1

/**
 * The rules that need not be told where the draft is: they say no more than it does, of decisions that it or others foretell. Null where the draft is
 * not worth telling.
 */
export const replacedBy = (draft: Draft, rules: readonly Draft[]): readonly Draft[] | null => {
  const own = rowsThat(draft.fits, draft.trial.rows, fit.fits)
  const times = new Uint8Array(draft.fits.length)
  const foretold = rules.map((rule) => rowsThat(rule.fits, rule.trial.rows, fit.fits))
  for (const rows of foretold) for (const row of rows) times[row] = Math.min(255, (times[row] ?? 0) + 1)
  const isOwn = new Uint8Array(draft.fits.length)
  for (const row of own) isOwn[row] = 1
  const less = rules.filter((rule, i) => {
    const rows = foretold[i] ?? own
    if (rule.effect.some(({ path }) => !draft.effect.some((step) => step.path === path))) return false
    return rows.filter((row) => isOwn[row] === 1 || (times[row] ?? 0) > 1).length >= mostOfIt * rows.length
  })
  const gone = new Set(less)
  const before = new Set<number>()
  for (const [i, rule] of rules.entries()) {
    if (!gone.has(rule)) continue
    for (const row of foretold[i] ?? own) {
      if (isOwn[row] === 1) before.add(row)
      times[row] = (times[row] ?? 1) - 1
    }
  }
  const saysMore = own.length >= leastMore * before.size || less.every(({ effect }) => effect.length < draft.effect.length)
  return saysMore && rowsThat(times, own, 0).length >= leastNews * own.length ? less : null
}
