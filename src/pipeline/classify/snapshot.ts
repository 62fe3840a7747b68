import { isSampled, trackedOneIn } from '../../classify/case.ts'
import type { Snapshot, Variation } from '../../classify/input.ts'
import type { Context } from '../../model/context.ts'
import type { AsOfAnswer, LegacyDecision, LiveDecision } from '../../model/decision.ts'
import { BanyanError } from '../../model/errors.ts'
import type { EpochMs } from '../../model/ids.ts'
import { comparePoints, isSamePoint } from '../../model/log-point.ts'
import type { Observation } from '../../model/observation.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import { readUnit } from '../../model/substitution.ts'
import { logicOf } from '../../shadow/logic-of.ts'
import type { CandidateRun, RunWorld } from '../../shadow/candidate-run.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import type { FeedProgress } from '../../shadow/feed-progress.ts'
import { missedVersion } from '../../shadow/missed-version.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import { asOfReads, changedBy } from '../../shadow/read-resolver.ts'
import { resolveAgain, substitutedReads } from '../../shadow/substituted-reads.ts'
import type { PossibleWorld } from '../../shadow/uncertain-order.ts'
import { inWorld, missedInWorld } from '../../shadow/uncertain-order.ts'
import { isMasked } from '../../shadow/version-chain.ts'
import { candidateWorld } from '../candidate-world.ts'
import { looksBackTo } from './kept-history.ts'
import type { RollingState } from './rolling-state.ts'
import type { SeenVersions } from './seen-versions.ts'
import { seenVersions, withSeen } from './seen-versions.ts'

export interface SnapshotInput {
  readonly context: Context
  readonly rolling: RollingState
  readonly progress: FeedProgress
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly point: LogPoint
  /** Another order of commits than the log's; left out: the log's. */
  readonly world?: PossibleWorld
  readonly signal: AbortSignal
}

/** A snapshot that also tells which parts of the trigger the candidate looked at; where that was not noted, by asking it again. */
export interface ReplayedSnapshot extends Snapshot {
  readonly lookedAt: () => Promise<readonly string[]>
  /** Versions that the log has lost, and that were taken from the live run; null: none. */
  readonly lost: SeenVersions | null
}

/** The candidate's answer just before a point of the log, and the world that it was given in: enough for {@link snapshotOf}. */
export interface Replay {
  readonly ran: CandidateRun
  readonly then: Then
  readonly isTracked: boolean
}

/** How reads are resolved at the replay's instant, and what time it is there. */
interface Then {
  readonly resolve: ResolveRead
  readonly now: EpochMs
  /** Versions that the log has lost, and that were taken from the live run; null: none. */
  readonly lost: SeenVersions | null
}

/** Asks the candidate just before a point of the log, and tells what it said. Decisions are replayed by the code that took them. */
export const replayAt = <T>(input: SnapshotInput, told: (replay: Replay) => T | Promise<T>): T | Promise<T> => {
  const { context, rolling, live, legacy, point, world } = input
  const now = legacy.decidedAt ?? live.decidedAt
  const inLog = asOfReads({ projections: context.reads, state: rolling.state, before: point, masked: legacy.transactions, readAt: now })
  const resolve = world === undefined ? inLog : inWorld(inLog, rolling.state, world)
  const isTracked = context.sourceText === undefined || isSampled(live, trackedOneIn)
  const then: Then = { resolve, now, lost: null }
  const ran = again(input, then, isTracked ? tracked : plain)
  return ran instanceof Promise
    ? ran.then((late) => filled(input, { ran: late, then, isTracked }, told))
    : filled(input, { ran, then, isTracked }, told)
}

const tracked: Varied = { isTracked: true }
const plain: Varied = {}

/** The same once more with what the log has lost, where the live run saw such. */
const filled = <T>(input: SnapshotInput, replay: Replay, told: (replay: Replay) => T | Promise<T>): T | Promise<T> => {
  const { rolling, live, legacy, point } = input
  const isWhole = input.world !== undefined || sawTheSame(live, replay.ran.reads)
  const seen = isWhole ? null : seenVersions(rolling.state, live, { before: point, masked: legacy.transactions })
  if (seen === null) return told(replay)
  const then: Then = { ...replay.then, resolve: withSeen(replay.then.resolve, seen), lost: seen }
  const ran = again(input, then, replay.isTracked ? tracked : plain)
  return ran instanceof Promise ? ran.then((late) => told({ ...replay, ran: late, then })) : told({ ...replay, ran, then })
}

