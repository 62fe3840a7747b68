import type { HiddenRule, Literal } from '../../model/hidden-rule.ts'
import { rowsThat } from '../counting.ts'
import { fit, fitsOf } from '../fit.ts'
import { baseRate, trial } from '../gates.ts'
import { learnBoth } from '../overlay.ts'
import { rowsWhere } from '../predicate.ts'
import { repair } from '../repair.ts'
import { refine } from './refine.ts'
import { sharpen } from '../sharpen.ts'
import { fitsUnless } from '../unless.ts'
import { foundAgain } from './again.ts'
import { armsOf } from './arm.ts'
import type { Arm, Found } from './arm.ts'
import { behind, neededOf } from './behind.ts'
import { completed } from './complete.ts'
import type { Draft } from './draft.ts'
import { jointly, replacedBy } from './jointly.ts'
import { foundBy } from './find.ts'
import { bounded, foretoldBits } from './progress.ts'
import type { Search } from './progress.ts'
import type { Archive, Sample } from './sample.ts'

export interface Covering {
  readonly rules: readonly Draft[]
  readonly leads: readonly Draft[]
}

const maxRounds = 60
/** How often what is behind the rules is looked at again, when something was found there. */
const maxPasses = 3
const maxFailures = 4

/**
 * Effect-first covering: for every way in which the legacy may have answered instead, the best predicate; the best of
 * all by description length is tried on the holdout; only what passes takes its decisions away from the rest.
 */
export const cover = (archive: Archive, sample: Sample, known: readonly HiddenRule[]): Covering => {
  const search: Search = {
    archive,
    sample,
    unless: [],
    explained: new Uint8Array(sample.rows.length),
    explainedAll: new Uint8Array(archive.answers.agree.length),
    hopeless: new Set(),
    barren: [],
  }
  const rules: Draft[] = []
  const leads: Draft[] = []
  for (const rule of known) {
    for (const literal of rule.predicate) for (const { features } of [archive, sample]) learnBoth(literal.feature, features)
    for (const literal of (rule.unless ?? []).flat()) for (const { features } of [archive, sample]) learnBoth(literal.feature, features)
    const draft = judged(search, rule)
    if (draft.trial.failed !== null) continue
    rules.push(draft)
    explain(search, draft, [])
  }
  const arms = armsOf(sample)
  for (const arm of arms) bounded(arm, search)
  coverBy(arms, search, { rules, leads }, maxRounds)
  for (let pass = 0; pass < maxPasses; pass++) {
    const known = new Set(rules)
    for (const { draft, lead } of foundAgain(search, [...leads], (said) => completed(judged(search, said), archive))) {
      leads.splice(leads.indexOf(lead), 1)
      rules.push(draft)
      explain(search, draft, arms)
    }
    const together = jointly(search, rules, leads, (said) => completed(judged(search, said), archive))
    for (const { draft, lead } of together) {
      const less = replacedBy(draft, rules)
      if (less === null) continue
      leads.splice(leads.indexOf(lead), 1)
      for (const one of less) rules.splice(rules.indexOf(one), 1)
      rules.push(draft)
      explain(search, draft, arms)
    }
    const later = behind(search, arms, rules)
    if (later !== null) coverBy(later.arms, later.search, { rules, leads: [] }, maxRounds / 4)
    if (rules.every((rule) => known.has(rule))) break
  }
  return { rules, leads }
}

const coverBy = (
  arms: readonly Arm[],
  search: Search,
  { rules, leads }: { readonly rules: Draft[]; readonly leads: Draft[] },
  rounds: number,
): void => {
  for (let round = 0; round < rounds; round++) {
    const arm = bestArm(arms, search)
    if (arm === null || arm.found === null) break
    const draft = finished(arm, arm.found, search)
    arm.dirty = true
    if (draft.trial.failed === null) {
      const own = rowsThat(draft.fits, draft.trial.rows, fit.fits)
      if (rowsThat(search.explainedAll, own, 0).length > 0) rules.push(draft)
      explain(search, draft, arms)
      // What was told of more places than the arm has leaves some of its decisions open, of which nothing more can be said.
      if (draft.effect.length > placesOf(arm)) hide(arm, draft, search)
    } else {
      leads.push(draft)
      search.hopeless.add(arm.found.key)
      arm.failures++
      hide(arm, draft, search)
    }
  }
}

/** The arm learns from these decisions no more. */
const hide = (arm: Arm, { predicate }: Draft, search: Search): void => {
  for (const row of ownRows(search, predicate, arm.fits)) arm.hidden[row] = 1
  bounded(arm, search)
}

const ownRows = ({ sample }: Search, predicate: readonly Literal[], fits: Uint8Array): Int32Array =>
  rowsThat(fits, rowsWhere(predicate, sample.features, sample.all), fit.fits)

const explain = (search: Search, draft: Draft, arms: readonly Arm[]): void => {
  const { sample, explained, explainedAll } = search
  for (const row of rowsThat(draft.fits, draft.trial.rows, fit.fits)) explainedAll[row] = 1
  const fresh = sample.mismatches.filter((row) => explained[row] === 0 && explainedAll[sample.rows[row] ?? 0] === 1)
  for (const row of fresh) explained[row] = 1
  for (const arm of arms) {
    if (!fresh.some((row) => arm.fits[row] === fit.fits)) continue
    arm.dirty = true
    bounded(arm, search)
  }
}

