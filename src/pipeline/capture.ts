import type { SourceItem } from '../model/change-event.ts'
import { BanyanError } from '../model/errors.ts'
import type { SourceName, TableName } from '../model/ids.ts'
import type { Journey } from '../model/journey.ts'
import type { SchemaChange, TableVersion } from '../model/table-shape.ts'
import type { CaptureCursor, CaptureStore } from '../ports/capture-store.ts'
import type { ChangeSource } from '../ports/change-source.ts'
import { appendLarge } from './capture/append-large.ts'
import { batches } from './capture/batches.ts'
import type { Committer, Totals } from './capture/committer.ts'
import { createCommitter } from './capture/committer.ts'
import type { JourneyFunctions } from './capture/journey-fold.ts'
import type { SchemaWatch } from './capture/schema-watch.ts'
import { createSchemaWatch, pausedError } from './capture/schema-watch.ts'
import { rereadAsks } from './capture/reread-asks.ts'
import type { RowMemory } from './capture/row-memory.ts'
import { createRowMemory } from './capture/row-memory.ts'
import type { Judgement } from '../schema/judge.ts'
import type { Translate } from './capture/translate-batch.ts'
import { translateBatch } from './capture/translate-batch.ts'
import type { SourceTime } from './config.ts'
import { inSourceTime } from './source-time.ts'

export interface CaptureOptions {
  readonly source: ChangeSource
  readonly store: CaptureStore
  readonly time: SourceTime | null
  readonly translate: Translate
  /** Tables whose old rows are looked at: where the log has none, they come from the versions in the store. */
  readonly oldRowsOf: ReadonlySet<TableName>
  /** What to do when a table has changed. */
  readonly judgeSchema: (table: TableName, changes: readonly SchemaChange[]) => Judgement
  readonly journeys: readonly Journey[]
  readonly journeyFunctions: JourneyFunctions
  /** Stops at once; what is not durable is read again by the next run. */
  readonly signal: AbortSignal
  /** When aborted: what is committed by then is captured, then the input is declared ended. */
  readonly end: AbortSignal
  readonly onProgress?: (progress: CaptureProgress) => void
  /** What people should know of, in a sentence. */
  readonly onNotice?: (text: string) => void
}

export interface CaptureProgress extends Totals {
  readonly cursor: CaptureCursor
}

const batchChanges = 3_000
const largeTransactionChanges = 20_000
const cachedRows = 20_000
const noTables: ReadonlySet<TableName> = new Set()

/**
 * Capture with translation: the only stage that is tied to the source. Each batch (versions, events, journeys, dead
 * letters and the cursor) is one transaction on the store, and only then is the source told that it may forget.
 */
export const capture = async (options: CaptureOptions): Promise<void> => {
  for (;;) {
    try {
      return await captureFromCursor(options)
    } catch (error) {
      if (!isMovedOn(error) || options.signal.aborted) throw error
      options.onNotice?.(`${error.message}: going on from what is durable`)
    }
  }
}

/** Another reader of the source was first: what is held here may be behind the store. */
const isMovedOn = (error: unknown): error is BanyanError => error instanceof BanyanError && error.code === 'source-moved-on'

const captureFromCursor = async (options: CaptureOptions): Promise<void> => {
  const { source, store, signal, end } = options
  const memory = createRowMemory(store, source.name, cachedRows)
  const committer = createCommitter({ ...options, memory, cursor: await openAt(source, store) })
  const schemas = await openSchemaWatch(options)
  const drain = async (items: AsyncIterable<SourceItem>, stop: AbortSignal): Promise<void> => {
    for await (const batch of batches(items, batchChanges)) {
      if (stop.aborted) break
      const mapped = batch.map((item) => inSourceTime(options.time, item))
      for (const part of split(mapped)) await captureBatch(options, { memory, committer, schemas }, part)
    }
    await committer.settled()
  }
  const stop = AbortSignal.any([signal, end])
  using asks = rereadAsks(store, source.name)
  const told = { reread: asks.asked, ...(options.onNotice === undefined ? {} : { onNotice: options.onNotice }) }
  try {
    await asks.refresh()
    if (!end.aborted) await drain(source.read({ from: committer.cursor()?.token ?? null, signal: stop, ...told }), stop)
    if (signal.aborted) return
    await asks.refresh()
    await drain(source.read({ from: committer.cursor()?.token ?? null, signal, until: 'current', ...told }), signal)
  } catch (error) {
    if (isGap(error)) await declareGap(store, source.name, committer)
    throw error
  }
  if (!signal.aborted) await setPhase(store, source.name, committer.cursor(), 'ended')
}

