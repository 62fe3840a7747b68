import type { HiddenRule, Literal, RuleEffect } from '../../model/hidden-rule.ts'
import { countWhere, rowsThat } from '../counting.ts'
import { fit, fitsOf } from '../fit.ts'
import { baseRate, trial } from '../gates.ts'
import type { Trial } from '../gates.ts'
import { learnBoth } from '../overlay.ts'
import { rowsWhere } from '../predicate.ts'
import { repair } from '../repair.ts'
import { refine } from './refine.ts'
import { sharpen } from '../sharpen.ts'
import { simplify } from '../simplify.ts'
import type { Archive, Sample } from './sample.ts'
import { armsOf, extraFieldBits } from './arm.ts'
import type { Arm, Found } from './arm.ts'
import { beam } from './beam.ts'
import type { Population } from './histogram.ts'
import { bestPair } from './best-pair.ts'
import { toLiteral } from './literals.ts'

/** A predicate with its effect and what the gates say. */
export interface Draft {
  readonly predicate: readonly Literal[]
  readonly effect: RuleEffect
  /** Over the whole archive. */
  readonly fits: Uint8Array
  /** {@link baseRate} of the effect. */
  readonly base: number
  readonly gain: number
  readonly trial: Trial
}

export interface Covering {
  readonly rules: readonly Draft[]
  readonly leads: readonly Draft[]
}

interface Search {
  readonly archive: Archive
  readonly sample: Sample
  /** Mismatches that an accepted rule foretells, by the sample's rows and by the archive's. */
  readonly explained: Uint8Array
  readonly explainedAll: Uint8Array
  /** Sets of positives of which nothing could be made; other effects that fit the same decisions need not try. */
  readonly hopeless: Set<string>
}

const maxRounds = 60
const maxFailures = 4
/** The search looks at a sample of the counter-evidence; borders and gates look at all of it. */
const leastNegatives = 1500
const mostNegatives = 6000
const negativesEach = 12
const mostPositives = 4000

/**
 * Effect-first covering: for every way in which the legacy may have answered instead, the best predicate; the best of
 * all by description length is tried on the holdout; only what passes takes its decisions away from the rest.
 */
export const cover = (archive: Archive, sample: Sample, known: readonly HiddenRule[]): Covering => {
  const search: Search = {
    archive,
    sample,
    explained: new Uint8Array(sample.rows.length),
    explainedAll: new Uint8Array(archive.answers.agree.length),
    hopeless: new Set(),
  }
  const rules: Draft[] = []
  const leads: Draft[] = []
  for (const rule of known) {
    for (const literal of rule.predicate) for (const { features } of [archive, sample]) learnBoth(literal.feature, features)
    const draft = judged(search, rule.predicate, rule.effect, 0)
    if (draft.trial.failed !== null) continue
    rules.push(draft)
    explain(search, draft, [])
  }
  const arms = armsOf(sample)
  for (const arm of arms) bounded(arm, search)
  for (let round = 0; round < maxRounds; round++) {
    const arm = bestArm(arms, search)
    if (arm === null || arm.found === null) break
    const draft = finished(arm, arm.found, search)
    arm.dirty = true
    if (draft.trial.failed === null) {
      rules.push(draft)
      explain(search, draft, arms)
    } else {
      leads.push(draft)
      search.hopeless.add(arm.found.key)
      arm.failures++
      for (const row of ownRows(search, draft.predicate, arm.fits)) arm.hidden[row] = 1
      bounded(arm, search)
    }
  }
  return { rules, leads }
}

/** Bits that a rule saves for each decision which it foretells: no draft can save more than this for every open one. */
const foretoldBits = (effect: RuleEffect, archive: Archive): number =>
  Math.log2(archive.split.train.length) + 4 + extraFieldBits * (effect.length - 1)

const isOpen = (arm: Arm, { explained }: Search, row: number): boolean =>
  arm.fits[row] === fit.fits && explained[row] === 0 && arm.hidden[row] === 0

const openRows = (arm: Arm, search: Search): Int32Array => search.sample.mismatches.filter((row) => isOpen(arm, search, row))

