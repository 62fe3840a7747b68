import type { Literal, RuleEffect } from '../model/hidden-rule.ts'
import { rowsThat } from './counting.ts'
import { areExclusive } from './doubts.ts'
import { unconfounded } from './confounded.ts'
import { drafted } from './drafted.ts'
import { effectText } from './effects/effect-text.ts'
import { bothFeature } from './features/pairs.ts'
import { fit } from './fit.ts'
import { plainer } from './plain-effect.ts'
import { besideOthers } from './beside-others.ts'
import { released, renamed } from './released.ts'
import type { Draft } from './search/draft.ts'
import type { Archive } from './search/sample.ts'
import { sharpen } from './sharpen.ts'
import { simplify } from './simplify.ts'

/**
 * Makes one rule of pieces: same effect, same features, and the union as precise as the pieces; or the same predicate, and
 * effects on different places. Then fits borders on all rows. A change that does not pass the gates is not made.
 */
export const consolidate = (drafts: readonly Draft[], archive: Archive): readonly Draft[] => {
  const plain = drafts.map((draft) => (archive.split.all.length > mostRefitted ? draft : plainer(draft, archive)))
  // Once rules that go before others are named, pieces may differ no more.
  const free = mergedAll(released(refittedAll(mergedAll(plain, archive), archive), archive), archive)
  if (archive.split.all.length > mostRefitted) return withoutPieces(free)
  // One after the other: what two of them foretell stays with one.
  const told = [...withoutPieces(free)]
  for (const [i, draft] of told.entries()) told[i] = besideOthers(draft, told.toSpliced(i, 1), archive)
  const said = [...renamed(told, archive)]
  for (const [i, draft] of said.entries()) said[i] = unconfounded(draft, said.toSpliced(i, 1), archive)
  return withoutPieces(said)
}

const mergedAll = (drafts: readonly Draft[], archive: Archive): readonly Draft[] => {
  let left = drafts
  for (let i = 0; i < left.length; i++) {
    for (let j = i + 1; j < left.length; j++) {
      const [a, b] = [left[i], left[j]]
      if (a === undefined || b === undefined) continue
      const isAlike = JSON.stringify(a.unless) === JSON.stringify(b.unless)
      const alike = isAlike ? (mergedDraft(a, b, archive) ?? eitherDraft(a, b, archive) ?? jointDraft(a, b, archive)) : null
      const merged = alike ?? nestedDraft(a, b, archive)
      if (merged === null) continue
      left = left.map((draft, at) => (at === i ? merged : draft)).filter((_, at) => at !== j)
      j = i
    }
  }
  return left
}

/** Whether the first says something of every place that the second speaks of. */
const speaksOf = (a: RuleEffect, b: RuleEffect): boolean => b.every((step) => a.some(({ path }) => path === step.path))

/** Leaves out what another rule says too: of the same decisions, at the same places. */
const withoutPieces = (drafts: readonly Draft[]): readonly Draft[] => {
  const restored = drafts.map((draft) => restoredRows(draft))
  return drafts.filter((draft, i) => {
    const own = restored[i] ?? new Int32Array(0)
    return !drafts.some((other, j) => {
      const theirs = restored[j] ?? own
      if (i === j || !speaksOf(other.effect, draft.effect) || theirs.length < own.length) return false
      // Of two that say the same, the one that says it of more places, or was found first.
      if (theirs.length === own.length && other.effect.length <= draft.effect.length && j > i) return false
      const known = new Set(theirs)
      return own.filter((row) => known.has(row)).length >= 0.98 * own.length
    })
  })
}

/** With this predicate, when it passes every gate and is as precise as both. */
const withPredicate = (predicate: readonly Literal[], a: Draft, b: Draft, archive: Archive): Draft | null => {
  const tried = drafted(a, { predicate }, archive)
  return tried.trial.failed === null && tried.trial.precision >= Math.min(a.trial.precision, b.trial.precision) - 0.02
    ? { ...tried, gain: a.gain + b.gain }
    : null
}

