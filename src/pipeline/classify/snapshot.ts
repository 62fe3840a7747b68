import { isSampled, trackedOneIn } from '../../classify/case.ts'
import type { Snapshot, Variation } from '../../classify/input.ts'
import type { Context } from '../../model/context.ts'
import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import { BanyanError } from '../../model/errors.ts'
import type { EpochMs } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { Observation } from '../../model/observation.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import { logicOf } from '../../shadow/logic-of.ts'
import type { CandidateRun } from '../../shadow/candidate-run.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import { missedVersion } from '../../shadow/missed-version.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import { asOfReads } from '../../shadow/read-resolver.ts'
import { resolveAgain, substitutedReads } from '../../shadow/substituted-reads.ts'
import { isMasked } from '../../shadow/version-chain.ts'
import { candidateWorld } from '../candidate-world.ts'
import type { RollingState } from './rolling-state.ts'
import { seenVersions, withSeen } from './seen-versions.ts'

export interface SnapshotInput {
  readonly context: Context
  readonly rolling: RollingState
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly point: LogPoint
  readonly signal: AbortSignal
}

/** A snapshot that also tells which parts of the trigger the candidate looked at; where that was not noted, by asking it again. */
export interface ReplayedSnapshot extends Snapshot {
  readonly lookedAt: () => Promise<readonly string[]>
  /** Versions that the log has lost were taken from the live run. */
  readonly isFilled: boolean
}

/** The candidate's world just before a point of the log, with its answer there. Decisions are replayed by the code that took them. */
export const createSnapshot = async (input: SnapshotInput): Promise<ReplayedSnapshot> => {
  const { context, rolling, live, legacy, point } = input
  const { state } = rolling
  const masked = legacy.transactions
  const legacyNow = legacy.decidedAt ?? live.decidedAt
  const known = asOfReads({ projections: context.reads, state, before: point, masked, readAt: legacyNow })
  const seen = seenVersions(state, live, { before: point, masked })
  const resolve = seen.size === 0 ? known : withSeen(known, seen)
  const isTracked = context.sourceText === undefined || isSampled(live, trackedOneIn)
  const asOf = await again(input, { resolve, now: legacyNow }, { isTracked })
  return {
    asOf: { observation: asOf.observation, reads: asOf.reads, inputsRead: asOf.inputsRead },
    answeredBy: asOf.answeredBy,
    isFilled: seen.size > 0,
    lookedAt: async () => (isTracked ? asOf : await again(input, { resolve, now: legacyNow }, { isTracked: true })).inputsRead,
    asOfReads: () => resolveAgain(live.reads, resolve),
    run: async (variation) => reached((await again(input, { resolve, now: legacyNow }, variation)).observation),
    missed: (read, entry) => {
      const missedFrom = rolling.progress().missedFrom(read.projection, read.readAt)
      return missedVersion(state, { read, entry, before: point, masked, missedFrom })
    },
    history: (projection, key) => {
      const versions = state.versions(projection, key).filter((version) => comparePoints(version, point) < 0 && !isMasked(version, masked))
      return versions
        .slice(0, -1)
        .map(({ value, committedAt }, index) => ({ value, from: committedAt, until: versions[index + 1]?.committedAt ?? committedAt }))
        .reverse()
    },
  }
}

/** A service that is not there says nothing, and no experiment may take that for its answer. */
const reached = (observation: Observation): Observation => {
  if (observation.kind !== 'failed' || observation.reason !== 'unreachable') return observation
  throw new BanyanError('candidate-shape', `the candidate could not be asked again: ${observation.message}`, {
    hint: 'see docs/candidate-service.md',
    retryable: true,
  })
}

const again = (
  { context, live, signal }: SnapshotInput,
  asOf: { readonly resolve: ResolveRead; readonly now: EpochMs },
  { logic, anyShape, data, substitution, alter, isTracked = false }: Variation & { readonly isTracked?: boolean },
): Promise<CandidateRun> => {
  const resolve =
    substitution === undefined ? asOf.resolve : substitutedReads({ recorded: live.reads, asOf: asOf.resolve, units: substitution.reads })
  const now = substitution === undefined || substitution.clock ? asOf.now : live.decidedAt
  return runCandidate({
    context: {
      reads: context.reads,
      candidate: logic ?? logicOf(context, live.candidateVersion),
      shape: anyShape === true ? null : context.shape,
      limits: context.limits,
      parameters: context.parameters ?? {},
    },
    trigger: data === undefined ? live.trigger : { ...live.trigger, data },
    resolve: alter === undefined ? resolve : altered(resolve, alter),
    now: () => now,
    seed: live.id,
    signal,
    world: candidateWorld,
    isTracked,
  })
}

const altered =
  (resolve: ResolveRead, alter: (read: RecordedRead) => RecordedRead): ResolveRead =>
  async (asked) =>
    alter(await resolve(asked))
