import type { RuleEffect } from '../../model/hidden-rule.ts'
import { rowsThat } from '../counting.ts'
import { fit } from '../fit.ts'
import { baseRate, trial } from '../gates.ts'
import type { AnswerPath } from '../table/answers.ts'
import { fitsUnless } from '../unless.ts'
import type { Draft } from './draft.ts'
import type { Archive } from './sample.ts'

/** A constant is part of the effect when nearly all decisions have it (all but one will do), and it is news in a good many of them. */
const least = { share: 0.97, news: 0.05, decisions: 5 }

/**
 * The draft with all places that go with its effect: where a rule sets an answer, the legacy often says the same at other
 * places too, whatever the candidate says there. Taken only where the gates agree and nothing that was foretold is lost.
 */
export const completed = (draft: Draft, archive: Archive): Draft => {
  const { answers, split } = archive
  const inside = rowsThat(draft.fits, draft.trial.rows, fit.fits).filter((row) => split.held[row] === 0)
  const more = answers.paths.flatMap((path): RuleEffect => {
    const code = draft.effect.some((step) => step.path === path.path) ? 0 : constantIn(path, inside)
    return code === 0 ? [] : [{ kind: 'set', path: path.path, value: path.values[code] ?? null }]
  })
  if (more.length === 0) return draft
  const effect: RuleEffect = [...draft.effect, ...more]
  const fits = fitsUnless(effect, draft.unless, archive)
  const base = baseRate(fits, split)
  const tried = trial({ ...archive, predicate: draft.predicate, effect, fits, base })
  const isBetter =
    tried.failed === null &&
    tried.precision >= draft.trial.precision - 0.02 &&
    tried.train.fits >= nearly(draft.trial.train.fits) &&
    tried.holdout.fits >= nearly(draft.trial.holdout.fits)
  return isBetter ? { ...draft, effect, fits, base, trial: tried } : draft
}

const nearly = (all: number): number => Math.min(least.share * all, all - 1)

/** The code that the legacy has at this place in nearly all of these rows and the candidate does not; 0: none. */
const constantIn = ({ legacy, candidate }: AnswerPath, rows: Int32Array): number => {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(legacy[row] ?? 0, (counts.get(legacy[row] ?? 0) ?? 0) + 1)
  for (const [code, count] of counts) {
    if (code === 0 || count < nearly(rows.length)) continue
    const news = rows.filter((row) => candidate[row] !== code).length
    return news >= Math.max(least.decisions, least.news * rows.length) ? code : 0
  }
  return 0
}
