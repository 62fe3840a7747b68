import { observationDifferences } from '../../classify/observation-differences.ts'
import { sameObservation } from '../../classify/same-observation.ts'
import { compileComparison } from '../../diff/compare.ts'
import { compileFingerprint } from '../../diff/fingerprint.ts'
import type { BusinessEvent } from '../../model/business-event.ts'
import type { Context } from '../../model/context.ts'
import type { Difference } from '../../model/difference.ts'
import type { Fingerprint, SourceName } from '../../model/ids.ts'
import type { Observation } from '../../model/observation.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import { sameData } from '../../model/same-data.ts'
import { candidateWorld } from '../candidate-world.ts'
import type { ArchivedAnswer, ArchivedDecision } from './archived-decision.ts'
import { recordedReads } from './recorded-reads.ts'

/** On which recorded reads a decision is replayed. */
export type ReplayBasis = 'as-of' | 'live'

/** Why a decision says nothing about the candidate. */
export type MissedReason = 'unpaired' | 'unclassified' | 'unrecorded-read' | 'not-replayable' | 'unreachable' | 'timed-out'

/** How one answer lies to the legacy's. */
export interface Standing {
  readonly observation: Observation
  /** Empty: it agrees. */
  readonly differences: readonly Difference[]
  /** Null when it agrees. */
  readonly fingerprint: Fingerprint | null
}

export type Replayed =
  | { readonly kind: 'missed'; readonly reason: MissedReason; readonly what: string | null }
  | {
      readonly kind: 'compared'
      readonly isChanged: boolean
      readonly before: Standing
      readonly after: Standing
    }

/** `otherwise` answers reads that were not recorded; without it they are missing. */
export type ReplayOne = (decision: ArchivedDecision, signal: AbortSignal, otherwise?: ResolveRead | null) => Promise<Replayed>

/**
 * Answers one recorded decision again with the context's candidate, on the very reads that were recorded, and compares both answers, the
 * recorded one too, with the legacy's. Nothing outside is touched, but for a candidate that is a service.
 */
export const createReplayOne = (input: {
  readonly context: Context
  readonly source: SourceName
  readonly basis: ReplayBasis
}): ReplayOne => {
  const { context, source, basis } = input
  const compare = compileComparison(context.compare)
  const fingerprint = compileFingerprint(context.name, context.compare)
  const standing = (decision: ArchivedDecision, legacy: Observation, observation: Observation): Standing => {
    if (observation === legacy) return { observation, differences: [], fingerprint: null }
    const differences = observationDifferences(compare, legacy, observation)
    const { first } = decision
    // Whoever said what the legacy said first is not blamed for its correction.
    const isAgreed = differences.length === 0 || (first !== null && observationDifferences(compare, first, observation).length === 0)
    return isAgreed
      ? { observation, differences: [], fingerprint: null }
      : { observation, differences, fingerprint: fingerprint(differences) }
  }
  return async (decision, signal, otherwise = null) => {
    const { legacy } = decision
    const recorded = basis === 'live' ? decision.live : decision.asOf
    if (legacy === null || legacy.kind === 'absent') return missed('unpaired')
    if (recorded === null) return missed('unclassified')
    const replayed = await answerAgain({ context, source, decision, recorded, otherwise, signal })
    if ('kind' in replayed && replayed.kind === 'missed') return replayed
    const before = standing(decision, legacy, recorded.observation)
    const isChanged = !isSame(recorded.observation, replayed)
    return { kind: 'compared', isChanged, before, after: isChanged ? standing(decision, legacy, replayed) : before }
  }
}

/** Most answers come without effects, and looking is cheaper than writing both down. */
const isSame = (a: Observation, b: Observation): boolean =>
  a.kind === 'decided' && b.kind === 'decided' && a.effects.length === 0 && b.effects.length === 0
    ? sameData(a.answer, b.answer)
    : sameObservation(a, b)

const missed = (reason: MissedReason, what: string | null = null): Extract<Replayed, { kind: 'missed' }> => ({
  kind: 'missed',
  reason,
  what,
})

const answerAgain = async (input: {
  readonly context: Context
  readonly source: SourceName
  readonly decision: ArchivedDecision
  readonly recorded: ArchivedAnswer
  readonly otherwise: ResolveRead | null
  readonly signal: AbortSignal
}): Promise<Observation | Extract<Replayed, { kind: 'missed' }>> => {
  const { context, decision, recorded, signal } = input
  const reads = recordedReads(recorded, input.otherwise)
  const { observation } = await runCandidate({
    context,
    trigger: triggerOf(decision, input.source),
    resolve: reads.resolve,
    now: () => recorded.at,
    seed: decision.id,
    isTracked: false,
    signal,
    world: candidateWorld,
  })
  const missing = reads.missing()
  if (missing !== null) return missed('unrecorded-read', missing)
  return observation.kind === 'failed' && isNoAnswer(observation.reason) ? missed(observation.reason, observation.message) : observation
}

/** A failure of the replay, not of the logic that is replayed. */
const isNoAnswer = (reason: string): reason is MissedReason & Extract<Observation, { kind: 'failed' }>['reason'] =>
  reason === 'unrecorded-read' || reason === 'not-replayable' || reason === 'unreachable' || reason === 'timed-out'

const triggerOf = ({ trigger }: ArchivedDecision, source: SourceName): BusinessEvent => ({
  ...trigger,
  source,
  journey: null,
  milestone: null,
  rule: { name: trigger.type, version: 0 },
  causes: [],
})
