import { repair } from '../repair.ts'
import { rowsThat } from '../counting.ts'
import { fit } from '../fit.ts'
import { baseRate, trial } from '../gates.ts'
import { sharpen } from '../sharpen.ts'
import type { Split } from '../split.ts'
import type { Draft } from './draft.ts'
import type { Search } from './progress.ts'
import { refine } from './refine.ts'
import type { Archive } from './sample.ts'

/** What was wrong too often may lack a condition; what had too little to show for it lacks none. */
const hindered: readonly (string | null)[] = ['precision', 'train-precision']
const least = { fits: 12, perBreak: 2 }

/** So many drafts are looked at once more, those that promised most first; and none of very large archives, which show exceptions at the first look. */
const mostLeads = 20
const mostRows = 200_000

type Judge = (said: Draft) => Draft

/** What passes now of the drafts that failed, one after the other: what is found of one may show what another lacks. */
export const foundAgain = function* (
  search: Search,
  leads: readonly Draft[],
  judged: Judge,
): Generator<{ readonly draft: Draft; readonly lead: Draft }> {
  if (search.archive.split.all.length > mostRows) return
  const hopeful = leads.filter(isHopeful).slice(0, mostLeads)
  if (hopeful.length === 0) return
  const archive: Archive = { ...search.archive, split: shown(search.archive) }
  for (const lead of hopeful) {
    const draft = again(search, lead, archive, judged)
    if (draft !== null) yield { draft, lead }
  }
}

const isHopeful = ({ trial: { train, holdout, failed }, predicate }: Draft): boolean => {
  const [fits, breaks] = [train.fits + holdout.fits, train.breaks + holdout.breaks]
  return hindered.includes(failed) && predicate.length > 0 && fits >= least.fits && fits >= least.perBreak * breaks
}

/**
 * A draft that was wrong too often, looked at once more when the rules beside it are known: what those foretell no longer hides where it is
 * wrong. Half of what was held out is seen for it, so the other half alone is the test of what is added; all gates are asked besides.
 */
const again = (search: Search, lead: Draft, archive: Archive, judged: Judge): Draft | null => {
  const data = { features: archive.features, ...openTo(lead, search, archive.split) }
  const predicate = repair(refine(sharpen(lead.predicate, data), data, archive), data)
  if (JSON.stringify(predicate) === JSON.stringify(lead.predicate)) return null
  const base = baseRate(lead.fits, archive.split)
  if (trial({ ...archive, predicate, effect: lead.effect, fits: lead.fits, base }).failed !== null) return null
  const draft = judged({ ...lead, predicate })
  if (draft.trial.failed !== null) return null
  return rowsThat(search.explainedAll, rowsThat(draft.fits, draft.trial.rows, fit.fits), 0).length === 0 ? null : draft
}

/** The decisions of every other of the entities that were held out are seen too. */
const shown = ({ split, entities }: Archive): Split => {
  const isShown = (row: number): boolean => ((entities[row] ?? 0) & 1) === 0
  const held = split.held.map((is, row) => (is === 1 && !isShown(row) ? 1 : 0))
  const sideOf = (side: number): Int32Array => split.all.filter((row) => held[row] === side)
  return { ...split, held, train: sideOf(0), holdout: sideOf(1) }
}

const openTo = ({ fits }: Draft, { explainedAll }: Search, { train }: Split): { readonly fits: Uint8Array; readonly rows: Int32Array } => {
  const open = fits.map((what, row) => (what === fit.fits && explainedAll[row] === 1 ? fit.notAtRisk : what))
  return { fits: open, rows: train.filter((row) => open[row] === fit.fits || open[row] === fit.breaks) }
}
