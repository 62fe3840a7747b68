import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../model/change-event.ts'
import type { Position, ResumeToken, SourceName } from '../model/ids.ts'
import type { Journey } from '../model/journey.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import type { CaptureCursor, CaptureStore } from '../ports/capture-store.ts'
import { batches } from './capture/batches.ts'
import type { JourneyFunctions } from './capture/journey-fold.ts'
import { foldJourneys } from './capture/journey-fold.ts'
import { createRowMemory } from './capture/row-memory.ts'
import type { Translate, TranslatedTransaction } from './capture/translate-batch.ts'
import { completeChanges, translateBatch } from './capture/translate-batch.ts'
import type { SourceTime } from './config.ts'
import { inSourceTime } from './source-time.ts'

export interface CaptureOptions {
  readonly source: ChangeSource
  readonly store: CaptureStore
  readonly time: SourceTime | null
  readonly translate: Translate
  readonly journeys: readonly Journey[]
  readonly journeyFunctions: JourneyFunctions
  /** Stops at once; what is not durable is read again by the next run. */
  readonly signal: AbortSignal
  /** When aborted: what is committed by then is captured, then the input is declared ended. */
  readonly end: AbortSignal
  readonly onProgress?: (progress: CaptureProgress) => void
}

export interface CaptureProgress {
  readonly transactions: number
  readonly changes: number
  readonly events: number
  readonly cursor: CaptureCursor
}

const batchChanges = 4_000
const largeTransactionChanges = 20_000
const cachedRows = 50_000

/**
 * Capture with translation: the only stage that is tied to the source. Each batch (versions, events, journeys, dead
 * letters and the cursor) is one transaction on the store, and only then is the source told that it may forget.
 */
export const capture = async (options: CaptureOptions): Promise<void> => {
  const { source, store } = options
  let cursor = await store.openCapture(source.name)
  const step = createCaptureStep(
    options,
    () => cursor,
    (next) => (cursor = next),
  )
  const stop = AbortSignal.any([options.signal, options.end])
  if (!options.end.aborted) await step.drain(source.read({ from: cursor?.token ?? null, signal: stop }), stop)
  if (options.signal.aborted) return
  await step.drain(source.read({ from: cursor?.token ?? null, signal: options.signal, until: 'current' }), options.signal)
  if (!options.signal.aborted) await step.finish()
}

/** An input that had ended may go on: tells the other stages so before they look. */
export const reopenCapture = async (store: CaptureStore, source: SourceName): Promise<void> => {
  const cursor = await store.openCapture(source)
  if (cursor?.phase !== 'ended') return
  await store.commitCapture({
    source,
    expected: cursor.token,
    cursor: { ...cursor, phase: 'stream' },
    transactions: [],
    changes: [],
    events: [],
    journeys: [],
    deadLetters: [],
  })
}

const createCaptureStep = (
  options: CaptureOptions,
  current: () => CaptureCursor | null,
  moved: (cursor: CaptureCursor) => void,
): { readonly drain: (items: AsyncIterable<SourceItem>, signal: AbortSignal) => Promise<void>; readonly finish: () => Promise<void> } => {
  const { source, store, time } = options
  const journeys = new Map(options.journeys.map((journey) => [journey.name, journey]))
  const memory = createRowMemory(store, source.name, cachedRows)
  const totals = { transactions: 0, changes: 0, events: 0 }
  let expected: ResumeToken | null = current()?.token ?? null
  let committing: Promise<void> = Promise.resolve()

  /** The chunks of a snapshot share one position, and so one header. */
  let lastPosition: Position | null = null
  const isNewPosition = (header: TransactionHeader): boolean => {
    const fresh = header.position !== lastPosition
    lastPosition = header.position
    return fresh
  }

  const commit = async (
    items: readonly SourceItem[],
    translated: readonly TranslatedTransaction[],
    phase: CaptureCursor['phase'],
  ): Promise<void> => {
    const last = items[items.length - 1]
    if (last === undefined) return
    const eventsAt = new Map(translated.map((one) => [one.tx, one.events]))
    await committing
    const folded = await foldJourneys({
      journeys,
      functions: options.journeyFunctions,
      store,
      source: source.name,
      moments: items.map((item) =>
        item.kind === 'progress'
          ? { position: item.position, at: item.at, events: [] }
          : { position: item.header.position, at: item.header.committedAt, events: eventsAt.get(item) ?? [] },
      ),
    })
    const cursor: CaptureCursor = {
      token: last.token,
      position: last.kind === 'progress' ? last.position : last.header.position,
      at: last.kind === 'progress' ? last.at : last.header.committedAt,
      phase,
    }
    const batch = {
      source: source.name,
      expected,
      cursor,
      transactions: translated.map((one) => one.tx.header).filter(isNewPosition),
      changes: translated.flatMap((one) => one.changes ?? []),
      events: folded.events,
      journeys: folded.states,
      deadLetters: translated.flatMap((one) => one.deadLetters),
    }
    const durable = memory.seal()
    expected = last.token
    committing = store.commitCapture(batch).then(() => {
      durable()
      source.acknowledge(last.token)
      moved(cursor)
      totals.transactions += batch.transactions.length
      totals.changes += translated.reduce((sum, one) => sum + one.tx.header.count, 0)
      totals.events += batch.events.length
      options.onProgress?.({ ...totals, cursor })
    })
    committing.catch(() => undefined)
  }

  /** A large transaction is written in parts that stay invisible until its last batch moves the cursor. */
  const appendLarge = async (tx: LegacyTransaction): Promise<void> => {
    await committing
    let part: ChangeEvent[] = []
    const flush = async (): Promise<void> => {
      const changes = await completeChanges(part, memory)
      memory.note(changes)
      await store.appendChanges(source.name, changes)
      part = []
    }
    for (const change of tx.changes()) {
      part.push(change)
      if (part.length >= batchChanges) await flush()
    }
    if (part.length > 0) await flush()
  }

  const run = async (items: readonly SourceItem[]): Promise<void> => {
    const transactions = items.flatMap((item) => (item.kind === 'transaction' ? [item] : []))
    const translated = await translateBatch({ transactions, translate: options.translate, memory, largeFrom: largeTransactionChanges })
    for (const one of translated) if (one.changes === null) await appendLarge(one.tx)
    const last = items[items.length - 1]
    await commit(items, translated, last?.kind === 'transaction' && last.header.snapshot ? 'snapshot' : 'stream')
  }

  return {
    drain: async (items, signal) => {
      for await (const batch of batches(items, batchChanges)) {
        if (signal.aborted) break
        const mapped = batch.map((item) => inSourceTime(time, item))
        for (const part of split(mapped)) await run(part)
      }
      await committing
    },
    finish: async () => {
      const cursor = current()
      if (cursor === null) return
      const ended: CaptureCursor = { ...cursor, phase: 'ended' }
      await store.commitCapture({
        source: source.name,
        expected,
        cursor: ended,
        transactions: [],
        changes: [],
        events: [],
        journeys: [],
        deadLetters: [],
      })
      moved(ended)
    },
  }
}

/** Large transactions go alone: their parts must not be written while an earlier batch is still in memory. */
const split = (items: readonly SourceItem[]): readonly (readonly SourceItem[])[] => {
  const parts: SourceItem[][] = [[]]
  for (const item of items) {
    const large = item.kind === 'transaction' && item.header.count >= largeTransactionChanges
    if (large) parts.push([item], [])
    else parts[parts.length - 1]?.push(item)
  }
  return parts.filter((part) => part.length > 0)
}
