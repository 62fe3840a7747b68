import type { Evidence } from '../../model/verdict.ts'
import type { Case } from '../case.ts'
import { isSampled } from '../case.ts'

/** One mismatch in so many is tried. */
const oneIn = 4

/**
 * The same decision at some other instant, that has nothing to do with it. How often agreement comes about there says how
 * little it would mean if the instant were not exact. Null for decisions that are not in the sample.
 */
export const placeboOf = async (the: Case): Promise<Evidence | null> => {
  if (!isSampled(the.input.live, oneIn)) return null
  const elsewhere = await the.input.placebo()
  if (elsewhere === null) return null
  const restored = the.agrees(elsewhere.asOf.observation)
  return {
    test: 'placebo',
    words: restored
      ? 'At another instant, chosen by chance, the candidate agrees with the legacy too: agreement alone means little here.'
      : 'At another instant, chosen by chance, the candidate does not agree with the legacy.',
    data: { restored },
  }
}
