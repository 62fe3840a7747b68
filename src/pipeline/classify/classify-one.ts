import { classify } from '../../classify/classify.ts'
import type { Snapshot } from '../../classify/input.ts'
import { compileComparison } from '../../diff/compare.ts'
import { compileFingerprint } from '../../diff/fingerprint.ts'
import type { Context } from '../../model/context.ts'
import type { LegacyDecision } from '../../model/decision.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'
import { scanPoints } from '../../shadow/scan-points.ts'
import { brokenVersions } from './broken-versions.ts'
import { lagOf } from './lag.ts'
import { placeboPoint } from './placebo-point.ts'
import type { RollingState } from './rolling-state.ts'
import { createSnapshot } from './snapshot.ts'

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
    const snapshot = await createSnapshot({ context, rolling, live, legacy, point: asOf, signal })
    const scan = legacy.readFrom === null ? null : otherInstants(rolling, legacy, legacy.readFrom, snapshot, snapshotAt)
    const kept = rolling.keptFrom()
    const isKept = kept === null || comparePoints(asOf, kept) >= 0
    const missingVersions = isKept
      ? []
      : live.reads.filter((read) => read.feed === 'stream').map((read) => `${read.projection} ${read.key}`)
    const classified = await classify({
      context,
      live,
      legacy,
      snapshot,
      scan,
      missingVersions,
      brokenVersions: () => brokenVersions(rolling.state, { live, legacy, asOf, reads: snapshot.asOf.reads }),
      placebo: async () => {
        const point = placeboPoint(rolling.state, { legacy, asOf, reads: snapshot.asOf.reads })
        return point === null ? null : snapshotAt(point)
      },
      lagMs: lagOf({ live, legacy }),
      // A tolerance holds, or has ended, at the decision's own time: later replays must not say otherwise.
      compare: (left, right) => compare(left, right, legacy.decidedAt ?? live.decidedAt),
      fingerprint,
      signal,
    })
    const verdict: Verdict = snapshot.isFilled ? { ...classified, grade: 'B' } : classified
    // Of as-of agreements a share is enough; what differs will be asked what it depends on. The live answer has no say: it differs from run to run.
    if (verdict.asOfDifferences.length === 0 || snapshot.asOf.observation.kind !== 'decided') return verdict
    return { ...verdict, asOf: { ...verdict.asOf, inputsRead: await snapshot.lookedAt() } }
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
