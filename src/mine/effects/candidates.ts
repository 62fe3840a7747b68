import type { RuleEffect } from '../../model/hidden-rule.ts'
import { isPlain } from '../features/feature.ts'
import type { FeatureTable } from '../features/view.ts'
import type { NumberColumn } from '../features/feature.ts'
import type { AnswerPath, AnswerTable } from '../table/answers.ts'
import { choiceEffects } from '../choices/choice-effects.ts'
import { otherwiseEffects } from './otherwise-effects.ts'
import { createBallots } from './ballots.ts'
import type { Ballot, Cast } from './ballots.ts'
import { effectText } from './effect-text.ts'
import { voteByFeatures, voteOffsets } from './vote-features.ts'
import { voteNumber } from './vote-numbers.ts'
import { voteText } from './vote-texts.ts'

/** A way in which the legacy may have answered instead, with what stating it costs. */
export interface EffectCandidate {
  readonly effect: RuleEffect
  readonly bits: number
  readonly votes: number
}

const maxEffects = 80
const maxRows = 5000
const maxFeatures = 60

/**
 * What the legacy did instead, found by solving each template for each mismatch and counting how often the same
 * parameters come out. Only places that differ vote, so that an effect always changes something.
 */
export const effectCandidates = (answers: AnswerTable, features: FeatureTable, rows: readonly number[]): readonly EffectCandidate[] => {
  const step = Math.max(1, Math.ceil(rows.length / maxRows))
  const sample = rows.filter((_, i) => i % step === 0)
  const atLeast = Math.max(5, Math.min(20, Math.ceil(sample.length * 0.005)))
  const varying = features.columns.filter(isUsable).filter(({ numbers: values }) => varies(values))
  const usable = varying.slice(0, maxFeatures)
  const numbers = usable.map(({ numbers: values }) => values)
  const found = answers.paths.flatMap((path) => {
    const ballots = createBallots()
    const differing = sample.filter((row) => isOwn(path, row, answers))
    for (const row of differing) voteAt(ballots.cast, path, row, usable, numbers)
    voteOffsets(ballots.cast, path, differing, usable, numbers)
    return ballots.counted(atLeast)
  })
  const plain = found.map((ballot) => ({ effect: closed(ballot, answers), bits: ballot.bits, votes: ballot.votes }))
  const otherwise = otherwiseEffects(answers, rows).filter(({ votes }) => votes >= atLeast)
  const effects = [...plain, ...otherwise, ...choiceEffects(answers, features, sample, atLeast)]
  return [...distinct(effects)].sort((a, b) => b.votes - a.votes).slice(0, maxEffects)
}

const isUsable = (column: FeatureTable['columns'][number]): column is NumberColumn => column.kind === 'number' && isPlain(column)

/** What is the same everywhere would only be a constant in disguise. */
const varies = (values: Float64Array): boolean => {
  const first = values.find((value) => !Number.isNaN(value))
  return values.some((value) => !Number.isNaN(value) && value !== first)
}

/** A list, or that there is nothing, mostly follows from the fields beside it: it votes only where nothing else differs. */
const isOwn = (path: AnswerPath, row: number, answers: AnswerTable): boolean => {
  if (path.candidate[row] === path.legacy[row]) return false
  const speaks = (one: AnswerPath): boolean => !one.whole && one.values[one.legacy[row] ?? 0] !== null
  return speaks(path) || !answers.paths.some((other) => speaks(other) && other.candidate[row] !== other.legacy[row])
}

const voteAt = (cast: Cast, path: AnswerPath, row: number, features: readonly NumberColumn[], values: readonly Float64Array[]): void => {
  const [from, to] = [path.candidate[row] ?? 0, path.legacy[row] ?? 0]
  if (to === 0) cast('remove', 3, () => ({ kind: 'remove', path: path.path }))
  else cast(`set ${to}`, 8, () => ({ kind: 'set', path: path.path, value: path.values[to] ?? null }))
  const [mine, theirs] = [path.numbers[from] ?? Number.NaN, path.numbers[to] ?? Number.NaN]
  if (Number.isNaN(mine) || Number.isNaN(theirs)) {
    voteText(cast, path, from, to)
    return
  }
  voteNumber(cast, path.path, mine, theirs)
  voteByFeatures({ cast, path: path.path, mine, theirs, row, features, values })
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

/**
 * A constant at one place often means a whole kind of answer: wherever the legacy says `outcome: X`, it also says
 * `qty: 0` and `node: null`. Such places are made part of the effect.
 */
const closed = ({ step }: Ballot, answers: AnswerTable): RuleEffect => {
  if (step.kind !== 'set' || (typeof step.value !== 'string' && typeof step.value !== 'boolean')) return [step]
  const path = answers.paths.find((one) => one.path === step.path)
  if (path === undefined || path.whole) return [step]
  const code = path.codeOf(step.value)
  const more = answers.paths.flatMap((other): RuleEffect => {
    const constant = other === path ? 0 : constantWhere(path, code, other)
    return constant > 0 ? [{ kind: 'set', path: other.path, value: other.values[constant] ?? null }] : []
  })
  return [step, ...more]
}

const leastChanged = 0.05

/**
 * The code that the legacy has at `other` nearly wherever it has `code` at `path`; 0 when there is none such, or when the
 * candidate has it there anyway: that is a coincidence, or a consequence of something else.
 */
const constantWhere = (path: AnswerPath, code: number, other: AnswerPath): number => {
  const counts = new Map<number, number>()
  let [total, differing] = [0, 0]
  const kept = new Map<number, number>()
  for (let row = 0; row < path.legacy.length; row++) {
    if (path.legacy[row] !== code) continue
    const found = other.legacy[row] ?? 0
    counts.set(found, (counts.get(found) ?? 0) + 1)
    total++
    if (path.candidate[row] === code) continue
    differing++
    if (other.candidate[row] === found) kept.set(found, (kept.get(found) ?? 0) + 1)
  }
  for (const [found, count] of counts) {
    if (count >= total * 0.97) return differing - (kept.get(found) ?? 0) >= leastChanged * differing ? found : 0
  }
  return 0
}
