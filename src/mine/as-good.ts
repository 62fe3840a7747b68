import { countRows } from './counting.ts'
import type { Draft } from './search/draft.ts'

/** Share of what was foretold that is still foretold. */
export const leastKept = 0.97
/** So many more exceptions, for each decision that was foretold. */
const moreBreaks = 0.01

/** How often a draft is right and wrong where it holds. */
export const countsOf = ({ fits, trial: { rows } }: Draft): ReturnType<typeof countRows> => countRows(fits, rows)

/** Passes the gates, foretells as much as the draft before it, and is wrong in hardly more. */
export const isAsGood = (draft: Draft, before: Draft): boolean => {
  const [now, then] = [countsOf(draft), countsOf(before)]
  return draft.trial.failed === null && now.fits >= leastKept * then.fits && now.breaks <= then.breaks + moreBreaks * then.fits
}