const mergedDraft = (a: Draft, b: Draft, archive: Archive): Draft | null => {
  if (effectText(a.effect) !== effectText(b.effect)) return null
  const predicate = unionOf(a.predicate, b.predicate)
  return predicate === null ? null : withPredicate(predicate, a, b, archive)
}

/** So much of what both foretell has to be foretold still. */
const leastNested = 0.9

/**
 * One effect says all that the other says, and more, of another part of the same rule: noise may have hidden one place of it there. Where other rules
 * go before either, they go before the whole.
 */
const nestedDraft = (a: Draft, b: Draft, archive: Archive): Draft | null => {
  const [longer, shorter] = a.effect.length >= b.effect.length ? [a, b] : [b, a]
  const texts = new Set(longer.effect.map((step) => effectText([step])))
  if (longer.effect.length === shorter.effect.length || !shorter.effect.every((step) => texts.has(effectText([step])))) return null
  const predicate = unionOf(a.predicate, b.predicate)
  if (predicate === null) return null
  const unless = [...new Map([...a.unless, ...b.unless].map((one) => [JSON.stringify(one), one])).values()]
  const tried = drafted(longer, { predicate, unless }, archive)
  const known = new Set([...restoredRows(a), ...restoredRows(b)])
  const isWhole = restoredRows(tried).filter((row) => known.has(row)).length >= leastNested * known.size
  const isPrecise = tried.trial.failed === null && tried.trial.precision >= Math.min(a.trial.precision, b.trial.precision) - 0.02
  return isWhole && isPrecise ? { ...tried, gain: a.gain + b.gain } : null
}

/** The predicate that covers both, where they differ in one condition only; the wider one, where one implies the other. */
const unionOf = (a: readonly Literal[], b: readonly Literal[]): readonly Literal[] | null => {
  const same = (x: Literal, y: Literal): boolean => JSON.stringify(x) === JSON.stringify(y)
  const onlyA = a.filter((x) => !b.some((y) => same(x, y)))
  const onlyB = b.filter((y) => !a.some((x) => same(x, y)))
  if (onlyA.length === 0) return a
  if (onlyB.length === 0) return b
  const [x, y] = [onlyA[0], onlyB[0]]
  if (onlyA.length > 1 || onlyB.length > 1 || x === undefined || y === undefined || x.feature !== y.feature) return null
  const union = literalUnion(x, y)
  return union === null ? null : a.map((literal) => (literal === x ? union : literal))
}

const literalUnion = (x: Literal, y: Literal): Literal | null => {
  if (x.kind === 'in' && y.kind !== 'in') return spanUnion(x, y)
  if (y.kind === 'in' && x.kind !== 'in') return spanUnion(y, x)
  if (x.kind === 'in' && y.kind === 'in') return { kind: 'in', feature: x.feature, values: [...new Set([...x.values, ...y.values])] }
  if (x.kind === 'at-least' && y.kind === 'at-least') return x.value <= y.value ? x : y
  if (x.kind === 'at-most' && y.kind === 'at-most') return x.value >= y.value ? x : y
  if (x.kind === 'between' && y.kind === 'between') {
    return { kind: 'between', feature: x.feature, from: Math.min(x.from, y.from), to: Math.max(x.to, y.to) }
  }
  return null
}

/** Some numbers and a span of numbers: the span that begins, or ends, with the first of them. */
const spanUnion = ({ values }: Extract<Literal, { kind: 'in' }>, span: Literal): Literal | null => {
  const numbers = values.filter((value) => typeof value === 'number')
  if (numbers.length < values.length) return null
  const [low, high] = [Math.min(...numbers), Math.max(...numbers)]
  if (span.kind === 'at-least') return { ...span, value: Math.min(span.value, low) }
  if (span.kind === 'at-most') return { ...span, value: Math.max(span.value, high) }
  return span.kind === 'between' ? { ...span, from: Math.min(span.from, low), to: Math.max(span.to, high) } : null
}

const mostValues = 40

