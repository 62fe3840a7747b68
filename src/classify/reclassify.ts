import type { Difference } from '../model/difference.ts'
import type { HiddenRuleId } from '../model/ids.ts'
import type { Cause, Evidence, Verdict } from '../model/verdict.ts'

/** What mining and its replay found out about one logic residue. */
export type MiningOutcome =
  /** A rule laid over the candidate makes its as-of answer the legacy's. */
  | {
      readonly kind: 'rule'
      readonly rule: HiddenRuleId
      readonly cause: 'hidden-rule' | 'defect' | 'owner-decides'
      /** What still differs between the legacy and the live answer with the rule laid over it. */
      readonly liveDifferences: readonly Difference[]
      readonly evidence: readonly Evidence[]
    }
  /** No rule explains it; proved wrong by other means. */
  | { readonly kind: 'defect'; readonly evidence: readonly Evidence[] }
  | { readonly kind: 'no-explanation'; readonly evidence: readonly Evidence[] }

/**
 * The verdict after mining. Only residues are changed (`awaiting-mining`, and what an earlier mining made of one).
 * Where the live answer still differs with the rule laid over it, the reads that moved it are part of the cause:
 * compound. It is the same for the same outcome, so mining again changes nothing.
 */
export const reclassify = (verdict: Verdict, outcome: MiningOutcome): Verdict => {
  if (!isResidue(verdict)) return verdict
  const evidence = [...verdict.evidence.filter((one) => !isMined(one)), ...outcome.evidence.map(asMined)]
  switch (outcome.kind) {
    case 'no-explanation':
      return { ...verdict, evidence, finding: { kind: 'unresolved', reason: 'no-compact-explanation' } }
    case 'defect':
      return { ...verdict, evidence, finding: { kind: 'caused', causes: ['defect'], relation: 'single', rule: null } }
    case 'rule': {
      if (outcome.cause === 'owner-decides') return { ...verdict, evidence, finding: { kind: 'unresolved', reason: 'owner-decides' } }
      const besides = verdict.latent || outcome.liveDifferences.length === 0 ? [] : environmentCauses(verdict)
      const causes = [outcome.cause, ...besides]
      return {
        ...verdict,
        evidence,
        finding: { kind: 'caused', causes, relation: causes.length > 1 ? 'compound' : 'single', rule: outcome.rule },
      }
    }
    default:
      return outcome satisfies never
  }
}

/** What mining found besides a proof that one side is wrong: the rule that the legacy followed, or that there is none. */
export const reclassifyProved = (verdict: Verdict, rule: { readonly words: string; readonly data: Evidence['data'] } | null): Verdict => {
  const { finding } = verdict
  if (finding.kind !== 'caused' || !isProved(verdict)) return verdict
  const proofs = verdict.evidence.filter((one) => one.test !== besidesTest)
  const causes = finding.causes.filter((cause) => cause !== 'hidden-rule')
  const all: readonly Cause[] = rule === null ? causes : [...causes, 'hidden-rule']
  return {
    ...verdict,
    evidence: rule === null ? proofs : [...proofs, { test: besidesTest, ...rule }],
    finding: { ...finding, causes: all, relation: all.length > 1 ? 'compound' : 'single' },
  }
}

const besidesTest = 'rule-besides'

/** True for a verdict that rests on a proof that the candidate's or the legacy's answer is wrong. */
export const isProved = (verdict: Verdict): boolean =>
  verdict.finding.kind === 'caused' &&
  verdict.finding.causes.some((cause) => cause === 'defect' || cause === 'legacy-defect') &&
  !isResidue(verdict)

/** True for a verdict that mining may change: logic differs, and nothing proves either side wrong. */
export const isResidue = ({ finding, evidence }: Verdict): boolean => {
  if (finding.kind === 'unresolved') return minedReasons.has(finding.reason)
  return finding.kind === 'caused' && (finding.rule !== null || evidence.some(isMined))
}

const minedReasons: ReadonlySet<string> = new Set(['awaiting-mining', 'no-compact-explanation', 'owner-decides'])

const environmentCauses = (verdict: Verdict): readonly Cause[] =>
  (['timing', 'stale-data'] as const).filter((cause) => verdict.restoring.some((read) => read.cause === cause))

const minedPrefix = 'mined:'

const isMined = (evidence: Evidence): boolean => evidence.test.startsWith(minedPrefix)

const asMined = (evidence: Evidence): Evidence => (isMined(evidence) ? evidence : { ...evidence, test: `${minedPrefix}${evidence.test}` })
