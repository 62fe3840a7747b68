import type { EffectStep, RuleEffect } from '../model/hidden-rule.ts'
import type { AnswerPath, AnswerTable } from './answers.ts'
import type { FeatureTable } from './features.ts'
import { clean, scaled } from './rounding.ts'

/** A way in which the legacy may have answered instead, with what stating it costs. */
export interface EffectCandidate {
  readonly effect: RuleEffect
  readonly bits: number
  readonly votes: number
}

const maxEffects = 60
const maxRows = 5000
const factors = [1 / 2, 1 / 3, 2 / 3, 1 / 4, 3 / 4, 0.9, 0.8, 0.7, 0.6, 0.4, 0.3, 0.2, 0.1, 0.95, 1.1, 1.2, 1.25, 1.5, 2, 3, 10, 100, 1000]
const multiples = [2, 3, 4, 5, 6, 7, 8, 9, 10, 12, 15, 16, 18, 20, 24, 25, 30, 36, 48, 50, 60, 100, 144, 250, 500, 1000]

interface Ballot {
  readonly step: EffectStep
  readonly bits: number
  votes: number
}

/**
 * What the legacy did instead, found by solving each template for each mismatch and counting how often the same
 * parameters come out. Only places that differ vote, so that an effect always changes something.
 */
export const effectCandidates = (answers: AnswerTable, features: FeatureTable, rows: readonly number[]): readonly EffectCandidate[] => {
  const step = Math.max(1, Math.ceil(rows.length / maxRows))
  const sample = rows.filter((_, i) => i % step === 0)
  const atLeast = Math.max(5, Math.min(20, Math.ceil(sample.length * 0.005)))
  const differs = (path: AnswerPath, row: number): boolean => path.candidate[row] !== path.legacy[row]
  const speaks = (path: AnswerPath, row: number): boolean => !path.whole && path.values[path.legacy[row] ?? 0] !== null
  const found = answers.paths.flatMap((path) => {
    const ballots = new Map<string, Ballot>()
    for (const row of sample) {
      // A list, or that there is nothing, mostly follows from the fields beside it: it votes only where nothing else differs.
      const follows = !speaks(path, row) && answers.paths.some((other) => speaks(other, row) && differs(other, row))
      if (differs(path, row) && !follows) vote(ballots, path, features, row)
    }
    return [...ballots.values()].filter((ballot) => ballot.votes >= atLeast)
  })
  const effects = found.map((ballot) => ({ effect: closed(ballot.step, answers), bits: ballot.bits, votes: ballot.votes }))
  return [...distinct(effects)].sort((a, b) => b.votes - a.votes).slice(0, maxEffects)
}

const distinct = (effects: readonly EffectCandidate[]): readonly EffectCandidate[] => {
  const byText = new Map<string, EffectCandidate>()
  for (const effect of effects) {
    const text = effectText(effect.effect)
    const known = byText.get(text)
    if (known === undefined || known.votes < effect.votes) byText.set(text, effect)
  }
  return [...byText.values()]
}

/** A text that is equal for equal effects. */
export const effectText = (effect: RuleEffect): string =>
  effect
    .map((step) => JSON.stringify(step, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value)))
    .sort()
    .join()

const vote = (ballots: Map<string, Ballot>, path: AnswerPath, features: FeatureTable, row: number): void => {
  const cast = (key: string, bits: number, step: () => EffectStep): void => {
    const ballot = ballots.get(key)
    if (ballot !== undefined) ballot.votes++
    else if (ballots.size < 20_000) ballots.set(key, { step: step(), bits, votes: 1 })
  }
  const code = path.legacy[row] ?? 0
  if (code === 0) cast('remove', 3, () => ({ kind: 'remove', path: path.path }))
  else cast(`set ${code}`, 8, () => ({ kind: 'set', path: path.path, value: path.values[code] ?? null }))
  const [mine, theirs] = [path.candidateNumber[row] ?? Number.NaN, path.legacyNumber[row] ?? Number.NaN]
  if (Number.isNaN(mine) || Number.isNaN(theirs)) return
  voteNumber(cast, path.path, mine, theirs)
  voteFeatures(cast, path.path, mine, theirs, features, row)
}

type Cast = (key: string, bits: number, step: () => EffectStep) => void

const voteNumber = (cast: Cast, path: string, mine: number, theirs: number): void => {
  if (theirs === 0) return
  if (theirs < mine) cast(`min ${theirs}`, 6, () => ({ kind: 'min', path, value: theirs }))
  else cast(`max ${theirs}`, 6, () => ({ kind: 'max', path, value: theirs }))
  const delta = clean(theirs - mine)
  cast(`add ${delta}`, 6, () => ({ kind: 'add', path, value: delta }))
  for (const factor of factors) {
    if (theirs !== 0 && scaled(mine, factor) === theirs) cast(`scale ${factor}`, 8, () => ({ kind: 'scale', path, factor }))
  }
  if (theirs >= mine || theirs <= 0) return
  for (const multiple of multiples) {
    if (Math.floor(mine / multiple) * multiple === theirs) cast(`round ${multiple}`, 7, () => ({ kind: 'round-down', path, multiple }))
  }
}

const voteFeatures = (cast: Cast, path: string, mine: number, theirs: number, features: FeatureTable, row: number): void => {
  if (theirs === 0) return
  const bits = 5 + Math.log2(features.columns.length + 1)
  for (const column of features.columns) {
    if (column.kind !== 'number' || column.name.includes('(') || column.numbers[row] !== theirs) continue
    const feature = column.name
    cast(`copy ${feature}`, bits + column.bits, () => ({ kind: 'copy', path, feature }))
    if (theirs < mine) cast(`min-feature ${feature}`, bits + column.bits, () => ({ kind: 'min-feature', path, feature }))
  }
}

/**
 * A constant at one place often means a whole kind of answer: wherever the legacy says `outcome: X`, it also says
 * `qty: 0` and `node: null`. Such places are made part of the effect.
 */
const closed = (step: EffectStep, answers: AnswerTable): RuleEffect => {
  if (step.kind !== 'set' || (typeof step.value !== 'string' && typeof step.value !== 'boolean')) return [step]
  const path = answers.paths.find((one) => one.path === step.path)
  if (path === undefined || path.whole) return [step]
  const code = path.values.indexOf(step.value, 1)
  const more: EffectStep[] = []
  for (const other of answers.paths) {
    if (other === path) continue
    const constant = constantWhere(path, code, other)
    if (constant > 0) more.push({ kind: 'set', path: other.path, value: other.values[constant] ?? null })
  }
  return [step, ...more]
}

/** The code that the legacy has at `other` nearly wherever it has `code` at `path`; 0 when there is none such. */
const constantWhere = (path: AnswerPath, code: number, other: AnswerPath): number => {
  const counts = new Map<number, number>()
  let total = 0
  for (let row = 0; row < path.legacy.length; row++) {
    if (path.legacy[row] !== code) continue
    const found = other.legacy[row] ?? 0
    counts.set(found, (counts.get(found) ?? 0) + 1)
    total++
  }
  for (const [found, count] of counts) if (count >= total * 0.97) return found
  return 0
}
