import { hashText } from '../model/hash.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import { epochMs } from '../model/ids.ts'
import type { ContextName, HiddenRuleId } from '../model/ids.ts'
import { countRows, rowsThat } from './counting.ts'
import { effectText } from './effects/effect-text.ts'
import { fit } from './fit.ts'
import type { Draft } from './search/draft.ts'
import type { CaseTable } from './table/case-table.ts'
import { ruleWords } from './words.ts'

const maxExamples = 5

/** The draft as a rule: what it says, and what it did in the archive. */
export const ruleOf = (draft: Draft, table: CaseTable, context: ContextName): HiddenRule => {
  const { rows } = draft.trial
  const restored = rowsThat(draft.fits, rows, fit.fits)
  const broken = rowsThat(draft.fits, rows, fit.breaks)
  const ids = (some: Int32Array): readonly string[] => Array.from(some.subarray(0, maxExamples), (row) => table.ids[row] ?? '')
  const at = (row: number | undefined): number => (row === undefined ? 0 : (table.at[row] ?? 0))
  const replay = countRows(draft.fits, rows)
  const { unless } = draft
  const behind = unless.length === 0 ? '' : ` ${JSON.stringify(unless)}`
  return {
    id: hashText(`${context} ${JSON.stringify(draft.predicate)} ${effectText(draft.effect)}${behind}`) as HiddenRuleId,
    context,
    status: draft.trial.status,
    predicate: draft.predicate,
    ...(unless.length === 0 ? {} : { unless }),
    effect: draft.effect,
    words: ruleWords(draft.predicate, draft.effect, unless),
    train: draft.trial.train,
    holdout: draft.trial.holdout,
    replay: { restored: replay.fits, broken: replay.breaks },
    precision: draft.trial.precision,
    precisionLower: draft.trial.precisionLower,
    firstSeenAt: epochMs(at(restored[0])),
    lastSeenAt: epochMs(at(restored[restored.length - 1])),
    exposure: exposureOf(restored, table),
    examples: ids(restored),
    counterExamples: ids(broken),
  }
}

const exposureOf = (rows: Int32Array, { exposure }: CaseTable): number | null => {
  let [sum, known] = [0, false]
  for (const row of rows) {
    const one = exposure[row] ?? Number.NaN
    if (Number.isNaN(one)) continue
    sum += one
    known = true
  }
  return known ? sum : null
}
