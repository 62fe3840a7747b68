import { durationWords } from '../../src/model/duration.ts'
import type { RestoringRead } from '../../src/model/verdict.ts'

/** How old the value was that the candidate saw: `3 min 5 s old`, `40 ms too new`. */
export const ageText = ({ ageMs }: RestoringRead): string => {
  if (!Number.isFinite(ageMs)) return 'of unknown age'
  return ageMs < 0 ? `${durationWords(-ageMs)} too new` : `${durationWords(ageMs)} old`
}
