import type { DecisionId, HiddenRuleId } from '../model/ids.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import { rulesBesides } from './besides.ts'
import type { MiningCase, MiningOptions, MiningResult } from './case.ts'
import { consolidate, restoredRows } from './consolidate.ts'
import { detailOf } from './detail/detail.ts'
import { doubted } from './doubts.ts'
import { featuresOf } from './features/features.ts'
import { viewOf } from './features/view.ts'
import { fit } from './fit.ts'
import { ruleOf } from './rule-of.ts'
import { cover } from './search/cover.ts'
import type { Draft } from './search/draft.ts'
import { sampleOf, sampleRows } from './search/sample.ts'
import type { Archive } from './search/sample.ts'
import { splitCases } from './split.ts'
import { caseTable } from './table/case-table.ts'
import type { CaseTable } from './table/case-table.ts'

const maxLeads = 10
/** An e-value that a rule with a precision of 0.8 or less ever reaches with a chance of 1 % at most, however often one looks. */
const enoughEvidence = 100

/** {@link mineTable} for cases in hand. */
export const mine = (cases: readonly MiningCase[], options: MiningOptions): MiningResult => mineTable(caseTable(cases), options)

/**
 * Finds the rules by which the legacy differs from the candidate. A rule is only called one when it foretells decisions
 * that the search never saw. Deterministic; the same table gives the same rules, and rules that are known already are
 * found again.
 */
export const mineTable = (table: CaseTable, options: MiningOptions): MiningResult => {
  const { answers } = table
  if (!answers.agree.includes(0)) return nothing
  const split = splitCases(table)
  const rows = sampleRows(split, answers.agree)
  const { sample, features } = sampleOf(rows, featuresOf(table, rows, options), { answers, split })
  const archive: Archive = { features: viewOf(features, null, table.rows), answers, split, entities: table.entities }
  const known = (options.known ?? []).filter((rule) => rule.status !== 'lead' && rule.context === options.context)
  const covering = cover(archive, sample, known)
  const { sure, doubtful } = doubted(consolidate(covering.rules, archive), covering.leads, archive)
  // In an order that does not depend on which of them were known before.
  const found = [...sure].sort((a, b) => savedBy(b) - savedBy(a))
  const rules = found.map((draft): HiddenRule => {
    const rule = ruleOf(draft, table, options.context)
    const detail = detailOf({ draft, rule, archive, sample, table, known })
    return { ...rule, detail, status: detail.sinceFound.evidence >= enoughEvidence ? 'confirmed' : rule.status }
  })
  const hints = [...doubtful, ...covering.leads].slice(0, maxLeads)
  const leads = hints.map((draft) => ({ ...ruleOf(draft, table, options.context), status: 'lead' as const }))
  return {
    rules,
    leads,
    assignments: assigned(found, rules, table),
    besides: rulesBesides(rules, archive, table),
    extensions: byRule(found, rules, table, ({ fits, trial }) => trial.rows.filter((row) => fits[row] !== fit.notAtRisk)),
    restored: byRule(found, rules, table, (draft) => restoredRows(draft)),
  }
}

const savedBy = ({ trial, effect }: Draft): number => (trial.train.fits - trial.train.breaks) * (1 + effect.length / 10)

const nothing: MiningResult = {
  rules: [],
  leads: [],
  assignments: new Map(),
  besides: new Map(),
  extensions: new Map(),
  restored: new Map(),
}

const assigned = (drafts: readonly Draft[], rules: readonly HiddenRule[], { ids }: CaseTable): MiningResult['assignments'] => {
  const assignments = new Map<DecisionId, HiddenRuleId>()
  for (const [i, draft] of drafts.entries()) {
    for (const row of restoredRows(draft)) {
      const [id, rule] = [ids[row], rules[i]?.id]
      if (id !== undefined && rule !== undefined && !assignments.has(id)) assignments.set(id, rule)
    }
  }
  return assignments
}

const byRule = (
  drafts: readonly Draft[],
  rules: readonly HiddenRule[],
  { ids }: CaseTable,
  rowsOf: (draft: Draft) => Int32Array,
): ReadonlyMap<HiddenRuleId, readonly DecisionId[]> =>
  new Map(
    drafts.flatMap((draft, i) => {
      const rule = rules[i]
      return rule === undefined ? [] : [[rule.id, Array.from(rowsOf(draft), (row) => ids[row] as DecisionId)] as const]
    }),
  )
