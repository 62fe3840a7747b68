import type { HiddenRuleId } from '../model/ids.ts'
import type { Cause, Evidence, UnresolvedReason, Verdict } from '../model/verdict.ts'
import type { OtherLogic } from './evidence.ts'
import { isOfLegacy, isProof, otherLogicTest } from './evidence.ts'
import { asMined, isMined } from './mined-evidence.ts'

/** What mining, its replay and the judge found out about one logic residue. */
export type Judgement =
  | {
      readonly kind: 'caused'
      readonly causes: readonly ('hidden-rule' | 'defect' | 'legacy-defect')[]
      /** The rule that, laid over the candidate, makes its as-of answer the legacy's. */
      readonly rule: HiddenRuleId | null
      readonly evidence: readonly Evidence[]
    }
  | {
      readonly kind: 'unresolved'
      readonly reason: Extract<UnresolvedReason, 'no-compact-explanation' | 'owner-decides' | 'legacy-inconsistent'>
      readonly evidence: readonly Evidence[]
    }

/**
 * The verdict after mining. Only residues are changed (`awaiting-mining`, and what an earlier mining made of one).
 * Where other reads had moved the live answer besides, they are part of the cause: compound. It is the same for the same
 * judgement, so mining again changes nothing.
 */
export const reclassify = (verdict: Verdict, judgement: Judgement): Verdict => {
  if (!isResidue(verdict)) return verdict
  const evidence = [...verdict.evidence.filter((one) => !isMined(one)), ...judgement.evidence.map(asMined)]
  if (judgement.kind === 'unresolved') return { ...verdict, evidence, finding: { kind: 'unresolved', reason: judgement.reason } }
  const causes: readonly Cause[] = [...judgement.causes, ...(verdict.latent ? [] : environmentCauses(verdict))]
  return {
    ...verdict,
    evidence,
    finding: { kind: 'caused', causes, relation: causes.length > 1 ? 'compound' : 'single', rule: judgement.rule },
  }
}

/** What there is beside a proof that one side is wrong. `open`: the legacy did something else, too, and nothing tells what. */
export type Besides = (
  | { readonly kind: 'nothing' }
  | { readonly kind: 'rule'; readonly evidence: Omit<Evidence, 'test'> }
  | { readonly kind: 'open'; readonly evidence: Omit<Evidence, 'test'> }
) & {
  /** What shows that outdated reads are no cause besides; null: nothing does. */
  readonly whateverRead: Omit<Evidence, 'test'> | null
}

/**
 * A verdict that rests on a proof, with what there is besides: a rule of the legacy's own is one more cause; where the legacy did something else that
 * nothing explains, the proof is told and the decision stays open.
 */
export const reclassifyProved = (verdict: Verdict, besides: Besides): Verdict => {
  if (!isProved(verdict)) return verdict
  const { whateverRead } = besides
  const reads = environmentCauses(verdict)
  const proofs = [
    ...verdict.evidence.filter(({ test }) => !besidesTests.has(test)),
    ...(whateverRead === null || reads.length === 0 ? [] : [{ test: readsTest, ...whateverRead }]),
  ]
  if (besides.kind === 'open') {
    const evidence = [...proofs, { test: openTest, ...besides.evidence }]
    return { ...verdict, evidence, finding: { kind: 'unresolved', reason: 'no-compact-explanation' } }
  }
  const all: readonly Cause[] = [
    ...provedCauses(verdict),
    ...(whateverRead === null ? reads : []),
    ...(besides.kind === 'rule' ? (['hidden-rule'] as const) : []),
  ]
  return {
    ...verdict,
    evidence:
      besides.kind === 'rule' ? [...proofs, { test: besidesTest, words: besides.evidence.words, data: besides.evidence.data }] : proofs,
    finding: { kind: 'caused', causes: all, relation: all.length > 1 ? 'compound' : 'single', rule: null },
  }
}

const besidesTest = 'rule-besides'
const openTest = 'unexplained-besides'
const readsTest = 'whatever-was-read'
const besidesTests: ReadonlySet<string> = new Set([besidesTest, openTest, readsTest])

const provedCauses = ({ evidence }: Verdict): readonly Cause[] => {
  const proofs = evidence.filter(isProof)
  return [
    ...(proofs.some((one) => !isOfLegacy(one)) ? (['defect'] as const) : []),
    ...(proofs.some(isOfLegacy) ? (['legacy-defect'] as const) : []),
  ]
}

/** True for a verdict that rests on a proof that the candidate's or the legacy's answer is wrong. */
export const isProved = ({ evidence }: Pick<Verdict, 'evidence'>): boolean => evidence.some(isProof)

/** The other code of the candidate that alone says that its logic is a cause beside the reads; null for every other verdict. */
export const otherCodeOf = ({ finding, evidence }: Verdict): OtherLogic | null => {
  if (finding.kind !== 'caused') return null
  const other = (evidence.find(({ test }) => test === otherLogicTest)?.data ?? null) as OtherLogic | null
  return other?.version == null ? null : other
}

/**
 * What reads explain, and other code of the candidate would not have fallen for. That is the candidate's mistake only where the other code is the better
 * one; `doubt` says why it is not, null that it is.
 */
export const reclassifyByOtherCode = (verdict: Verdict, doubt: Omit<Evidence, 'test'> | null): Verdict => {
  const { finding } = verdict
  if (finding.kind !== 'caused' || otherCodeOf(verdict) === null) return verdict
  const evidence = verdict.evidence.filter(({ test }) => test !== doubtTest)
  const environment = finding.causes.filter((cause) => cause !== 'defect')
  if (doubt === null)
    return { ...verdict, evidence, finding: { ...finding, causes: [...environment, 'defect'], relation: 'overdetermined' } }
  return {
    ...verdict,
    evidence: [...evidence, { test: doubtTest, ...doubt }],
    finding: { ...finding, causes: environment, relation: environment.length > 1 ? 'compound' : 'single' },
  }
}

const doubtTest = 'other-logic-is-no-standard'

/** True for a verdict that mining may change: logic differs, and nothing proves either side wrong. */
export const isResidue = (verdict: Verdict): boolean => {
  const { finding, evidence } = verdict
  if (isProved(verdict)) return false
  if (finding.kind === 'unresolved') return minedReasons.has(finding.reason)
  return finding.kind === 'caused' && (finding.rule !== null || evidence.some(isMined))
}

const minedReasons: ReadonlySet<string> = new Set(['awaiting-mining', 'no-compact-explanation', 'owner-decides', 'legacy-inconsistent'])

const environmentCauses = (verdict: Verdict): readonly Cause[] =>
  (['timing', 'stale-data'] as const).filter((cause) => verdict.restoring.some((read) => read.cause === cause))
