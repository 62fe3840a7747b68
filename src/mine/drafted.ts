import { baseRate, trial } from './gates.ts'
import type { Draft } from './search/draft.ts'
import type { Archive } from './search/sample.ts'
import { fitsUnless } from './unless.ts'

/** The draft with something else said, and what the gates say of that. */
export const drafted = (before: Draft, said: Partial<Pick<Draft, 'predicate' | 'effect' | 'unless'>>, archive: Archive): Draft => {
  const { predicate, effect, unless } = { ...before, ...said }
  // What the effect is to each decision does not hang on the predicate.
  const isKnown = effect === before.effect && unless === before.unless
  const fits = isKnown ? before.fits : fitsUnless(effect, unless, archive)
  const base = isKnown ? before.base : baseRate(fits, archive.split)
  return { ...before, predicate, effect, unless, fits, base, trial: trial({ ...archive, predicate, effect, fits, base }) }
}
