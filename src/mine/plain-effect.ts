import type { EffectStep } from '../model/hidden-rule.ts'
import { countsOf, isAsGood, leastKept } from './as-good.ts'
import { rowsThat } from './counting.ts'
import { drafted } from './drafted.ts'
import { featureOf, isNumberStep, numberAfter } from './effects/apply-step.ts'
import { fit } from './fit.ts'
import type { Draft } from './search/draft.ts'
import type { Archive } from './search/sample.ts'
import { clean } from './rounding.ts'
import { sharpen } from './sharpen.ts'

/**
 * The draft with constants for what comes out of columns and is one number only wherever it fits: `at most 2`, not `at most the level`; and with a limit for an
 * answer that is always below what the candidate says, where that takes fewer conditions. Only what foretells as much is taken.
 */
export const plainer = (draft: Draft, archive: Archive): Draft => {
  let plain = draft
  for (const step of draft.effect) {
    const tried = [...alternatives(step, plain, archive), ...constants(step, plain, archive)]
      .flatMap((other) => withStep(plain, step, other, archive) ?? [])
      .filter(
        (one) =>
          isAsGood(one, plain) &&
          (featureOf(step) !== null || (one.predicate.length < plain.predicate.length && countsOf(one).fits >= countsOf(plain).fits)),
      )
    plain = tried.reduce((best, one) => (rankOf(one) > rankOf(best) ? one : best), tried[0] ?? plain)
  }
  return plain
}

const alternatives = (step: EffectStep, draft: Draft, archive: Archive): readonly EffectStep[] => {
  const { path } = step
  if (step.kind === 'set') return draft.effect.length === 1 && typeof step.value === 'number' ? limits(path, step.value) : []
  const constant = isNumberStep(step) ? constantOf(step, draft, archive) : null
  if (constant === null || !isNumberStep(step)) return []
  switch (step.kind) {
    case 'copy':
      return [...limits(path, constant), { kind: 'set', path, value: constant }]
    case 'round':
      return [{ kind: 'set', path, value: numberAfter(step, 0, constant) }]
    case 'min-feature':
      return [{ kind: 'min', path, value: constant }]
    case 'max-feature':
      return [{ kind: 'max', path, value: constant }]
    case 'multiple-of':
      return [{ kind: 'round-down', path, multiple: constant }]
    case 'by-feature':
      return constant === 0 ? [] : [{ kind: 'scale', path, factor: step.divide ? 1 / constant : constant }]
    case 'linear': {
      const value = clean(constant * step.times + step.plus)
      if (step.factor === 0) return [...limits(path, value), { kind: 'set', path, value }]
      return step.factor === 1 ? [{ kind: 'add', path, value }] : []
    }
    default:
      return []
  }
}

/** What says the same where all that comes out is one number, however it was calculated. */
const constants = (step: EffectStep, { fits, trial: { rows } }: Draft, { answers }: Archive): readonly EffectStep[] => {
  const place = answers.paths.find(({ path }) => path === step.path)
  if (place === undefined || featureOf(step) === null) return []
  const [only, ...more] = new Set(rowsThat(fits, rows, fit.fits).map((row) => place.legacy[row] ?? 0))
  const value = more.length > 0 ? Number.NaN : (place.numbers[only ?? 0] ?? Number.NaN)
  return Number.isNaN(value) ? [] : [...limits(step.path, value), { kind: 'set', path: step.path, value }]
}

const limits = (path: string, value: number): readonly EffectStep[] => [
  { kind: 'min', path, value },
  { kind: 'max', path, value },
]

/** The only number that the step's feature has where the draft fits; null where there are more. */
const constantOf = (step: EffectStep, { fits, trial: { rows } }: Draft, { features }: Archive): number | null => {
  const column = features.byName.get(featureOf(step) ?? '')
  if (column?.kind !== 'number') return null
  const values = new Set(features.numbersAt(column, rowsThat(fits, rows, fit.fits)))
  const [only] = values
  return values.size === 1 && only !== undefined && !Number.isNaN(only) ? only : null
}

/** Null where it foretells less. */
const withStep = (draft: Draft, step: EffectStep, other: EffectStep, archive: Archive): Draft | null => {
  const effect = draft.effect.map((one) => (one === step ? other : one))
  const said = drafted(draft, { effect }, archive)
  if (countsOf(said).fits < leastKept * countsOf(draft).fits) return null
  const predicate = sharpen(draft.predicate, { features: archive.features, fits: said.fits, rows: archive.split.all })
  return drafted(said, { predicate }, archive)
}

const rankOf = (draft: Draft): number => {
  const { fits, breaks } = countsOf(draft)
  return fits - 2 * breaks - draft.predicate.length
}
