import type { Context } from '../../model/context.ts'
import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import type { EpochMs } from '../../model/ids.ts'
import type { DecidedLine } from '../../ports/delivery-source.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import { logicOf, versionAt } from '../../shadow/logic-of.ts'
import { candidateWorld } from '../candidate-world.ts'
import type { Asked } from './asked-decisions.ts'
import type { CandidateStores } from './candidate-stores.ts'

/** The candidate's live side of a decision: as it was recorded, or asked now about what its stores held then. */
export const liveDecision = async (input: {
  readonly context: Context
  readonly stores: CandidateStores
  readonly asked: Asked
  readonly legacy: LegacyDecision
  readonly signal: AbortSignal
}): Promise<LiveDecision> => {
  const { context, stores, asked, legacy, signal } = input
  const { id, trigger, decided } = asked
  const decidedAt = decided?.at ?? asked.presumedAt
  const about = { id, context: context.name, trigger, decidedAt }
  if (decided?.live !== undefined) return { ...about, ...recordedAnswer(context, decided.live) }
  const readAt = (projection: string): EpochMs => decided?.readAt?.[projection] ?? decidedAt
  const resolve = stores.resolve({ readAt, masked: legacy.transactions })
  // The code that was in force then, where the context still names it.
  const version = versionAt(context, decidedAt)
  const ran = await runCandidate({
    context: { ...context, candidate: logicOf(context, version) },
    trigger,
    resolve,
    now: () => decidedAt,
    seed: id,
    signal,
    world: candidateWorld,
    isTracked: false,
  })
  const candidateVersion = ran.answeredBy ?? version
  return { ...about, candidateVersion, observation: ran.observation, reads: ran.reads, tookMs: ran.tookMs }
}

const recordedAnswer = (
  context: Context,
  { observation, reads, candidateVersion, tookMs }: NonNullable<DecidedLine['live']>,
): Pick<LiveDecision, 'candidateVersion' | 'observation' | 'reads' | 'tookMs'> => ({
  candidateVersion: candidateVersion ?? context.candidateVersion,
  observation,
  reads,
  tookMs: tookMs ?? 0,
})
