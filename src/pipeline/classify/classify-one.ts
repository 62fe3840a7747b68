import { classify } from '../../classify/classify.ts'
import type { Snapshot } from '../../classify/input.ts'
import { compileComparison } from '../../diff/compare.ts'
import { compileFingerprint } from '../../diff/fingerprint.ts'
import type { Context } from '../../model/context.ts'
import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'
import { runCandidate } from '../../shadow/candidate-run.ts'
import { missedVersion } from '../../shadow/missed-version.ts'
import { asOfReads } from '../../shadow/read-resolver.ts'
import { scanPoints } from '../../shadow/scan-points.ts'
import { resolveAgain, substitutedReads } from '../../shadow/substituted-reads.ts'
import { candidateWorld } from '../candidate-world.ts'
import type { RollingState } from './rolling-state.ts'

/** Instants of the legacy's own transaction that are tried where it did not lock what it read. */
const maxScanPoints = 40

export type ClassifyOne = (decision: ReadyDecision, signal: AbortSignal) => Promise<Verdict>

/** The as-of replay of one decision and the experiments on it, over the versions that the rolling state holds. */
export const createClassifyOne = (context: Context, rolling: RollingState): ClassifyOne => {
  const compare = compileComparison(context.compare)
  const fingerprint = compileFingerprint(context.name, context.compare)
  return async ({ live, legacy }, signal) => {
    const asOf = legacy.asOf ?? live.trigger
    const snapshotAt = (point: LogPoint): Promise<Snapshot> => createSnapshot({ context, rolling, live, legacy, point, signal })
    const snapshot = await snapshotAt(asOf)
    const scan = legacy.readFrom === null ? null : otherInstants(rolling, legacy, legacy.readFrom, snapshot, snapshotAt)
    const kept = rolling.keptFrom()
    const isKept = kept === null || comparePoints(asOf, kept) >= 0
    const missingVersions = isKept
      ? []
      : live.reads.filter((read) => read.feed === 'stream').map((read) => `${read.projection} ${read.key}`)
    return classify({ context, live, legacy, snapshot, scan, missingVersions, compare, fingerprint, signal })
  }
}

interface SnapshotInput {
  readonly context: Context
  readonly rolling: RollingState
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly point: LogPoint
  readonly signal: AbortSignal
}

const createSnapshot = async ({ context, rolling, live, legacy, point, signal }: SnapshotInput): Promise<Snapshot> => {
  const { state } = rolling
  const masked = legacy.transactions
  const legacyNow = legacy.decidedAt ?? live.decidedAt
  const resolve = asOfReads({ projections: context.reads, state, before: point, masked, readAt: legacyNow })
  const run = { context, trigger: live.trigger, seed: live.id, signal, world: candidateWorld }
  const asOf = await runCandidate({ ...run, resolve, now: () => legacyNow })
  return {
    asOf: { observation: asOf.observation, reads: asOf.reads, inputsRead: asOf.inputsRead },
    asOfReads: await resolveAgain(live.reads, resolve),
    replay: async (substitution) => {
      const reads = substitutedReads({ recorded: live.reads, asOf: resolve, units: substitution.reads })
      const replayed = await runCandidate({ ...run, resolve: reads, now: () => (substitution.clock ? legacyNow : live.decidedAt) })
      return replayed.observation
    },
    missed: (read, entry) => {
      const missedFrom = rolling.progress().missedFrom(read.projection, read.readAt)
      return missedVersion(state, { read, entry, before: point, masked, missedFrom })
    },
  }
}

async function* otherInstants(
  rolling: RollingState,
  legacy: LegacyDecision,
  from: NonNullable<LegacyDecision['readFrom']>,
  snapshot: Snapshot,
  snapshotAt: (point: LogPoint) => Promise<Snapshot>,
): AsyncGenerator<Snapshot, undefined> {
  if (legacy.asOf === null) return
  const { asOf, transactions } = legacy
  for (const point of scanPoints(rolling.state, { reads: snapshot.asOf.reads, from, asOf, transactions, limit: maxScanPoints })) {
    yield await snapshotAt(point)
  }
}
