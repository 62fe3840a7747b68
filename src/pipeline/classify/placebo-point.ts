import type { LegacyDecision } from '../../model/decision.ts'
import { epochMs } from '../../model/ids.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import { scanPoints } from '../../shadow/scan-points.ts'
import type { VersionState } from '../../shadow/version-state.ts'

/** Distinct states that one is chosen of. */
const choice = 16

/** Some instant at which what the decision reads was otherwise, chosen by the decision's id; null where it never was. */
export const placeboPoint = (
  state: VersionState,
  { legacy, asOf, reads }: { readonly legacy: LegacyDecision; readonly asOf: LogPoint; readonly reads: readonly RecordedRead[] },
): LogPoint | null => {
  const from = epochMs(Number.NEGATIVE_INFINITY)
  const points = scanPoints(state, { reads, from, asOf, transactions: legacy.transactions, limit: choice })
  return points[Number.parseInt(legacy.id.slice(0, 6), 16) % points.length] ?? null
}
