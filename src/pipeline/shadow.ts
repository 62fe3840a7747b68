import type { BusinessEvent } from '../model/business-event.ts'
import type { Context } from '../model/context.ts'
import type { LiveDecision } from '../model/decision.ts'
import { decisionId } from '../model/hash.ts'
import type { Position, SourceName } from '../model/ids.ts'
import { epochMs } from '../model/ids.ts'
import { afterTransaction, comparePoints } from '../model/log-point.ts'
import type { LogPoint } from '../model/read.ts'
import type { CaptureCursor } from '../ports/capture-store.ts'
import type { Clock } from '../ports/clock.ts'
import { shadowStage } from '../ports/shadow-store.ts'
import type { StagePoint } from '../ports/stage-point.ts'
import { stagePoint } from '../ports/stage-point.ts'
import type { Store } from '../ports/store.ts'
import { runCandidate } from '../shadow/candidate-run.ts'
import { createCircuit } from '../shadow/circuit.ts'
import { createConcurrency } from '../shadow/concurrency.ts'
import { liveReads } from '../shadow/read-resolver.ts'
import type { VersionState } from '../shadow/version-state.ts'
import { createVersionState } from '../shadow/version-state.ts'
import { candidateWorld } from './candidate-world.ts'
import type { Feeds } from './feeds.ts'
import { startFeeds } from './feeds.ts'
import { followCapture } from './follow.ts'
import { followEvents } from './follow-events.ts'
import type { OwnTransactions } from './own-transactions.ts'
import { createOwnTransactions } from './own-transactions.ts'

interface ShadowInput {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly onDecided: (count: number) => void
}

/** A batch holds what has come meanwhile; so many only when the stage is behind, where sharing a commit is what brings it forward. */
const batchEvents = 256

/**
 * Asks the candidate about every trigger, once, with what its projections hold at that instant. Detached: the legacy
 * and the other stages never wait for it.
 */
export const shadowContext = async (input: ShadowInput): Promise<void> => {
  const { context, store, source, signal } = input
  const from = await store.stageCursor(shadowStage(context.name))
  const state = createVersionState(context.reads)
  const feeds = startFeeds({ context, state, store, source, signal, from })
  const own = createOwnTransactions({ context, log: store, source, from: from?.position ?? null })
  const nextEvents = followEvents({ store, source, types: [context.on], after: from?.place ?? null })
  const decide = createDecide({ ...input, state, feeds, own })
  let at = from

  const commit = async (next: StagePoint, decisions: readonly LiveDecision[]): Promise<void> => {
    await store.commitShadow({ context: context.name, expected: at, next, decisions })
    at = next
    input.onDecided(decisions.length)
    own.forgetBefore(next.position)
    state.prune({ stream: { position: next.position, ordinal: 0 }, external: { position: next.position, ordinal: 0 } })
  }
  const step = async (cursor: CaptureCursor): Promise<void> => {
    await own.catchUp(cursor.position)
    await feeds.ready
    if (signal.aborted) return
    for (;;) {
      const { events, place } = await nextEvents(cursor.position, batchEvents)
      const last = events.at(-1)
      const isLast = last === undefined || events.length < batchEvents
      const next = stagePoint(isLast ? afterTransaction(cursor.position) : later(at, last), place)
      if (last !== undefined || at?.position !== next.position) await commit(next, await decide(events))
      if (isLast || signal.aborted) return
    }
  }
  await Promise.all([feeds.done, followCapture({ log: store, source, signal, step })])
}

/** An event that is stated at a place which was passed takes nobody back. */
const later = (at: LogPoint | null, event: LogPoint): LogPoint => (at !== null && comparePoints(event, at) < 0 ? at : event)

const createDecide = (
  input: ShadowInput & { readonly state: VersionState; readonly feeds: Feeds; readonly own: OwnTransactions },
): ((events: readonly BusinessEvent[]) => Promise<readonly LiveDecision[]>) => {
  const { context, clock, signal, state, feeds, own } = input
  const circuit = createCircuit(context.limits)
  const places = createConcurrency(context.limits)
  const realNow = (): ReturnType<typeof epochMs> => epochMs(candidateWorld.elapsedMs())
  const frontier = (projection: string): Position => {
    const [applied, known] = [feeds.frontier(projection), own.known()]
    return known !== null && known < applied ? known : applied
  }
  const one = async (trigger: BusinessEvent): Promise<LiveDecision> => {
    const id = decisionId(context.name, trigger.id)
    const decidedAt = clock.now()
    const decision = { id, context: context.name, trigger, candidateVersion: context.candidateVersion, decidedAt }
    if (!circuit.admits(realNow())) {
      const message = `not asked: the last ${context.limits.circuitFailures} decisions failed`
      return { ...decision, observation: { kind: 'failed', reason: 'circuit-open', message }, reads: [], tookMs: 0 }
    }
    const resolve = liveReads({ projections: context.reads, state, frontier, masked: own.of(trigger.key), now: clock.now, signal })
    const ran = await runCandidate({
      context,
      trigger,
      resolve,
      now: () => decidedAt,
      mode: 'live',
      seed: id,
      signal,
      world: candidateWorld,
      // Which parts of the trigger it looks at is found out by the replay.
      isTracked: false,
    })
    if (ran.observation.kind === 'failed') circuit.failed(realNow())
    else circuit.succeeded()
    const candidateVersion = ran.answeredBy ?? context.candidateVersion
    return { ...decision, candidateVersion, observation: ran.observation, reads: ran.reads, tookMs: ran.tookMs }
  }
  return async (events) => {
    const decisions: Promise<LiveDecision>[] = []
    for (const event of events) {
      await places.room()
      decisions.push(places.run(() => one(event)))
    }
    return Promise.all(decisions)
  }
}
