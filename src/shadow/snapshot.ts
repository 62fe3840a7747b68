import type { Context } from '../model/context.ts'
import type { AsOfAnswer, LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { EpochMs } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { LogPoint, ReadEntry, RecordedRead } from '../model/read.ts'
import type { Substitution } from '../model/substitution.ts'
import type { RunWorld } from './candidate-run.ts'
import { runCandidate } from './candidate-run.ts'
import { missedVersion } from './missed-version.ts'
import type { MissedVersion } from './missed-version.ts'
import { asOfReads } from './read-resolver.ts'
import { scanPoints } from './scan-points.ts'
import { resolveAgain, substitutedReads } from './substituted-reads.ts'
import type { VersionState } from './version-state.ts'

export interface SnapshotInput {
  readonly context: Context
  readonly state: VersionState
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly signal: AbortSignal
  readonly world: RunWorld
}

/** The candidate's world at one instant of the legacy's past: its answer there, and replays that mix it with the live reads. */
export interface PastSnapshot {
  readonly asOf: AsOfAnswer
  /** The live decision's reads, each resolved at this instant, in the same order. */
  readonly asOfReads: readonly RecordedRead[]
  readonly replay: (substitution: Substitution) => Promise<Observation>
  readonly missed: (read: RecordedRead, entry: ReadEntry) => MissedVersion | null
}

/** The candidate with every read just before a point of the log and the legacy's own clock. */
export const takeSnapshot = async (input: SnapshotInput, before: LogPoint): Promise<PastSnapshot> => {
  const { context, state, live, legacy, signal, world } = input
  const legacyAt: EpochMs = legacy.decidedAt ?? live.decidedAt
  const masked = legacy.transactions
  const resolve = asOfReads({ projections: context.reads, state, before, masked, readAt: legacyAt })
  const run = { context, trigger: live.trigger, seed: live.id, signal, world }
  const { observation, reads, inputsRead } = await runCandidate({ ...run, resolve, now: () => legacyAt })
  return {
    asOf: { observation, reads, inputsRead },
    asOfReads: await resolveAgain(live.reads, resolve),
    replay: async (substitution) => {
      const mixed = substitutedReads({ recorded: live.reads, asOf: resolve, units: substitution.reads })
      const again = await runCandidate({ ...run, resolve: mixed, now: () => (substitution.clock ? legacyAt : live.decidedAt) })
      return again.observation
    },
    missed: (read, entry) => missedVersion(state, { read, entry, before, masked }),
  }
}

/** At most so many instants of a legacy transaction are tried. */
const scanLimit = 32

/** The other instants at which the legacy may have read, nearest first; null when its as-of point is exact. */
export const scanSnapshots = (input: SnapshotInput, exact: PastSnapshot): AsyncIterable<PastSnapshot> | null => {
  const { state, legacy } = input
  if (legacy.readFrom === null || legacy.asOf === null) return null
  const { asOf, readFrom: from, transactions } = legacy
  const points = scanPoints(state, { reads: exact.asOf.reads, from, asOf, transactions, limit: scanLimit })
  return (async function* () {
    for (const point of points) yield await takeSnapshot(input, point)
  })()
}
