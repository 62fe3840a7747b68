import type { Context } from '../../model/context.ts'
import { decisionId } from '../../model/hash.ts'
import type { DecisionId, EpochMs, Position, SourceName } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { LogPoint, RecordedRead } from '../../model/read.ts'
import type { CaptureCursor } from '../../ports/capture-store.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'
import type { Store } from '../../ports/store.ts'
import type { FeedProgress } from '../../shadow/feed-progress.ts'
import { feedProgress } from '../../shadow/feed-progress.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import type { Following } from './feed-window.ts'
import { mostFollowing, readsFollowing, tellingReads, tellsUntil } from './feed-window.ts'

/** How far external feeds had come when a decision was taken; null: it is too early to tell. */
export type FeedKnowledge = (decision: ReadyDecision, captured: CaptureCursor | null) => Promise<FeedProgress | null>

interface Trigger extends LogPoint {
  readonly id: DecisionId
  readonly occurredAt: EpochMs
}

/** Triggers in log order, without a gap. */
type Stretch = Trigger[]

const maxStretches = 8
const pageEvents = 2 * mostFollowing
const maxDecisions = 20 * mostFollowing

/** Asks the store for the decisions around one, and keeps a few: decisions that are classified together ask for the same ones. */
export const createFeedKnowledge = (input: {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly state: VersionState
}): FeedKnowledge => {
  const { context, store, source, state } = input
  const stretches: Stretch[] = []
  const reads = new Map<DecisionId, readonly RecordedRead[]>()

  const triggersFrom = async (from: LogPoint, until: EpochMs, upTo: Position): Promise<readonly Trigger[]> => {
    for (const stretch of stretches) {
      const at = stretch.findIndex((one) => comparePoints(one, from) === 0)
      const known = at < 0 ? [] : stretch.slice(at, at + mostFollowing)
      if (known.length === mostFollowing || (known.at(-1)?.occurredAt ?? Number.NEGATIVE_INFINITY) > until) return known
    }
    const after = { position: from.position, ordinal: from.ordinal - 1 }
    const events = await store.readEvents({ source, types: [context.on], after, upTo, limit: pageEvents })
    const stretch = events.map(
      ({ id, position, ordinal, occurredAt }): Trigger => ({ position, ordinal, occurredAt, id: decisionId(context.name, id) }),
    )
    stretches.unshift(stretch)
    stretches.splice(maxStretches)
    return stretch.slice(0, mostFollowing)
  }
  const readsOf = async (triggers: readonly Trigger[]): Promise<readonly Following[]> => {
    const unknown = triggers.filter(({ id }) => !reads.has(id)).map(({ id }) => id)
    for (const live of unknown.length === 0 ? [] : await store.liveDecisions(unknown)) reads.set(live.id, tellingReads(live))
    const following = triggers.map(({ id, occurredAt }) => ({ occurredAt, reads: reads.get(id) ?? null }))
    for (const id of reads.keys()) {
      if (reads.size <= maxDecisions) break
      reads.delete(id)
    }
    return following
  }
  return async ({ live }, captured) => {
    if (captured === null || captured.phase === 'snapshot') return null
    const until = tellsUntil(context, live)
    const following = await readsOf(await triggersFrom(live.trigger, until, captured.position))
    const knownUntil = captured.phase === 'ended' ? epochMs(Number.POSITIVE_INFINITY) : captured.at
    const told = readsFollowing(following, { until, knownUntil })
    return told === null ? null : feedProgress(state, told)
  }
}
