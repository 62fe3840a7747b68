import type { HiddenRule, RuleDetail } from '../../model/hidden-rule.ts'
import { rowsThat } from '../counting.ts'
import { fit } from '../fit.ts'
import { nearRows } from '../near.ts'
import type { Draft } from '../search/draft.ts'
import type { Archive, Sample } from '../search/sample.ts'
import type { CaseTable } from '../table/case-table.ts'
import { daysOf, driftOf, validityOf } from './days.ts'
import { equivalentsOf } from './equivalents.ts'
import { foundAtOf, sinceFound } from './evidence-since.ts'
import { gapsOf } from './gaps.ts'
import { patchOf } from './patch.ts'
import { questionOf } from './question.ts'

export interface DetailInput {
  readonly draft: Draft
  readonly rule: HiddenRule
  readonly archive: Archive
  readonly sample: Sample
  readonly table: CaseTable
  readonly known: readonly HiddenRule[]
}

/** All that is told of a rule besides what it says; of leads nothing is told, for they are not true. */
export const detailOf = ({ draft, rule, archive, sample, table, known }: DetailInput): RuleDetail => {
  const near = nearRows(draft.predicate, archive.features, archive.split.all)
  const rows = near.inside
  const foundAt = foundAtOf(rule, known, table.at)
  const gaps = gapsOf(draft, archive, near)
  const drift = driftOf(rows, draft.fits, table.at)
  const equivalents = equivalentsOf(draft, archive, sample, near)
  const [first] = rowsThat(draft.fits, rows, fit.fits)
  return {
    failedGate: draft.trial.failed,
    foundAt,
    sinceFound: sinceFound(rows, draft.fits, table.at, foundAt),
    validity: validityOf(rule, drift),
    gaps,
    days: daysOf(rows, draft.fits, table.at),
    drift,
    equivalents,
    question: first === undefined ? null : questionOf({ rule, equivalents, gaps, row: first, table }),
    patch: patchOf({ draft, rule, archive, table, near }),
  }
}
