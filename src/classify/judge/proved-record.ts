import { encode } from '../../model/canonical.ts'
import type { Invariant } from '../../model/context.ts'
import type { Difference } from '../../model/difference.ts'
import { hashText } from '../../model/hash.ts'
import type { Observation } from '../../model/observation.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Data } from '../../model/value.ts'
import type { Evidence, Verdict } from '../../model/verdict.ts'
import { isOfLegacy, isProof } from '../evidence.ts'
import { proofsAgainst } from '../proofs.ts'
import { foundIn, stratumOf } from './residue-record.ts'

/** What is kept of a decision in which the candidate is proved wrong. */
export interface ProvedRecord {
  readonly id: string
  /** What proves it, and the kind of the answer that it proves wrong. */
  readonly group: string
  /** The shape of the differences, and the differences to the last digit. */
  readonly fingerprint: string
  readonly exact: string
  /** What the legacy said instead. */
  readonly instead: string
  /** The same proves the live answer wrong, and it is wrong in no other field. */
  readonly isLiveToo: boolean
  /** The documents tell what the legacy did. */
  readonly isDocumented: boolean
}

type Classified = PairedDecision & { readonly verdict: Verdict }

/** Null for a decision in which nothing proves the candidate wrong. */
export const provedRecord = (
  { live, verdict }: Pick<Classified, 'live' | 'verdict'>,
  invariants: readonly Invariant[],
): ProvedRecord | null => {
  const proofs = verdict.evidence.filter((one) => isProof(one) && !isOfLegacy(one))
  if (proofs.length === 0) return null
  const group = groupOf(proofs, verdict.asOf.observation)
  const proofsLive = proofsAgainst('candidate', live.observation, { invariants, trigger: live.trigger })
  return {
    id: verdict.id,
    group,
    fingerprint: verdict.fingerprint ?? '',
    exact: hashText(encode(verdict.asOfDifferences as unknown as Data)),
    instead: hashText(encode(verdict.asOfDifferences.map(({ path, legacy }) => [path, legacy ?? null]))),
    isLiveToo: groupOf(proofsLive, live.observation) === group && isWithin(verdict.liveDifferences, verdict.asOfDifferences),
    isDocumented: foundIn(verdict).contradicted !== null,
  }
}

const isWithin = (some: readonly Difference[], all: readonly Difference[]): boolean => {
  const paths = new Set(all.map(({ path }) => path))
  return some.every(({ path }) => paths.has(path))
}

const groupOf = (proofs: readonly Evidence[], observation: Observation): string =>
  [...proofs.map(({ test }) => test), observation.kind === 'decided' ? stratumOf(observation.answer) : observation.kind].join('\n')
