import type { Context } from '../../model/context.ts'
import type { LegacyDecision } from '../../model/decision.ts'
import { epochMs } from '../../model/ids.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import { scanPoints } from '../../shadow/scan-points.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import { stateSpanMs } from './kept-history.ts'

/** Distinct states that one is chosen of. */
const choice = 16

/** Some instant at which what the decision reads was otherwise, chosen by the decision's id; null where it never was. */
export const placeboPoint = (
  state: VersionState,
  around: {
    readonly context: Context
    readonly legacy: LegacyDecision
    readonly asOf: LogPoint
    readonly reads: readonly RecordedRead[]
  },
): LogPoint | null => {
  const { context, legacy, asOf, reads } = around
  if (legacy.answeredAt === null) return null
  const from = epochMs(legacy.answeredAt - stateSpanMs(context))
  const points = scanPoints(state, { reads, from, asOf, transactions: legacy.transactions, limit: choice })
  return points[Number.parseInt(legacy.id.slice(0, 6), 16) % points.length] ?? null
}