/** What was committed since the cursor is in no log any more. */
const isGap = (error: unknown): boolean =>
  error instanceof BanyanError && (error.code === 'source-gap-declared' || error.code === 'source-slot-lost')

/** From here on evidence is missing: the night and the gate say so, until capture goes on from this very place. */
const declareGap = async (store: CaptureStore, source: SourceName, committer: Committer): Promise<void> => {
  await committer.settled()
  await setPhase(store, source, committer.cursor(), 'gap')
}

/** An unfinished snapshot stays where the source can go on with it. */
const openAt = async (source: ChangeSource, store: CaptureStore): Promise<CaptureCursor | null> => {
  const cursor = await store.openCapture(source.name, { keepSnapshot: true })
  if (cursor?.phase !== 'snapshot') return cursor
  return (await source.resumable?.(cursor.token)) === true ? cursor : store.openCapture(source.name)
}

const openSchemaWatch = async ({ source, store, judgeSchema, onNotice }: CaptureOptions): Promise<SchemaWatch> =>
  createSchemaWatch({
    source: source.name,
    versions: await store.tableVersions(source.name),
    judge: judgeSchema,
    onNotice: onNotice ?? (() => undefined),
  })

interface CaptureParts {
  readonly memory: RowMemory
  readonly committer: Committer
  readonly schemas: SchemaWatch
}

/** @throws BanyanError source-schema-changed, when all before the change is durable, and that it waits there. */
const captureBatch = async (options: CaptureOptions, parts: CaptureParts, sent: readonly SourceItem[]): Promise<void> => {
  const { store, source } = options
  const { items, versions, paused } = parts.schemas.look(sent)
  await captureItems(options, parts, items, versions)
  if (paused === null) return
  await parts.committer.settled()
  await note(store, source.name, parts.committer.cursor(), { tableVersions: [paused] })
  throw pausedError(paused)
}

const captureItems = async (
  options: CaptureOptions,
  { memory, committer }: CaptureParts,
  items: readonly SourceItem[],
  versions: readonly TableVersion[],
): Promise<void> => {
  const { source, store, translate, oldRowsOf } = options
  const transactions = items.flatMap((item) => (item.kind === 'transaction' ? [item] : []))
  const packed = store.packChanges(source.name)
  const translated = await translateBatch({
    packed,
    transactions,
    translate,
    memory,
    rowFiltered: source.rowFiltered ?? noTables,
    oldRowsOf,
    largeFrom: largeTransactionChanges,
  })
  for (const { tx, isLarge } of translated) {
    if (!isLarge) continue
    await committer.settled()
    await appendLarge({ tx, store, source: source.name, memory, oldRowsOf, partChanges: batchChanges })
  }
  await committer.commit(items, translated, { packed, versions })
}

/** An input that had ended may go on: tells the other stages so before they look. */
export const reopenCapture = async (store: CaptureStore, source: SourceName): Promise<void> => {
  const cursor = await store.openCapture(source, { keepSnapshot: true })
  if (cursor?.phase === 'ended') await setPhase(store, source, cursor, 'stream')
}

const setPhase = async (
  store: CaptureStore,
  source: SourceName,
  cursor: CaptureCursor | null,
  phase: CaptureCursor['phase'],
): Promise<void> => note(store, source, cursor === null ? null : { ...cursor, phase })

/** Says something of where capture stands, without going on. */
const note = async (
  store: CaptureStore,
  source: SourceName,
  cursor: CaptureCursor | null,
  said: { readonly tableVersions?: readonly TableVersion[] } = {},
): Promise<void> => {
  if (cursor === null) return
  const nothing = { transactions: [], changes: [], events: [], journeys: [], deadLetters: [] }
  await store.commitCapture({ source, expected: cursor.token, cursor, ...nothing, ...said })
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
