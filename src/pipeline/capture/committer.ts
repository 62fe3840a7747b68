import type { SourceItem, TransactionHeader } from '../../model/change-event.ts'
import type { Position, ResumeToken } from '../../model/ids.ts'
import type { Journey } from '../../model/journey.ts'
import type { TableVersion } from '../../model/table-shape.ts'
import type { CaptureBatch, CaptureCursor, CaptureStore, PackedChanges } from '../../ports/capture-store.ts'
import type { ChangeSource } from '../../ports/change-source.ts'
import type { JourneyFunctions, Moment } from './journey-fold.ts'
import { foldJourneys } from './journey-fold.ts'
import type { RowMemory } from './row-memory.ts'
import type { TranslatedTransaction } from './translate-batch.ts'
import { unreadableLetters } from './unreadable-letters.ts'

export interface Totals {
  readonly transactions: number
  readonly changes: number
  readonly events: number
}

/** Writes batches one after another; the next may be read and translated while one is being written. */
export interface Committer {
  /** Resolves when the batch before is durable and this one is on its way. */
  readonly commit: (
    items: readonly SourceItem[],
    translated: readonly TranslatedTransaction[],
    seen: { readonly packed: PackedChanges; readonly versions: readonly TableVersion[] },
  ) => Promise<void>
  /** Resolves when everything is durable. */
  readonly settled: () => Promise<void>
  readonly cursor: () => CaptureCursor | null
}

export const createCommitter = (input: {
  readonly source: ChangeSource
  readonly store: CaptureStore
  readonly journeys: readonly Journey[]
  readonly journeyFunctions: JourneyFunctions
  readonly memory: RowMemory
  readonly cursor: CaptureCursor | null
  readonly onProgress?: (progress: Totals & { readonly cursor: CaptureCursor }) => void
}): Committer => {
  const { source, store, memory } = input
  const journeys = new Map(input.journeys.map((journey) => [journey.name, journey]))
  const isFirstOfPosition = createFirstOfPosition(input.cursor?.phase === 'snapshot' ? input.cursor.position : null)
  let totals: Totals = { transactions: 0, changes: 0, events: 0 }
  let cursor = input.cursor
  let expected: ResumeToken | null = cursor?.token ?? null
  let committing: Promise<void> = Promise.resolve()

  const write = async (batch: CaptureBatch, changes: number, durable: () => void): Promise<void> => {
    await store.commitCapture(batch)
    durable()
    source.acknowledge(batch.cursor.token)
    cursor = batch.cursor
    totals = {
      transactions: totals.transactions + batch.transactions.length,
      changes: totals.changes + changes,
      events: totals.events + batch.events.length,
    }
    input.onProgress?.({ ...totals, cursor })
  }
  return {
    commit: async (items, translated, { packed, versions: tableVersions }) => {
      await committing
      const next = cursorAfter(items)
      if (next === null) return
      const moments = momentsOf(items, translated)
      const folded = await foldJourneys({ journeys, functions: input.journeyFunctions, store, source: source.name, moments })
      const batch = {
        source: source.name,
        expected,
        cursor: next,
        transactions: translated.map((one) => one.tx.header).filter(isFirstOfPosition),
        changes: packed,
        events: folded.events,
        journeys: folded.states,
        deadLetters: [...items.flatMap((item) => unreadableLetters(source.name, item)), ...translated.flatMap((one) => one.deadLetters)],
        tableVersions,
        reread: items.flatMap((item) => (item.kind === 'progress' ? (item.reread ?? []) : [])),
      }
      const changes = translated.reduce((sum, one) => sum + one.tx.header.count, 0)
      const underWay = Promise.withResolvers<void>()
      expected = next.token
      committing = write({ ...batch, onUnderWay: underWay.resolve }, changes, memory.seal())
      committing.catch(() => undefined)
      await Promise.race([underWay.promise, committing.catch(() => undefined)])
    },
    settled: () => committing,
    cursor: () => cursor,
  }
}

const cursorAfter = (items: readonly SourceItem[]): CaptureCursor | null => {
  const last = items[items.length - 1]
  if (last === undefined) return null
  if (last.kind === 'progress') return { token: last.token, position: last.position, at: last.at, phase: 'stream' }
  const { position, committedAt, snapshot } = last.header
  // Rows that are read again come beside the log: their place is one of the stream.
  return { token: last.token, position, at: committedAt, phase: snapshot && last.reread !== true ? 'snapshot' : 'stream' }
}

const momentsOf = (items: readonly SourceItem[], translated: readonly TranslatedTransaction[]): readonly Moment[] => {
  const eventsOf = new Map(translated.map((one) => [one.tx, one.events]))
  return items.map((item) =>
    item.kind === 'progress'
      ? { position: item.position, at: item.at, events: [], isIdle: true }
      : { position: item.header.position, at: item.header.committedAt, events: eventsOf.get(item) ?? [], isIdle: false },
  )
}

/** The chunks of a snapshot share one position, and so one header. */
const createFirstOfPosition = (stored: Position | null): ((header: TransactionHeader) => boolean) => {
  let last = stored
  return ({ position }) => {
    const isFirst = position !== last
    last = position
    return isFirst
  }
}
