import { hashText } from '../model/hash.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import { epochMs } from '../model/ids.ts'
import type { DecisionId, HiddenRuleId } from '../model/ids.ts'
import { answerTable } from './answers.ts'
import type { MiningCase, MiningOptions, MiningResult } from './case.ts'
import { consolidate, restoredRows } from './consolidate.ts'
import { cover } from './cover.ts'
import type { Draft } from './cover.ts'
import { doubted } from './doubts.ts'
import { effectText } from './effects.ts'
import { featureTable } from './features.ts'
import type { FeatureTable } from './features.ts'
import { fit } from './fit.ts'
import { countRows } from './counting.ts'
import { rowsWhere } from './predicate.ts'
import { rulesBesides } from './besides.ts'
import { splitCases } from './split.ts'
import type { Split } from './split.ts'
import { ruleWords } from './words.ts'

const maxLeads = 10
const maxExamples = 5

export interface Mine {
  readonly cases: readonly MiningCase[]
  readonly features: FeatureTable
  readonly split: Split
  readonly options: MiningOptions
}

/**
 * Finds the rules by which the legacy differs from the candidate. Cases in time order, agreeing ones too; those that
 * either side did not decide are left out. A rule is only called one when it foretells decisions that the search never
 * saw. Deterministic.
 */
export const mine = (cases: readonly MiningCase[], options: MiningOptions): MiningResult => {
  const decided = cases.filter((one) => one.legacy.kind === 'decided' && (one.candidate.kind === 'decided' || one.proved === true))
  const answers = answerTable(decided)
  if (!answers.agree.includes(0))
    return { rules: [], leads: [], assignments: new Map(), besides: new Map(), extensions: new Map(), restored: new Map() }
  const features = featureTable(decided, answers, options.zone)
  const split = splitCases(decided)
  const covering = cover(features, answers, split)
  const { sure, doubtful } = doubted(consolidate(covering.rules, features, split), { features, split, answers })
  const context: Mine = { cases: decided, features, split, options }
  const rules = sure.map((draft) => ruleOf(draft, context))
  const leads = [...doubtful, ...covering.leads].slice(0, maxLeads).map((draft) => ({ ...ruleOf(draft, context), status: 'lead' as const }))
  return {
    rules,
    leads,
    assignments: assigned(sure, rules, context),
    besides: rulesBesides(rules, context),
    extensions: byRule(sure, rules, context, (draft) =>
      rowsWhere(draft.predicate, features, split.all).filter((row) => draft.fits[row] !== fit.notAtRisk),
    ),
    restored: byRule(sure, rules, context, (draft) => restoredRows(draft, features, split)),
  }
}

const ruleOf = (draft: Draft, { cases, features, split, options }: Mine): HiddenRule => {
  const rows = rowsWhere(draft.predicate, features, split.all)
  const restored = rows.filter((row) => draft.fits[row] === fit.fits)
  const broken = rows.filter((row) => draft.fits[row] === fit.breaks)
  const ids = (some: Int32Array): readonly string[] => [...some.subarray(0, maxExamples)].map((row) => cases[row]?.id ?? '')
  const at = (row: number | undefined): number => (row === undefined ? 0 : (cases[row]?.at ?? 0))
  const exposures = [...restored].flatMap((row) => cases[row]?.exposure ?? [])
  const replay = countRows(draft.fits, rows)
  return {
    id: hashText(`${options.context} ${JSON.stringify(draft.predicate)} ${effectText(draft.effect)}`) as HiddenRuleId,
    context: options.context,
    status: draft.trial.status,
    predicate: draft.predicate,
    effect: draft.effect,
    words: ruleWords(draft.predicate, draft.effect),
    train: draft.trial.train,
    holdout: draft.trial.holdout,
    replay: { restored: replay.fits, broken: replay.breaks },
    precision: draft.trial.precision,
    precisionLower: draft.trial.precisionLower,
    firstSeenAt: epochMs(at(restored[0])),
    lastSeenAt: epochMs(at(restored[restored.length - 1])),
    exposure: exposures.length === 0 ? null : exposures.reduce((sum, one) => sum + one, 0),
    examples: ids(restored),
    counterExamples: ids(broken),
  }
}

const assigned = (
  drafts: readonly Draft[],
  rules: readonly HiddenRule[],
  { cases, features, split }: Mine,
): MiningResult['assignments'] => {
  const assignments = new Map<DecisionId, HiddenRuleId>()
  for (const [i, draft] of drafts.entries()) {
    for (const row of restoredRows(draft, features, split)) {
      const [id, rule] = [cases[row]?.id, rules[i]?.id]
      if (id !== undefined && rule !== undefined && !assignments.has(id)) assignments.set(id, rule)
    }
  }
  return assignments
}

const byRule = (
  drafts: readonly Draft[],
  rules: readonly HiddenRule[],
  { cases }: Mine,
  rowsOf: (draft: Draft) => Int32Array,
): ReadonlyMap<HiddenRuleId, readonly DecisionId[]> =>
  new Map(
    drafts.flatMap((draft, i) => {
      const rule = rules[i]
      return rule === undefined ? [] : [[rule.id, [...rowsOf(draft)].flatMap((row) => cases[row]?.id ?? [])] as const]
    }),
  )
