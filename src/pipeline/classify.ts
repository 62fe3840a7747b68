import type { Context } from '../model/context.ts'
import type { EpochMs, SourceName } from '../model/ids.ts'
import { afterTransaction, comparePoints, endOfLog } from '../model/log-point.ts'
import type { LogPoint } from '../model/read.ts'
import type { Verdict } from '../model/verdict.ts'
import type { CaptureCursor } from '../ports/capture-store.ts'
import type { ReadyCursor, ReadyDecision } from '../ports/classify-store.ts'
import { shadowStage } from '../ports/shadow-store.ts'
import type { Store } from '../ports/store.ts'
import type { ClassifyOne } from './classify/classify-one.ts'
import { classifyKnowing, createClassifyOne } from './classify/classify-one.ts'
import type { FeedKnowledge } from './classify/feed-knowledge.ts'
import { createFeedKnowledge } from './classify/feed-knowledge.ts'
import { isReadBeyond } from './classify/feed-window.ts'
import type { RollingState } from './classify/rolling-state.ts'
import { createRollingState } from './classify/rolling-state.ts'
import { pause } from './pause.ts'
import { createTurns } from './turns.ts'

interface ClassifyInput {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly signal: AbortSignal
  readonly onClassified: (count: number) => void
  /** Decisions of one commit; verdicts do not depend on it. */
  readonly batchDecisions?: number
  /** How long to wait where nothing can be done yet; default: 250 ms while the log goes on, else 50 ms. */
  readonly waitMs?: number
}

const defaultBatch = 500
const idleMs = 50
/** How long decisions gather for one commit while the log goes on. */
const gatherMs = 250

/** How far classification may go: before this everything is settled and has its live answer. */
interface Bound {
  readonly before: LogPoint
  readonly ended: boolean
}

/**
 * Classifies decisions in the order of their as-of points: one pass over the version log and one over the settled
 * decisions, merged, so that no read is a look-up in the store.
 */
export const classifyContext = async (input: ClassifyInput): Promise<void> => {
  const { context, store, source, signal } = input
  const rolling = createRollingState({ context, log: store, source })
  const classifyOne = createClassifyOne(context, rolling)
  const knowledge = createFeedKnowledge({ context, store, source, state: rolling.state })
  let cursor = await store.classifyCursor(context.name)
  /** Read, and still too early for: its bodies are large, so they are not read again and again. */
  let waiting: readonly ReadyDecision[] = []
  let isAll = false
  const limit = input.batchDecisions ?? defaultBatch
  while (!signal.aborted) {
    if (waiting.length === 0) {
      const bound = await boundOf(input)
      waiting = await store.readyDecisions({ context: context.name, after: cursor, before: bound.before, limit })
      isAll = bound.ended && waiting.length === 0
    }
    if (isAll) return
    const captured = await store.captureCursor(source)
    const isOver = captured?.phase === 'ended'
    const ready = captured === null || isOver ? waiting : waiting.slice(0, firstBeyond(context, waiting, captured.at))
    const verdicts = ready.length === 0 ? [] : await classifyBatch({ rolling, classifyOne, knowledge, ready, signal, captured })
    const done = ready.slice(0, verdicts.length)
    waiting = waiting.slice(verdicts.length)
    if (done.length > 0) {
      const next = lastOf(cursor, done)
      await store.commitVerdicts({ context: context.name, expected: cursor, next, verdicts })
      cursor = next
      input.onClassified(verdicts.length)
    }
    // The rest is too early, or not there yet: commits of many cost less than many commits.
    if (done.length === 0 || (done.length < limit && !isOver)) await pause(input.waitMs ?? (isOver ? idleMs : gatherMs), signal)
  }
}

/**
 * What an external feed showed may be newer than what is captured: its version can only be known once the log has been
 * captured beyond the instant of the read.
 */
const firstBeyond = (context: Context, decisions: readonly ReadyDecision[], watermark: EpochMs): number => {
  const index = decisions.findIndex(({ live }) => !isReadBeyond(context, live, watermark))
  return index < 0 ? decisions.length : index
}

/** Decisions that come up again from behind do not move the cursor back. */
const lastOf = (cursor: ReadyCursor | null, ready: readonly ReadyDecision[]): ReadyCursor => {
  let last = cursor
  for (const { legacy } of ready) {
    const at = { ...(legacy.asOf ?? legacy.trigger), id: legacy.id }
    if (last === null || compareCursors(last, at) < 0) last = { position: at.position, ordinal: at.ordinal, id: at.id }
  }
  return last ?? { position: endOfLog.position, ordinal: 0, id: '' }
}

const compareCursors = (a: ReadyCursor, b: ReadyCursor): number => comparePoints(a, b) || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

const boundOf = async ({ context, store, source }: Pick<ClassifyInput, 'context' | 'store' | 'source'>): Promise<Bound> => {
  const pair = await store.pairCursor(context.name)
  const shadowed = await store.stageCursor(shadowStage(context.name))
  if (pair === null || shadowed === null) return { before: { position: '' as LogPoint['position'], ordinal: 0 }, ended: false }
  if (pair.ended) {
    const captured = await store.captureCursor(source)
    const isThere = captured?.phase === 'ended' && comparePoints(shadowed, afterTransaction(captured.position)) >= 0
    // A trigger may have been stated at a place that the cursor had passed.
    const unseen = { source, types: [context.on], after: shadowed.place ?? null, limit: 1 }
    if (isThere && (await store.eventsBehind(unseen)).events.length === 0) return { before: endOfLog, ended: true }
  }
  return { before: comparePoints(pair.settledBefore, shadowed) < 0 ? pair.settledBefore : shadowed, ended: false }
}

/** Whether every decision has its verdict, and nothing more is to come. */
export const isClassifiedToEnd = async (input: Pick<ClassifyInput, 'context' | 'store' | 'source'>): Promise<boolean> => {
  const { before, ended } = await boundOf(input)
  if (!ended) return false
  const context = input.context.name
  return (await input.store.readyDecisions({ context, after: await input.store.classifyCursor(context), before, limit: 1 })).length === 0
}

/** Verdicts of the first of these decisions, up to the first for which it is too early. */
const classifyBatch = async (batch: {
  readonly rolling: RollingState
  readonly classifyOne: ClassifyOne
  readonly knowledge: FeedKnowledge
  readonly ready: readonly ReadyDecision[]
  readonly signal: AbortSignal
  readonly captured: CaptureCursor | null
}): Promise<readonly Verdict[]> => {
  const { rolling, classifyOne, knowledge, ready, signal, captured } = batch
  await rolling.advance(ready, captured)
  const verdicts: Verdict[] = []
  const turn = createTurns()
  for (const decision of ready) {
    const others = turn()
    if (others !== null) await others
    const verdict = await classifyKnowing(classifyOne, { decision, signal, known: () => knowledge(decision, captured) })
    if (verdict === null) break
    verdicts.push(verdict)
  }
  rolling.forget(ready.slice(0, verdicts.length))
  return verdicts
}
