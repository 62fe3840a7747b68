import type { Literal, RuleEffect } from '../model/hidden-rule.ts'
import type { AnswerTable } from './answers.ts'
import { beam } from './beam.ts'
import { countWhere } from './counting.ts'
import { effectCandidates } from './effects.ts'
import type { EffectCandidate } from './effects.ts'
import { fit, fitsOf } from './fit.ts'
import type { FeatureTable } from './features.ts'
import { trial } from './gates.ts'
import type { Trial } from './gates.ts'
import { gridOf } from './grid.ts'
import type { Grid } from './grid.ts'
import { toLiteral } from './literals.ts'
import { rowsWhere } from './predicate.ts'
import { repair } from './repair.ts'
import { sharpen } from './sharpen.ts'
import { simplify } from './simplify.ts'
import { spread } from './scalar.ts'
import type { Split } from './split.ts'

/** A predicate with its effect and what the gates say. */
export interface Draft {
  readonly predicate: readonly Literal[]
  readonly effect: RuleEffect
  readonly fits: Uint8Array
  readonly gain: number
  readonly trial: Trial
}

export interface Covering {
  readonly rules: readonly Draft[]
  readonly leads: readonly Draft[]
}

interface Search {
  readonly features: FeatureTable
  readonly split: Split
  readonly grid: Grid
  readonly negativeShare: number
}

/** One effect under search. `hidden`: positives that it may not learn from again. */
interface Arm {
  readonly candidate: EffectCandidate
  readonly fits: Uint8Array
  readonly hidden: Uint8Array
  draft: Draft | null
  dirty: boolean
  /** No draft can save more bits than this. */
  bound: number
  failures: number
}

/** Each further field that an effect foretells saves stating it, in every decision. */
const extraFieldBits = 2
const maxRounds = 60
const maxFailures = 4
const maxNegatives = 60_000
/** The search looks at a sample of the counter-evidence; borders and gates look at all of it. */
const leastNegatives = 3000
const mostNegatives = 15_000
const negativesEach = 20

/**
 * Effect-first covering: for every way in which the legacy may have answered instead, the best predicate; the best of
 * all by description length is tried on the holdout; only what passes takes its decisions away from the rest.
 */
export const cover = (features: FeatureTable, answers: AnswerTable, split: Split): Covering => {
  const search = searchOf(features, answers, split)
  const mismatches = [...split.train.filter((row) => answers.agree[row] === 0)]
  const arms = effectCandidates(answers, features, mismatches).map((candidate): Arm => {
    const fits = fitsOf(candidate.effect, answers, features)
    return {
      candidate,
      fits,
      hidden: new Uint8Array(fits.length),
      draft: null,
      dirty: true,
      bound: Number.POSITIVE_INFINITY,
      failures: 0,
    }
  })
  const bounded = (arm: Arm): void => {
    const open = split.train.reduce(
      (sum, row) => sum + (arm.fits[row] === fit.fits && explained[row] === 0 && arm.hidden[row] === 0 ? 1 : 0),
      0,
    )
    arm.bound = Math.min(arm.bound, open * foretoldBits(arm.candidate.effect, split))
  }
  const explained = new Uint8Array(answers.agree.length)
  for (const arm of arms) bounded(arm)
  const [rules, leads]: [Draft[], Draft[]] = [[], []]
  for (let round = 0; round < maxRounds; round++) {
    const arm = bestArm(arms, search, explained)
    if (arm === null || arm.draft === null) break
    const { draft } = arm
    const rows = rowsWhere(draft.predicate, features, split.all).filter((row) => draft.fits[row] === fit.fits)
    arm.dirty = true
    if (draft.trial.failed === null) {
      rules.push(draft)
      for (const row of rows) explained[row] = 1
      for (const other of arms) {
        if (!rows.some((row) => other.fits[row] === fit.fits)) continue
        other.dirty = true
        bounded(other)
      }
    } else {
      leads.push(draft)
      arm.failures++
      for (const row of rows) arm.hidden[row] = 1
      bounded(arm)
    }
  }
  return { rules, leads }
}

/** Bits that a rule saves for each decision which it foretells: no draft can save more than this for every open one. */
const foretoldBits = (effect: RuleEffect, split: Split): number => Math.log2(split.train.length) + 4 + extraFieldBits * (effect.length - 1)

const searchOf = (features: FeatureTable, answers: AnswerTable, split: Split): Search => {
  const agreeing = split.train.filter((row) => answers.agree[row] === 1)
  const keep = Math.min(1, maxNegatives / Math.max(1, agreeing.length))
  const rows = split.train.filter((row) => answers.agree[row] === 0 || keep === 1 || spread(String(row)) / 2 ** 32 < keep)
  const mismatch = answers.agree.map((agrees) => 1 - agrees)
  const sampled = rows.filter((row) => answers.agree[row] === 1).length
  return { features, split, grid: gridOf(features.columns, rows, mismatch), negativeShare: sampled / Math.max(1, agreeing.length) }
}

/** The arm whose draft saves most bits. Drafts are made anew only when they lead the field and are out of date. */
const bestArm = (arms: readonly Arm[], search: Search, explained: Uint8Array): Arm | null => {
  for (;;) {
    let best: Arm | null = null
    for (const arm of arms) {
      if (arm.failures < maxFailures && arm.bound > 0 && (best === null || arm.bound > best.bound)) best = arm
    }
    if (best === null || !best.dirty) return best
    best.dirty = false
    best.draft = draftOf(best, search, explained)
    best.bound = best.draft?.gain ?? 0
  }
}

const draftOf = (arm: Arm, search: Search, explained: Uint8Array): Draft | null => {
  const { features, split, grid } = search
  const open = (row: number): boolean => explained[row] === 0 && arm.hidden[row] === 0
  const indexes = Int32Array.from(grid.rows, (_, index) => index)
  const at = (index: number): number => grid.rows[index] ?? 0
  const positives = indexes.filter((index) => arm.fits[at(index)] === fit.fits && open(at(index)))
  const against = indexes.filter((index) => arm.fits[at(index)] === fit.breaks)
  if (positives.length < 6) return null
  const stride = Math.max(
    1,
    Math.floor(against.length / Math.max(leastNegatives, Math.min(mostNegatives, negativesEach * positives.length))),
  )
  const negatives = stride === 1 ? against : against.filter((index) => spread(String(index)) % stride === 0)
  const { precise } = beam(grid, { positives, negatives, weight: against.length / Math.max(1, negatives.length) / search.negativeShare })
  if (precise === null || precise.gain < (split.all.length < 50_000 ? 10 : 25)) return null
  const coarse = precise.literals.flatMap((literal) => {
    const column = grid.columns[literal.feature]
    return column === undefined ? [] : [toLiteral(literal, column)]
  })
  const fits = arm.fits.map((value, row) => (value === fit.fits && !open(row) ? fit.notAtRisk : value))
  const data = { features, fits, rows: split.train.filter((row) => fits[row] === fit.fits || fits[row] === fit.breaks) }
  const predicate = repair(simplify(sharpen(coarse, data), data), data)
  const counts = countWhere(predicate, features, fits, split.train)
  const foretold = foretoldBits(arm.candidate.effect, split)
  const gain = (counts.fits - counts.breaks) * foretold - precise.bits - arm.candidate.bits
  if (gain <= 25) return null
  return { predicate, effect: arm.candidate.effect, fits: arm.fits, gain, trial: trial({ predicate, features, fits: arm.fits, split }) }
}
