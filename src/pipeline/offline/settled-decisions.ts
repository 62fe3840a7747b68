import type { LegacyDecision } from '../../model/decision.ts'
import type { DecisionId } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint } from '../../model/read.ts'

/** Settled decisions on their way to classification, which takes them in as-of order. */
export interface SettledDecisions {
  /** A decision as it is now: one that is no longer settled leaves again. */
  readonly note: (decision: LegacyDecision) => void
  /** The next ones before a point, in as-of order and then by id, as long as `isReady`. */
  readonly take: (before: LogPoint, isReady: (decision: LegacyDecision) => boolean) => readonly LegacyDecision[]
  readonly count: () => number
}

const asOfOf = (decision: LegacyDecision): LogPoint => decision.asOf ?? decision.trigger

const inOrder = (a: LegacyDecision, b: LegacyDecision): number => comparePoints(asOfOf(a), asOfOf(b)) || (a.id < b.id ? -1 : 1)

export const createSettledDecisions = (): SettledDecisions => {
  const settled = new Map<DecisionId, LegacyDecision>()
  return {
    note: (decision) => {
      if (decision.state === 'settled') settled.set(decision.id, decision)
      else settled.delete(decision.id)
    },
    take: (before, isReady) => {
      const taken: LegacyDecision[] = []
      for (const decision of [...settled.values()].filter((one) => comparePoints(asOfOf(one), before) < 0).sort(inOrder)) {
        if (!isReady(decision)) break
        settled.delete(decision.id)
        taken.push(decision)
      }
      return taken
    },
    count: () => settled.size,
  }
}