const bounded = (arm: Arm, search: Search): void => {
  const open = openRows(arm, search)
  arm.open = open.length
  arm.key = keyOf(open)
  arm.bound = Math.min(arm.bound, arm.open * search.sample.positiveWeight * foretoldBits(arm.candidate.effect, search.archive))
}

const ownRows = ({ sample }: Search, predicate: readonly Literal[], fits: Uint8Array): Int32Array =>
  rowsThat(fits, rowsWhere(predicate, sample.features, sample.all), fit.fits)

const explain = (search: Search, draft: Draft, arms: readonly Arm[]): void => {
  const { sample, archive, explained, explainedAll } = search
  for (const row of rowsThat(draft.fits, rowsWhere(draft.predicate, archive.features, archive.split.all), fit.fits)) explainedAll[row] = 1
  const fresh = sample.mismatches.filter((row) => explained[row] === 0 && explainedAll[sample.rows[row] ?? 0] === 1)
  for (const row of fresh) explained[row] = 1
  for (const arm of arms) {
    if (!fresh.some((row) => arm.fits[row] === fit.fits)) continue
    arm.dirty = true
    bounded(arm, search)
  }
}

/** So many arms are drafted before the best of them is taken: those with most open positives. */
const rivals = 4

/** Of the arms with most to explain, the one whose draft saves most bits. Drafts are made anew only when they are out of date. */
const bestArm = (arms: readonly Arm[], search: Search): Arm | null => {
  for (;;) {
    const running = unlike(arms.filter((arm) => arm.failures < maxFailures && arm.bound > 0)).slice(0, rivals)
    const stale = running.find((arm) => arm.dirty)
    if (stale === undefined) return running.reduce<Arm | null>((best, arm) => (best === null || arm.bound > best.bound ? arm : best), null)
    stale.dirty = false
    stale.found = foundBy(stale, search)
    stale.bound = stale.found?.gain ?? 0
  }
}

const placesOf = (arm: Arm): number => arm.candidate.effect.length

/** Those with most to explain first; of arms that have the same to explain, the one that foretells most places, with least against it. */
const unlike = (arms: readonly Arm[]): readonly Arm[] => {
  const seen = new Set<string>()
  return [...arms]
    .sort((a, b) => b.open - a.open || placesOf(b) - placesOf(a) || a.against - b.against || a.candidate.bits - b.candidate.bits)
    .filter((arm) => !seen.has(arm.key) && seen.add(arm.key))
}

/** Next to nothing speaks against the effect, whatever the decision: a rule without conditions. */
const isAlways = ({ positives, negatives, weight }: Population): boolean =>
  positives.length >= 20 && negatives.length * weight <= 0.02 * positives.length

const alwaysFound = (arm: Arm, { positives, positiveWeight }: OwnPopulation, { archive }: Search): Found => ({
  predicate: [],
  gain: positives.length * positiveWeight * foretoldBits(arm.candidate.effect, archive) - arm.candidate.bits,
  key: arm.key,
})

interface OwnPopulation extends Population {
  readonly key: string
  /** Decisions of the archive that each positive stands for. */
  readonly positiveWeight: number
}

const foundBy = (arm: Arm, search: Search): Found | null => {
  const { sample, archive } = search
  const { features } = sample
  const population = populationOf(arm, search)
  if (population === null || search.hopeless.has(population.key)) return null
  const least = archive.split.all.length < 50_000 ? 10 : 25
  if (isAlways(population)) return alwaysFound(arm, population, search)
  const { precise } = beam(sample.grid, population)
  const conjunction = precise !== null && precise.gain >= least ? precise : null
  const start = conjunction?.literals.flatMap((literal) => {
    const column = sample.grid.columns[literal.feature]
    return column === undefined ? [] : [toLiteral(literal, column)]
  })
  const pair = start === undefined ? bestPair(sample, population, least) : null
  if (pair !== null) for (const { features: known } of [sample, archive]) known.learn(pair.feature)
  const predicate = start ?? (pair === null ? null : [pair.literal])
  if (predicate === null) return given(search, population.key)
  const data = { features, fits: arm.fits, rows: Int32Array.from([...population.positives, ...population.negatives]).sort() }
  const said = simplify(sharpen(predicate, data), data)
  const counts = countWhere(said, features, arm.fits, data.rows)
  const bits = (conjunction ?? pair)?.bits ?? 0
  const saved = (counts.fits - counts.breaks * population.weight) * population.positiveWeight
  const gain = saved * foretoldBits(arm.candidate.effect, archive) - bits - arm.candidate.bits
  const isHopeless = gain <= 25 || !isWorthTrying(said, arm, search)
  return isHopeless ? given(search, population.key) : { predicate: said, gain, key: population.key }
}

