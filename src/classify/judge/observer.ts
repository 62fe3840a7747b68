import type { Context } from '../../model/context.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Verdict } from '../../model/verdict.ts'
import { isSampled, trackedOneIn } from '../case.ts'
import type { OlderState } from '../experiments/older-reads.ts'
import { olderStates } from '../experiments/older-reads.ts'
import { isResidue } from '../reclassify.ts'
import type { ProvedRecord } from './proved-record.ts'
import { provedRecord } from './proved-record.ts'
import type { ResidueRecord } from './residue-record.ts'
import { recordOf, stratumOf } from './residue-record.ts'
import { createEvenSample } from './sample.ts'
import type { Twins } from './twins.ts'
import { createTwins } from './twins.ts'
import { noteWritten } from './witness.ts'
import type { Span, World } from './world.ts'

const maxResidues = 60_000
const maxStrata = 500
const maxSampledResidues = 2_000
const maxSampledAgreements = 1_500
const maxOlder = 2_000

/** What one pass over the archive tells the judge. */
export interface Observed {
  readonly world: Omit<World, 'aliases'>
  readonly residues: readonly ResidueRecord[]
  /** Some of them whole, for trials. */
  readonly samples: readonly PairedDecision[]
  readonly twins: Twins
  /** Decisions in which the candidate is proved wrong. */
  readonly proved: readonly ProvedRecord[]
  /** Of those that the documents speak of, some whole. */
  readonly provedSamples: readonly PairedDecision[]
}

/** Looks at every compared decision once, in any order, in bounded memory. */
export interface Observer {
  readonly note: (decision: PairedDecision) => void
  readonly observed: () => Observed
}

type Classified = PairedDecision & { readonly verdict: Verdict }

const isClassified = (decision: PairedDecision): decision is Classified => decision.verdict !== null

export const createObserver = (context: Context): Observer => {
  const residues = createEvenSample<ResidueRecord>(maxResidues)
  const samples = createEvenSample<PairedDecision>(maxSampledResidues)
  const agreements = createEvenSample<PairedDecision>(maxSampledAgreements)
  const older = createEvenSample<{ at: number; states: readonly OlderState[] }>(maxOlder)
  const proved = createEvenSample<ProvedRecord>(maxResidues)
  const provedSamples = createEvenSample<PairedDecision>(maxSampledResidues)
  const versions = new Map<string, Span>()
  const strata = new Map<string, { count: number; columns: Map<string, Map<string, number>> }>()
  const looked = new Set<string>()
  const twins = createTwins()
  let span: Span = { count: 0, firstAt: Number.POSITIVE_INFINITY, lastAt: Number.NEGATIVE_INFINITY }
  const noteAgreement = (decision: Classified, at: number): void => {
    const { live, legacy, verdict } = decision
    agreements.add(live.id, decision)
    const states = olderStates(verdict.evidence)
    if (states.length > 0) older.add(live.id, { at, states })
    if (legacy.wrote === undefined || legacy.observation?.kind !== 'decided') return
    const name = stratumOf(legacy.observation.answer)
    let stratum = strata.get(name)
    if (stratum === undefined) {
      if (strata.size >= maxStrata) return
      stratum = { count: 0, columns: new Map() }
      strata.set(name, stratum)
    }
    stratum.count += 1
    noteWritten(stratum.columns, legacy.wrote)
  }
  const noteProved = (decision: Classified): void => {
    const record = provedRecord(decision, context.invariants)
    if (record === null) return
    proved.add(record.id, record)
    if (record.isDocumented) provedSamples.add(record.id, decision)
  }
  return {
    note: (decision) => {
      if (!isClassified(decision) || decision.legacy.observation?.kind !== 'decided') return
      const { live, legacy, verdict } = decision
      const at = legacy.decidedAt ?? live.decidedAt
      span = widened(span, at)
      versions.set(live.candidateVersion, widened(versions.get(live.candidateVersion) ?? nothing, at))
      for (const path of verdict.asOf.inputsRead) looked.add(path)
      for (const { projection } of verdict.asOf.reads) looked.add(`read.${projection}`)
      // What the candidate looked at is known of these only.
      const view = verdict.finding.kind !== 'agreed' || isSampled(live, trackedOneIn) ? twins.note(live, verdict) : ''
      if (verdict.asOfDifferences.length === 0) noteAgreement(decision, at)
      else if (isResidue(verdict)) {
        residues.add(live.id, recordOf(decision, view))
        samples.add(live.id, decision)
      } else noteProved(decision)
    },
    observed: () => ({
      world: {
        context,
        olderVersions: context.olderVersions ?? [],
        legacyChanges: context.legacyChanges ?? [],
        versions,
        span,
        strata,
        looked,
        olderOfAgreements: older.values(),
        agreements: agreements.values(),
      },
      residues: residues.values(),
      samples: samples.values(),
      twins,
      proved: proved.values(),
      provedSamples: provedSamples.values(),
    }),
  }
}

const nothing: Span = { count: 0, firstAt: Number.POSITIVE_INFINITY, lastAt: Number.NEGATIVE_INFINITY }

const widened = ({ count, firstAt, lastAt }: Span, at: number): Span => ({
  count: count + 1,
  firstAt: Math.min(firstAt, at),
  lastAt: Math.max(lastAt, at),
})
