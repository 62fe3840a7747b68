import type { HiddenRuleId } from '../../model/ids.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Data } from '../../model/value.ts'
import type { Evidence, Verdict } from '../../model/verdict.ts'
import type { Bisected } from '../experiments/older-versions.ts'
import type { OlderState } from '../experiments/older-reads.ts'
import { olderStates } from '../experiments/older-reads.ts'
import type { Contradicted } from '../experiments/specification.ts'

/** What the judge keeps of one logic residue: what was found out about it when it was classified, and what the legacy wrote. */
export interface ResidueRecord {
  readonly id: string
  readonly fingerprint: string
  /** The code that decided. */
  readonly version: string
  readonly at: number
  readonly wrote: Readonly<Record<string, Data>>
  /** Kind of the legacy's answer: its words without its numbers. */
  readonly stratum: string
  readonly bisected: Bisected | null
  readonly contradicted: Contradicted | null
  readonly broken: readonly Evidence[]
  readonly older: readonly OlderState[]
  /** Name of what the candidate could see. */
  readonly view: string
}

/** A group of residues that is judged as one: those of one mined rule, or those that differ in one way and that no rule explains. */
export interface Cluster {
  readonly rule: HiddenRuleId | null
  readonly members: readonly ResidueRecord[]
}

type Classified = PairedDecision & { readonly verdict: Verdict }

/** What the judge keeps of a decision whose logic differs. */
export const recordOf = ({ live, legacy, verdict }: Classified, view: string): ResidueRecord => ({
  id: live.id,
  fingerprint: verdict.fingerprint ?? '',
  version: live.candidateVersion,
  at: legacy.decidedAt ?? live.decidedAt,
  wrote: legacy.wrote ?? {},
  stratum: stratumOf(legacy.observation?.kind === 'decided' ? legacy.observation.answer : null),
  ...foundIn(verdict),
  view,
})

/** What was found out about a residue when it was classified. */
export const foundIn = ({ evidence }: Pick<Verdict, 'evidence'>): Pick<ResidueRecord, 'bisected' | 'contradicted' | 'broken' | 'older'> => {
  const find = (test: string): Data => evidence.find((one) => one.test === test)?.data ?? null
  return {
    bisected: find('version-bisect') as unknown as ResidueRecord['bisected'],
    contradicted: (find('specification') as { readonly contradicted?: Contradicted } | null)?.contradicted ?? null,
    broken: evidence.filter((one) => one.test.startsWith('relation:')),
    older: olderStates(evidence),
  }
}

/** What the documents say of a decision; null where they were not asked, or contradict nobody. */
export const saysOf = ({ evidence }: Pick<Verdict, 'evidence'>): Data =>
  (evidence.find(({ test }) => test === 'specification')?.data as { readonly says?: Data } | null | undefined)?.says ?? null

/** The kind of an answer: decisions of one kind can be told apart by what else the legacy wrote. */
export const stratumOf = (answer: Data): string => {
  if (answer === null || typeof answer === 'boolean') return String(answer)
  if (typeof answer === 'string') return /\d/.test(answer) ? '#' : answer
  if (typeof answer !== 'object') return '#'
  if (answer instanceof Uint8Array) return 'bytes'
  if (Array.isArray(answer)) return answer.length === 0 ? '[]' : '[…]'
  return Object.entries(answer as { readonly [name: string]: Data })
    .map(([name, value]) => `${name}:${stratumOf(value)}`)
    .sort()
    .join()
}