/** The sample alone can tell that the gates will not be passed: that saves looking at the whole archive. */
const isWorthTrying = (predicate: readonly Literal[], arm: Arm, { sample }: Search): boolean => {
  const { fits, breaks, other } = countWhere(predicate, sample.features, arm.fits, sample.all)
  const against = (breaks * sample.negativeWeight) / sample.positiveWeight
  return against <= 1.5 * fits && other <= 1.2 * (fits + against)
}

/** Given up. */
const given = ({ hopeless }: Search, key: string): null => {
  hopeless.add(key)
  return null
}

/** What the arm can learn from: its open positives, and of what speaks against it enough. */
const populationOf = (arm: Arm, search: Search): OwnPopulation | null => {
  const { sample } = search
  const open = openRows(arm, search)
  if (open.length < 6) return null
  const positives = spreadOut(open, mostPositives)
  const against = rowsThat(arm.fits, sample.all, fit.breaks)
  const negatives = spreadOut(against, Math.max(leastNegatives, Math.min(mostNegatives, negativesEach * positives.length)))
  const share = (rows: Int32Array, of: Int32Array): number => of.length / Math.max(1, rows.length)
  const positiveWeight = share(positives, open) * sample.positiveWeight
  const weight = (share(negatives, against) * sample.negativeWeight) / positiveWeight
  return { positives, negatives, weight, positiveWeight, key: arm.key }
}

const keyOf = (rows: Int32Array): string => {
  let [a, b] = [rows.length, 0x9e3779b9]
  for (let i = 0; i < rows.length; i++) {
    const row = rows[i] ?? 0
    a = (Math.imul(a, 31) + row) | 0
    b = Math.imul(b ^ row, 0x85ebca6b) ^ (b >>> 15)
  }
  return `${a} ${b}`
}

/** At most so many of the rows, evenly. */
const spreadOut = (rows: Int32Array, most: number): Int32Array => {
  if (rows.length <= most) return rows
  const stride = rows.length / most
  return Int32Array.from({ length: most }, (_, i) => rows[Math.floor(i * stride)] ?? 0)
}

/** The draft with its borders on the whole archive, and its trial. */
const finished = (arm: Arm, found: Found, search: Search): Draft => {
  const { sample, archive, explainedAll } = search
  const { effect } = arm.candidate
  const fits = fitsOf(effect, archive.answers, archive.features)
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
    fits,
    base,
    gain: found.gain,
    trial: trial({ ...archive, predicate: said, effect, fits, base }),
  })
  const exact = draft(predicate)
  if (exact.trial.failed === null) return exact
  const rough = draft(found.predicate)
  return rough.trial.failed === null ? rough : exact
}

const hiddenRows = ({ hidden }: Arm, { rows, answers }: Sample): Uint8Array => {
  const all = new Uint8Array((rows[rows.length - 1] ?? 0) + 1)
  for (let i = 0; i < rows.length; i++) if (hidden[i] === 1 && answers.agree[i] === 0) all[rows[i] ?? 0] = 1
  return all
}

const judged = ({ archive }: Search, predicate: readonly Literal[], effect: RuleEffect, gain: number): Draft => {
  const fits = fitsOf(effect, archive.answers, archive.features)
  const base = baseRate(fits, archive.split)
  return { predicate, effect, fits, base, gain, trial: trial({ ...archive, predicate, effect, fits, base }) }
}