/** So many arms are drafted before the best of them is taken: those that promise most. */
const rivals = 4
/** And so many that fit nearly all that the best of these foretells. */
const mostAlike = 2
const leastAlike = 0.95

/**
 * Of the arms with most to explain, the one whose draft saves most bits. Drafts are made anew only when they are out of date. What promises less may
 * foretell the same decisions and more: `at most 1500`, where halves of thousands seemed to be cut off.
 */
const bestArm = (arms: readonly Arm[], search: Search): Arm | null => {
  for (let alike = 0; ; ) {
    const able = arms.filter((arm) => arm.failures < maxFailures && arm.bound > 0)
    const running = unlike(able, search).slice(0, rivals)
    const stale = running.find((arm) => arm.dirty)
    if (stale !== undefined) {
      renew(stale, search)
      continue
    }
    const fresh = alike === 0 ? running : [...running, ...able.filter((arm) => !arm.dirty && arm.found !== null)]
    const best = fresh.reduce<Arm | null>((most, arm) => (most === null || arm.bound > most.bound ? arm : most), null)
    const other = best === null || alike++ >= mostAlike ? undefined : likeIt(best, able, search)
    if (other === undefined) return best
    renew(other, search)
  }
}

const renew = (arm: Arm, search: Search): void => {
  arm.dirty = false
  arm.found = foundBy(arm, search)
  arm.bound = arm.found?.gain ?? 0
}

/** An arm that could do better on much the same decisions, and has the least against it. */
const likeIt = (best: Arm, able: readonly Arm[], search: Search): Arm | undefined => {
  if (best.found === null) return undefined
  const own = ownRows(search, best.found.predicate, best.fits)
  const promising = able.filter((arm) => arm.dirty && arm.bound > best.bound && arm.against < best.against)
  return promising
    .toSorted((a, b) => a.against - b.against)
    .find((arm) => rowsThat(arm.fits, own, fit.fits).length >= leastAlike * own.length)
}

const placesOf = (arm: Arm): number => arm.candidate.effect.length

/** Bits that foretelling all that is open would save: a whole answer says more than one place of it. */
const promiseOf = (arm: Arm, { archive }: Search): number => arm.open * foretoldBits(arm.candidate.effect, archive)

/** Those that promise most first; of arms that have the same to explain, the one that foretells most places, with least against it. */
const unlike = (arms: readonly Arm[], search: Search): readonly Arm[] => {
  const seen = new Set<string>()
  return [...arms]
    .sort(
      (a, b) =>
        promiseOf(b, search) - promiseOf(a, search) ||
        placesOf(b) - placesOf(a) ||
        a.against - b.against ||
        a.candidate.bits - b.candidate.bits,
    )
    .filter((arm) => !seen.has(arm.key) && seen.add(arm.key))
}

/** The draft with its borders on the whole archive, and its trial. */
const finished = (arm: Arm, found: Found, search: Search): Draft => {
  const { sample, archive, explainedAll } = search
  const { effect } = arm.candidate
  const fits = fitsUnless(effect, search.unless, archive)
  const base = baseRate(fits, archive.split)
  const hidden = hiddenRows(arm, sample)
  const { train } = archive.split
  const open = fits.slice()
  const rows = new Int32Array(train.length)
  let count = 0
  for (let i = 0; i < train.length; i++) {
    const row = train[i] ?? 0
    if (open[row] === fit.fits && (explainedAll[row] === 1 || hidden[row] === 1)) open[row] = fit.notAtRisk
    if (open[row] === fit.fits || open[row] === fit.breaks) rows[count++] = row
  }
  const data = { features: archive.features, fits: open, rows: rows.subarray(0, count) }
  const predicate = repair(refine(sharpen(found.predicate, data), data, archive), data)
  const draft = (said: readonly Literal[]): Draft => ({
    predicate: said,
    effect,
    unless: search.unless,
    fits,
    base,
    gain: found.gain,
    trial: trial({ ...archive, predicate: said, effect, fits, base }),
  })
  const exact = draft(predicate)
  if (exact.trial.failed === null) return completed(inFront(exact, search), archive)
  const rough = draft(found.predicate)
  return rough.trial.failed === null ? completed(inFront(rough, search), archive) : exact
}

/** Names only those rules before it that make a difference. */
const inFront = (draft: Draft, search: Search): Draft => {
  if (draft.unless.length === 0) return draft
  const { archive } = search
  const needed = neededOf(draft.predicate, fitsOf(draft.effect, archive.answers, archive.features), draft.unless, search)
  const less = judged(search, { ...draft, unless: needed })
  return less.trial.failed === null ? { ...less, gain: draft.gain } : draft
}

const hiddenRows = ({ hidden }: Arm, { rows, answers }: Sample): Uint8Array => {
  const all = new Uint8Array((rows[rows.length - 1] ?? 0) + 1)
  for (let i = 0; i < rows.length; i++) if (hidden[i] === 1 && answers.agree[i] === 0) all[rows[i] ?? 0] = 1
  return all
}

const judged = ({ archive }: Search, { predicate, effect, unless = [] }: Pick<HiddenRule, 'predicate' | 'effect' | 'unless'>): Draft => {
  const fits = fitsUnless(effect, unless, archive)
  const base = baseRate(fits, archive.split)
  return { predicate, effect, unless, fits, base, gain: 0, trial: trial({ ...archive, predicate, effect, fits, base }) }
}
