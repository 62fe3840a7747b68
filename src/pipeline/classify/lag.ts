import type { RecordedRead } from '../../model/read.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'

/**
 * How far the world that the live run saw may lie from the legacy's: for each read the distance between the instant
 * that it showed and the legacy's decision, the largest of them. It is told by the decision alone, so it is the same in whatever
 * company that is classified. Null where nothing was read.
 */
export const lagOf = (decision: ReadyDecision): number | null => {
  const { live, legacy } = decision
  const legacyAt = legacy.decidedAt ?? legacy.answeredAt
  if (legacyAt === null) return null
  let lagMs: number | null = null
  for (const read of live.reads) lagMs = Math.max(lagMs ?? 0, Math.abs(shownAt(read, decision) - legacyAt))
  return lagMs
}

/** A feed that has come beyond the legacy's own work shows the present; one that lags, what its versions tell. */
const shownAt = (read: RecordedRead, { live, legacy }: ReadyDecision): number => {
  const { frontier, readAt } = read
  if (frontier === null || (legacy.asOf !== null && frontier >= legacy.asOf.position)) return readAt
  let newest: number = frontier >= live.trigger.position ? live.trigger.occurredAt : Number.NEGATIVE_INFINITY
  for (const { version } of read.entries) if (version !== null) newest = Math.max(newest, version.committedAt)
  return newest === Number.NEGATIVE_INFINITY ? readAt : newest
}