/** Two halves of an exclusive or, said as one: the pairs of values that either half accepts. */
const eitherDraft = (a: Draft, b: Draft, archive: Archive): Draft | null => {
  if (!areExclusive(a, b, archive)) return null
  const common = a.predicate.filter((one) => b.predicate.some((other) => JSON.stringify(other) === JSON.stringify(one)))
  const [x, y, ...more] = a.predicate.filter((one) => !common.includes(one))
  if (x === undefined || y === undefined || more.length > 0 || b.predicate.length !== a.predicate.length) return null
  const [first, second] = [archive.features.featureOf(x.feature), archive.features.featureOf(y.feature)]
  if (first?.kind !== 'category' || second?.kind !== 'category') return null
  if (first.labels.length > mostValues || second.labels.length > mostValues) return null
  const feature = bothFeature(first, second)
  archive.features.learn(feature)
  const column = archive.features.byName.get(feature.name)
  if (column?.kind !== 'category') return null
  const codes = new Set<number>()
  for (const draft of [a, b]) {
    const rows = rowsThat(draft.fits, draft.trial.rows, fit.fits)
    for (const code of archive.features.codesAt(column, rows)) if (code > 0) codes.add(code)
  }
  const values = [...codes].sort((p, q) => p - q).map((code) => column.labels[code - 1] ?? '')
  return withPredicate([...common, { kind: 'in', feature: feature.name, values }], a, b, archive)
}

/** Two effects of one rule: the same predicate, and each names places of its own. */
const jointDraft = (a: Draft, b: Draft, archive: Archive): Draft | null => {
  if (textOf(a.predicate) !== textOf(b.predicate) || a.effect.some((x) => b.effect.some((y) => x.path === y.path))) return null
  const tried = drafted(a, { effect: [...a.effect, ...b.effect] }, archive)
  const enough = 0.95 * Math.max(a.trial.holdout.fits, b.trial.holdout.fits)
  return tried.trial.failed === null && tried.trial.holdout.fits >= enough ? { ...tried, gain: a.gain + b.gain } : null
}

const textOf = (predicate: readonly Literal[]): string =>
  predicate
    .map((literal) => JSON.stringify(literal))
    .sort()
    .join()

/** Up to so many rows the held-out ones may move a border that the others left open. */
const mostRefitted = 300_000
const mostSimplified = 50_000

const refittedAll = (drafts: readonly Draft[], archive: Archive): readonly Draft[] => {
  if (archive.split.all.length > mostRefitted) return drafts
  const foretold = new Uint8Array(archive.answers.agree.length)
  const own = drafts.map((draft) => restoredRows(draft))
  for (const rows of own) for (const row of rows) foretold[row] = 1
  return drafts.map((draft, i) => {
    const pieces = own.filter((_, j) => j !== i && effectText(drafts[j]?.effect ?? []) === effectText(draft.effect))
    const whole = pieces.length === 0 ? draft : refitted(draft, draft.fits, archive)
    // Whoever says another rule's instead of this one does not say both.
    if (pieces.some((rows) => holdsMost(whole, rows)) && holdsMost(whole, own[i] ?? new Int32Array(0))) return whole
    // What only other rules foretell is no ground to say this one in other words.
    const fits = draft.fits.map((what, row) => (foretold[row] === 1 ? fit.notAtRisk : what))
    for (const row of own[i] ?? []) fits[row] = fit.fits
    return refitted(draft, fits, archive)
  })
}

/** Whether the draft foretells what a piece of it did, but for next to nothing. */
const holdsMost = ({ fits, trial }: Draft, rows: Int32Array): boolean => {
  const known = new Set(rowsThat(fits, trial.rows, fit.fits))
  return rows.filter((row) => known.has(row)).length >= 0.98 * rows.length
}

const refitted = (draft: Draft, fits: Uint8Array, archive: Archive): Draft => {
  const data = { features: archive.features, fits, rows: archive.split.all }
  const sharp = sharpen(draft.predicate, data)
  // What was held out may tell a plain fact from what is made of it, where the search could not.
  const predicate = archive.split.all.length > mostSimplified ? sharp : simplify(sharp, data)
  const tried = drafted(draft, { predicate }, archive)
  return tried.trial.failed === null ? tried : draft
}

/** Rows that the rule foretells: legacy differs from the candidate exactly as the rule says. */
export const restoredRows = ({ fits, trial: { rows } }: Draft): Int32Array => rowsThat(fits, rows, fit.fits)
