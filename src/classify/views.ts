import type { Data } from '../model/value.ts'
import type { Evidence, Verdict } from '../model/verdict.ts'
import { isMined } from './mined-evidence.ts'

/**
 * Where it is not known which view of the past the legacy had, its answer may be explained twice: by another view than the log's, or by
 * logic in the log's own. Only who knows the legacy's rules can tell.
 */
export interface Views {
  /** With the log's own view: logic differs. */
  readonly inLog: Verdict
  /** With the view in which the candidate, or other logic at hand, comes nearest to the legacy. */
  readonly otherwise: Verdict
}

const viewTest = 'log-view'

/** One of both is told, and the other is kept as evidence. It is never graded A. */
export const withViews = ({ inLog, otherwise }: Views, isInLog: boolean): Verdict => {
  const [told, kept] = isInLog ? [inLog, otherwise] : [otherwise, inLog]
  const other: Verdict = { ...kept, grade: 'B' }
  return { ...told, grade: 'B', evidence: [...told.evidence, isInLog ? ruledAnyway(other) : differsInLog(other)] }
}

/** Null for a verdict that rests on one view. What mining made of the log's own is not in it. */
export const viewsOf = (verdict: Verdict): Views | null => {
  const found = verdict.evidence.find(({ test }) => test === viewTest)
  if (found === undefined) return null
  const { isInLog, other } = found.data as unknown as { readonly isInLog: boolean; readonly other: Verdict }
  const told = { ...verdict, evidence: verdict.evidence.filter((one) => one !== found) }
  return isInLog ? { inLog: unmined(told), otherwise: other } : { inLog: other, otherwise: told }
}

/** True for a verdict with two views. */
export const hasViews = ({ evidence }: Pick<Verdict, 'evidence'>): boolean => evidence.some(({ test }) => test === viewTest)

const unmined = (verdict: Verdict): Verdict => ({
  ...verdict,
  evidence: verdict.evidence.filter((one) => !isMined(one)),
  finding: { kind: 'unresolved', reason: 'awaiting-mining' },
})

const differsInLog = (other: Verdict): Evidence => ({
  test: viewTest,
  words:
    'With the state that the log itself tells the candidate answers otherwise than the legacy; no rule that is known makes that answer the legacy’s.',
  data: { isInLog: false, other: other as unknown as Data },
})

const ruledAnyway = (other: Verdict): Evidence => ({
  test: viewTest,
  words:
    'Another state that is as possible explains the answer as well; but the rule is at work in other decisions, too, and this is what it foretells.',
  data: { isInLog: true, other: other as unknown as Data },
})