/** Whether every version that the live run saw is one that the log tells as well, as a look at the replay's own reads shows. */
const sawTheSame = ({ reads }: LiveDecision, asOf: readonly RecordedRead[]): boolean => {
  if (reads.length !== asOf.length) return false
  for (let at = 0; at < reads.length; at++) {
    const [one, other] = [reads[at], asOf[at]]
    if (one === undefined || other === undefined || one.entries.length !== other.entries.length) return false
    if (one.projection !== other.projection || one.feed !== 'stream') return false
    for (let index = 0; index < one.entries.length; index++) {
      const [entry, then] = [one.entries[index], other.entries[index]]
      if (entry === undefined || then === undefined || entry.key !== then.key) return false
      if (entry.version === null) continue
      if (then.version === null || !isSamePoint(entry.version, then.version)) return false
    }
  }
  return true
}

/** The candidate's world just before a point of the log, with its answer there. */
export const createSnapshot = async (input: SnapshotInput): Promise<ReplayedSnapshot> =>
  replayAt(input, (replay) => snapshotOf(input, replay))

/** The world that a replay was given in, for experiments. */
export const snapshotOf = (input: SnapshotInput, { ran, then, isTracked }: Replay): ReplayedSnapshot => {
  const { context, rolling, progress, live, legacy, point, world } = input
  const { state } = rolling
  const masked = legacy.transactions
  let asked: CandidateRun | null = null
  return {
    asOf: asOfAnswer(ran),
    answeredBy: ran.answeredBy,
    lost: then.lost,
    lookedAt: async () => (isTracked ? ran : (asked ?? (await again(input, then, tracked)))).inputsRead,
    asOfReads: () => resolveAgain(live.reads, then.resolve),
    run: async (variation) => {
      if (Object.keys(variation).length > 0) return reached((await again(input, then, variation)).observation)
      // Asked the very same, it may as well be watched.
      asked = await again(input, then, tracked)
      return reached(asked.observation)
    },
    missed: (read, entry) => {
      const held = world?.get(readUnit(read.projection, entry.key))
      if (held !== undefined) return missedInWorld(entry, held, context.clockErrorMs ?? 0)
      const missedFrom = (): EpochMs => progress.missedFrom(read.projection, read.readAt)
      const { settlesWithinMs: clockAheadMs, clockErrorMs = 0 } = context
      return missedVersion(state, { read, entry, before: point, masked, missedFrom, clockAheadMs, clockErrorMs })
    },
    history: (projection, key) => {
      const oldest = looksBackTo(context, legacy, projection)
      const versions = state.versions(projection, key).filter((version) => comparePoints(version, point) < 0 && !isMasked(version, masked))
      return versions
        .slice(0, -1)
        .map(({ value, committedAt }, index) => ({ value, from: committedAt, until: versions[index + 1]?.committedAt ?? committedAt }))
        .filter(({ until }) => until > oldest)
        .reverse()
    },
  }
}

export const asOfAnswer = ({ observation, reads, inputsRead }: CandidateRun): AsOfAnswer => ({ observation, reads, inputsRead })

/** A service that is not there says nothing, and no experiment may take that for its answer. */
const reached = (observation: Observation): Observation => {
  if (observation.kind !== 'failed' || observation.reason !== 'unreachable') return observation
  throw new BanyanError('candidate-shape', `the candidate could not be asked again: ${observation.message}`, {
    hint: 'see docs/candidate-service.md',
    retryable: true,
  })
}

/** Nobody asks how long a replay took. */
const replayWorld: RunWorld = { ...candidateWorld, elapsedMs: () => 0 }

type Varied = Variation & { readonly isTracked?: boolean }

const again = ({ context, live, signal }: SnapshotInput, then: Then, varied: Varied): CandidateRun | Promise<CandidateRun> => {
  const { logic, anyShape, data, substitution, alter, isTracked = false } = varied
  const resolve =
    substitution === undefined ? then.resolve : substitutedReads({ recorded: live.reads, asOf: then.resolve, units: substitution.reads })
  const now = substitution === undefined || substitution.clock ? then.now : live.decidedAt
  const candidate = logic ?? logicOf(context, live.candidateVersion)
  const isAsDeclared = candidate === context.candidate && anyShape !== true
  return runCandidate({
    context: isAsDeclared ? context : { ...context, candidate, shape: anyShape === true ? null : context.shape },
    trigger: data === undefined ? live.trigger : { ...live.trigger, data },
    resolve: alter === undefined ? resolve : altered(resolve, alter),
    now: () => now,
    seed: live.id,
    signal,
    world: replayWorld,
    isTracked,
  })
}

const altered =
  (resolve: ResolveRead, alter: (read: RecordedRead) => RecordedRead): ResolveRead =>
  (asked) =>
    changedBy(resolve(asked), alter)
