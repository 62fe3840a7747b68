import type { BusinessEvent } from '../model/business-event.ts'
import type { Context } from '../model/context.ts'
import type { LegacyDecision } from '../model/decision.ts'
import type { Position, SourceName } from '../model/ids.ts'
import { tableName } from '../model/ids.ts'
import { afterTransaction } from '../model/log-point.ts'
import type { CaptureCursor } from '../ports/capture-store.ts'
import type { StagePoint } from '../ports/stage-point.ts'
import { stagePoint } from '../ports/stage-point.ts'
import type { Store } from '../ports/store.ts'
import type { Pairing, PairingStep } from '../shadow/pairing.ts'
import { createPairing } from '../shadow/pairing.ts'
import { changesBetween, followCapture } from './follow.ts'
import type { FollowedEvents, NextEvents } from './follow-events.ts'
import { followEvents } from './follow-events.ts'
import type { TransactionPart } from './transactions.ts'
import { byTransaction, justBefore, withTriggers } from './transactions.ts'

interface PairInput {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly signal: AbortSignal
  readonly onSettled: (count: number) => void
}

const readLimit = 5_000
/** Nothing waits for a pair but its classification, which gathers too. */
const gatherMs = 200

/**
 * Folds the legacy's answer to every trigger, in log order. What comes out hangs on positions and commit times alone,
 * so it is the same after any crash.
 */
export const pairContext = async (input: PairInput): Promise<void> => {
  const { context, store, source, signal } = input
  const cursor = await store.pairCursor(context.name)
  const pairing = createPairing({ context, after: cursor?.lastPaired ?? null })
  pairing.restore(await store.unsettled(context.name), await namedTransactions(input, await store.unsettled(context.name)))
  const step = createPairStep(input, pairing, cursor?.at ?? null)
  await followCapture({ log: store, source, signal, gatherMs, step })
}

const watchedTables = (context: Context): ReturnType<typeof tableName>[] => Object.keys(context.legacy.watch).map(tableName)

/** The watched rows of the transactions that decisions name, in log order. */
const namedTransactions = async (input: PairInput, decisions: readonly LegacyDecision[]): Promise<readonly TransactionPart[]> => {
  const named = [...new Set(decisions.flatMap((decision) => decision.transactions.map((point) => point.position)))].sort()
  const wanted = new Set(named)
  const parts: TransactionPart[] = []
  let done: Position | null = null
  for (const position of named) {
    if (done !== null && position <= done) continue
    const upTo = named[Math.min(named.length - 1, named.indexOf(position) + 50)] ?? position
    const between = { log: input.store, source: input.source, tables: watchedTables(input.context), after: justBefore(position), upTo }
    for await (const changes of changesBetween(between)) {
      parts.push(
        ...byTransaction(changes).filter((part) => wanted.has(part.header.position) && (done === null || part.header.position > done)),
      )
    }
    done = upTo
  }
  return parts
}

const readTriggers = async (next: NextEvents, upTo: Position): Promise<FollowedEvents> => {
  const triggers: BusinessEvent[] = []
  for (;;) {
    const { events, place } = await next(upTo, readLimit)
    triggers.push(...events)
    if (events.length < readLimit) return { events: triggers, place }
  }
}

const createPairStep = (input: PairInput, pairing: Pairing, from: StagePoint | null): ((cursor: CaptureCursor) => Promise<void>) => {
  const { context, store, source } = input
  const tables = watchedTables(context)
  const nextEvents = followEvents({ store, source, types: [context.on], after: from?.place ?? null })
  let at = from

  /** Rows of decisions that were settled and forgotten: a late answer, or work that changes nothing. */
  const recall = async (parts: readonly Parameters<Pairing['unknownKeys']>[0][]): Promise<void> => {
    const triggered = new Set<string>(parts.flatMap((part) => part.triggers.map((trigger) => trigger.key)))
    const keys = new Set(parts.flatMap((part) => pairing.unknownKeys(part)).filter((key) => !triggered.has(key)))
    if (keys.size === 0) return
    const settled = await store.settledByKey(context.name, [...keys])
    if (settled.length > 0) pairing.restore(settled, await namedTransactions(input, settled))
  }

  const commit = async (steps: readonly PairingStep[], next: StagePoint, ended: boolean): Promise<void> => {
    const decisions = steps.flatMap((step) => step.decisions)
    await store.commitPairs({
      context: context.name,
      expected: at,
      cursor: { at: next, settledBefore: pairing.settledBefore(), lastPaired: pairing.lastPaired(), ended },
      decisions,
      deadLetters: steps.flatMap((step) => step.deadLetters),
    })
    at = next
    pairing.forgetSettled()
    input.onSettled(new Set(decisions.filter((decision) => decision.state === 'settled').map((decision) => decision.id)).size)
  }

  return async (cursor) => {
    for (;;) {
      const after = at?.position ?? null
      const changes =
        after === cursor.position ? [] : await store.readChanges({ source, tables, after, upTo: cursor.position, limit: readLimit })
      const upTo = changes.length < readLimit ? cursor.position : (changes.at(-1)?.transaction.position ?? cursor.position)
      const triggers = await readTriggers(nextEvents, upTo)
      // Rows of a snapshot are state, and answer nothing.
      const facts = changes.filter(({ transaction }) => !transaction.snapshot)
      const parts = withTriggers(byTransaction(facts), triggers.events)
      await recall(parts)
      const steps = parts.map((part) => pairing.transaction(part))
      const isLast = upTo === cursor.position
      if (isLast) steps.push(pairing.advance({ at: cursor.at }))
      if (isLast && cursor.phase === 'ended') steps.push(pairing.end())
      const next = stagePoint(afterTransaction(upTo), triggers.place)
      await commit(steps, next, isLast && cursor.phase === 'ended')
      if (isLast) return
    }
  }
}
