import type { Context } from '../../model/context.ts'
import type { LiveDecision } from '../../model/decision.ts'
import type { EpochMs } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import type { RecordedRead } from '../../model/read.ts'

/** A decision that was triggered at another one's trigger or later. Reads null: the candidate has not decided yet. */
export interface Following {
  readonly occurredAt: EpochMs
  readonly reads: readonly RecordedRead[] | null
}

/** So many decisions tell enough of a feed. */
export const mostFollowing = 200

/** Until when what is read tells something of a decision: as long as the legacy itself may take to answer. */
export const tellsUntil = (
  { answersWithinMs }: Pick<Context, 'answersWithinMs'>,
  { decidedAt }: Pick<LiveDecision, 'decidedAt'>,
): EpochMs => epochMs(decidedAt + answersWithinMs)

/** What others fill, and may be asked about: where a delivery tells how far a key had come, nothing is left to find out. */
export const tellingReads = ({ reads }: Pick<LiveDecision, 'reads'>): readonly RecordedRead[] =>
  reads.filter((read) => read.frontier === null && read.entries.some((entry) => entry.upTo === undefined))

/**
 * Whether the log has been read beyond what a decision can have seen of external feeds: a clock may be ahead of the legacy's by as much as the
 * legacy takes to settle. `knownUntil`: no commit before this instant is still to come.
 */
export const isReadBeyond = (
  { settlesWithinMs }: Pick<Context, 'settlesWithinMs'>,
  { reads }: Pick<LiveDecision, 'reads'>,
  knownUntil: EpochMs,
): boolean => reads.every(({ frontier, readAt }) => frontier !== null || readAt + settlesWithinMs < knownUntil)

/**
 * The reads that tell how far external feeds had come when a decision was taken: its own, and those of the decisions that were triggered next.
 * Which these are hangs on the log and on the decision alone, so it is the same wherever batches are cut and whenever a run is started
 * again. Null: not all of them are known yet. `following`: in log order, from the decision itself on; `knownUntil`: no commit before this
 * instant is still to come.
 */
export const readsFollowing = (
  following: Iterable<Following>,
  { until, knownUntil }: { readonly until: EpochMs; readonly knownUntil: EpochMs },
): readonly RecordedRead[] | null => {
  const told: RecordedRead[] = []
  let count = 0
  for (const { occurredAt, reads } of following) {
    if (occurredAt > until) return told
    if (reads === null) return null
    for (const read of reads) {
      if (read.readAt > until) continue
      // What it missed is known only when the log has been read beyond it.
      if (read.readAt >= knownUntil) return null
      told.push(read)
    }
    count += 1
    if (count >= mostFollowing) return told
  }
  return knownUntil > until ? told : null
}
