import type { LiveDecision } from '../model/decision.ts'
import type { Observation } from '../model/observation.ts'
import { asRecorded } from '../model/substitution.ts'
import type { Evidence, UnresolvedReason } from '../model/verdict.ts'
import { answeredByOther, failedOnlyLive, notReproduced, notRepeated } from './evidence.ts'
import type { ClassifiedContext, Snapshot } from './input.ts'
import { sameObservation } from './same-observation.ts'

/** Runs before one that always gives the same answer is called steady. */
const steadyRuns = 4

/** Why a live answer cannot be repeated from what was recorded. */
export interface Irreproducible {
  readonly reason: UnresolvedReason
  readonly evidence: readonly Evidence[]
}

/** Null when two replays of what was recorded both repeat the live answer. */
export const irreproducible = async (
  context: ClassifiedContext,
  live: LiveDecision,
  snapshot: Snapshot,
): Promise<Irreproducible | null> => {
  const { observation } = live
  if (observation.kind === 'failed' && onlyLive.has(observation.reason)) {
    return { reason: 'nondeterministic-candidate', evidence: [failedOnlyLive(observation)] }
  }
  const runs: Observation[] = []
  for (let run = 0; run < steadyRuns; run++) {
    runs.push(await snapshot.run({ substitution: asRecorded }))
    if (run === 1 && runs.every((again) => sameObservation(again, observation))) return null
  }
  const [first] = runs
  const other = runs.find((again) => first !== undefined && !sameObservation(again, first))
  if (first === undefined) return null
  if (other !== undefined) return { reason: 'nondeterministic-candidate', evidence: [notRepeated(first, other)] }
  if (!isKnownVersion(context, live, snapshot)) return { reason: 'candidate-replaced', evidence: [answeredByOther(live, context, first)] }
  return { reason: 'unrecorded-read', evidence: [notReproduced(observation, first)] }
}

/** What says nothing about the reads: there is nothing to repeat. */
const onlyLive: ReadonlySet<string> = new Set(['timed-out', 'circuit-open', 'unreachable'])

const isKnownVersion = (context: ClassifiedContext, { candidateVersion }: LiveDecision, { answeredBy }: Snapshot): boolean =>
  candidateVersion === (answeredBy ?? context.candidateVersion) ||
  (context.olderVersions ?? []).some(({ version }) => version === candidateVersion)

/** Another answer to the very same as-of question; null when the candidate is steady. */
export const wanderingAnswer = async (snapshot: Snapshot): Promise<Observation | null> => {
  const again = await snapshot.run({})
  return sameObservation(again, snapshot.asOf.observation) ? null : again
}
