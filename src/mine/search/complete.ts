import type { RuleEffect } from '../../model/hidden-rule.ts'
import { countRows, rowsThat } from '../counting.ts'
import { drafted } from '../drafted.ts'
import { fit } from '../fit.ts'
import type { AnswerPath } from '../table/answers.ts'
import { isPlain } from '../features/feature.ts'
import type { Draft } from './draft.ts'
import type { Archive } from './sample.ts'

/** A constant is part of the effect when nearly all decisions have it (all but one will do), and it is news in a good many of them. */
const least = { share: 0.97, news: 0.05, decisions: 5 }
/** Where it is news in most of them, it is no coincidence: decisions that were spoilt may have something else there. */
const spoilt = { share: 0.85, news: 0.6, decisions: 10 }

/**
 * The draft with all places that go with its effect: where a rule sets an answer, the legacy often says the same at other
 * places too, or what some column says, whatever the candidate says there. Taken only where the gates agree and nothing that was foretold is lost,
 * but for what other rules foretell as well (1 in `elsewhere`), and for decisions that something else spoilt.
 */
export const completed = (draft: Draft, archive: Archive, elsewhere?: Uint8Array): Draft => {
  const { answers, split } = archive
  const own = rowsThat(draft.fits, draft.trial.rows, fit.fits).filter((row) => elsewhere?.[row] !== 1)
  const inside = own.filter((row) => split.held[row] === 0)
  const places = (said: Draft): readonly AnswerPath[] => answers.paths.filter(({ path }) => !said.effect.some((step) => step.path === path))
  const whole = withPlaces(draft, { own, inside, share: least.share }, archive, (at) =>
    places(draft).flatMap((path): RuleEffect => {
      const code = constantIn(path, at, least)
      return code === 0 ? copyIn(path, at, archive) : [{ kind: 'set', path: path.path, value: path.values[code] ?? null }]
    }),
  )
  return withPlaces(whole, { own, inside, share: spoilt.share }, archive, (at) =>
    places(whole).flatMap((path): RuleEffect => {
      const code = constantIn(path, at, spoilt)
      return code === 0 ? [] : [{ kind: 'set', path: path.path, value: path.values[code] ?? null }]
    }),
  )
}

interface Foretold {
  readonly own: Int32Array
  /** Those of them that the search saw. */
  readonly inside: Int32Array
  /** Of which so many have to be foretold still. */
  readonly share: number
}

const withPlaces = (
  draft: Draft,
  { own, inside, share }: Foretold,
  archive: Archive,
  placesIn: (rows: Int32Array) => RuleEffect,
): Draft => {
  const more = placesIn(inside)
  if (more.length === 0) return draft
  const said = drafted(draft, { effect: [...draft.effect, ...more] }, archive)
  const tried = said.trial
  // That it is no chance, the narrower effect has shown.
  const isChance = tried.failed === 'significance'
  const kept = countRows(said.fits, own).fits
  const keptInside = countRows(said.fits, inside).fits
  const isBetter =
    (tried.failed === null || isChance) &&
    tried.precision >= draft.trial.precision - 0.02 &&
    keptInside >= nearly(inside.length, share) &&
    kept - keptInside >= nearly(own.length - inside.length, share)
  if (!isBetter) return draft
  return isChance ? { ...said, trial: { ...tried, failed: null, status: draft.trial.status } } : said
}

/** The column whose number the legacy has at this place in nearly all of these rows, where the candidate often has another. */
const copyIn = ({ path, legacy, candidate, numbers }: AnswerPath, rows: Int32Array, { features }: Archive): RuleEffect => {
  const wanted = Float64Array.from(rows, (row) => numbers[legacy[row] ?? 0] ?? Number.NaN)
  const news = rows.filter((row) => candidate[row] !== legacy[row]).length
  if (new Set(wanted).size < least.decisions || news < Math.max(least.decisions, least.news * rows.length)) return []
  for (const column of features.columns) {
    if (column.kind !== 'number' || !isPlain(column) || column.name === `candidate${path}`) continue
    const values = features.numbersAt(column, rows)
    if (wanted.filter((value, i) => value === values[i]).length >= nearly(rows.length, least.share))
      return [{ kind: 'copy', path, feature: column.name }]
  }
  return []
}

const nearly = (all: number, share: number): number => Math.min(share * all, all - 1)

/** The code that the legacy has at this place in nearly all of these rows and the candidate does not; 0: none. */
const constantIn = ({ legacy, candidate }: AnswerPath, rows: Int32Array, enough: typeof least): number => {
  const counts = new Map<number, number>()
  for (const row of rows) counts.set(legacy[row] ?? 0, (counts.get(legacy[row] ?? 0) ?? 0) + 1)
  for (const [code, count] of counts) {
    if (code === 0 || count < nearly(rows.length, enough.share)) continue
    const news = rows.filter((row) => candidate[row] !== code).length
    return news >= Math.max(enough.decisions, enough.news * rows.length) ? code : 0
  }
  return 0
}
