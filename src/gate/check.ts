import type { GateCheck } from '../model/readiness.ts'
import type { GateEvidence, GateLimits } from './evidence.ts'

/** One question of the gate. Pure: the same evidence always gives the same answer. */
export type Check = (evidence: GateEvidence, limits: GateLimits) => GateCheck

/** The part of a check that does not depend on the evidence. */
export interface Question {
  readonly id: string
  readonly title: string
  readonly required: string
  readonly bound?: NonNullable<GateCheck['bound']>
}

export const pass = (question: Question, actual: string): GateCheck => ({
  ...question,
  verdict: 'pass',
  actual,
  missing: null,
  etaNights: null,
})

/** More nights alone will not mend it. */
export const fail = (question: Question, actual: string, missing: string): GateCheck => ({
  ...question,
  verdict: 'fail',
  actual,
  missing,
  etaNights: null,
})

/** Not enough evidence yet; `etaNights` says about when there will be. */
export const insufficient = (question: Question, actual: string, missing: string, etaNights: number | null): GateCheck => ({
  ...question,
  verdict: 'insufficient',
  actual,
  missing,
  etaNights,
})

/** Nights until `more` further decisions have come at the present rate; null when nothing is known of the rate. */
export const nightsFor = (more: number, evidence: GateEvidence): number | null => {
  if (more <= 0) return 0
  if (evidence.nights <= 0 || evidence.compared <= 0) return null
  return Math.ceil(more / (evidence.compared / evidence.nights))
}

/** `0.00123` as `0.123 %`: three significant digits. */
export const percent = (share: number): string => `${Number((share * 100).toPrecision(3))} %`

/** `12345` as `12,345`. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
