import type { Context } from '../../model/context.ts'
import type { LiveDecision } from '../../model/decision.ts'
import type { NightFeed } from '../../model/night.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { Sample } from './sample.ts'
import { createSample } from './sample.ts'

interface FeedCount {
  reads: number
  stale: number
  readonly ages: Sample
}

/** Counts, for each projection of a context, what was read and how old it proved to be where that changed an answer. */
export const createFeedCounts = (
  context: Context,
): { readonly add: (live: LiveDecision, verdict: Verdict) => void; readonly feeds: () => readonly NightFeed[] } => {
  const counts = new Map<string, FeedCount>(Object.keys(context.reads).map((name) => [name, { reads: 0, stale: 0, ages: createSample() }]))
  return {
    add: (live, verdict) => {
      for (const read of live.reads) {
        const count = counts.get(read.projection)
        if (count !== undefined) count.reads += 1
      }
      for (const read of verdict.restoring) {
        const count = counts.get(read.projection)
        if (count === undefined) continue
        if (read.cause === 'stale-data') count.stale += 1
        count.ages.add(read.ageMs)
      }
    },
    feeds: () =>
      [...counts].map(([name, count]) => ({
        projection: name,
        feed: context.reads[name]?.feed.kind ?? 'stream',
        kind: context.reads[name]?.kind ?? 'state',
        lagP50Ms: count.ages.percentile(0.5),
        lagP99Ms: count.ages.percentile(0.99),
        freshWithinMs: context.reads[name]?.freshWithinMs ?? null,
        stale: count.stale,
        reads: count.reads,
      })),
  }
}
