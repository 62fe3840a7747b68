import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../src/model/change-event.ts'
import type { EpochMs, Position, ResumeToken, TableName } from '../../src/model/ids.ts'
import { epochMs, position, tableName } from '../../src/model/ids.ts'
import type { RereadProgress, RereadTable } from './reread-progress.ts'
import type { SnapshotTable, SnapshotView, TableChunk } from './snapshot-view.ts'
import type { TouchedRows } from './touched-rows.ts'
import { touchedRows } from './touched-rows.ts'

/** A view that stays open until it is closed. */
export interface OpenView {
  readonly view: SnapshotView
  readonly close: () => void
}

export interface RereadOptions {
  /** The stream. */
  readonly items: AsyncIterable<SourceItem>
  /** Tables that are to be read again; those that have been stay in the list until whoever asked knows. */
  readonly asked: () => readonly TableName[]
  /** What a token said that was left. */
  readonly begun: RereadProgress | null
  /** Where the stream goes on. */
  readonly from: Position
  /** A view of now, and its place in the log. */
  readonly openView: () => Promise<OpenView>
  /** One that is open already. */
  readonly firstView: OpenView | null
  /** The token of an item of the stream, with what is left to read again. */
  readonly token: (token: ResumeToken, progress: RereadProgress) => ResumeToken
  readonly onNotice: (text: string) => void
  readonly source: TransactionHeader['source']
}

/** A view keeps old rows alive on the server, and what was touched since in memory: beyond these the next part is read under a new one. */
const maxTouched = 200_000
const maxViewMs = 10 * 60_000

const firstWaitMs = 1000
const maxWaitMs = 5 * 60_000

type Heard = { readonly kind: 'item'; readonly result: IteratorResult<SourceItem> }

type Work =
  | { readonly kind: 'view'; readonly open: OpenView }
  | { readonly kind: 'chunk'; readonly result: IteratorResult<TableChunk> }
  | { readonly kind: 'failed'; readonly error: unknown }

/** Everything that changes while tables are read again. */
interface Rereading {
  readonly options: RereadOptions
  readonly left: Map<TableName, RereadTable>
  readonly finished: Set<TableName>
  readonly touched: TouchedRows
  /** Position of the last commit, and how many parts stand behind it. */
  base: Position
  behind: number
  at: EpochMs | null
  token: ResumeToken | null
  open: OpenView | null
  openedAtMs: number
  failures: number
  notBeforeMs: number
  current: { readonly table: SnapshotTable; readonly chunks: AsyncIterator<TableChunk> } | null
}

/**
 * The stream, and between its items, part by part, the rows of tables that are asked for again. A part is of a view whose place in the log is
 * known: it waits until the stream has passed that place, and leaves out rows that the stream has touched since. So each row
 * comes to what the legacy has, and nothing older ever follows something newer; nothing is locked, and nothing is written.
 */
export async function* withRereads(options: RereadOptions): AsyncGenerator<SourceItem> {
  const stream = options.items[Symbol.asyncIterator]()
  const state = started(options)
  let item: Promise<Heard> | null = null
  let work: Promise<Work> | null = null
  try {
    for (;;) {
      item ??= stream.next().then((result) => ({ kind: 'item', result }))
      work ??= nextWork(state)
      const step: Heard | Work = await (work === null ? item : Promise.race([item, work]))
      if (step.kind === 'item') {
        item = null
        if (step.result.done === true) break
        yield taken(state, step.result.value)
      } else {
        work = null
        yield* worked(state, step)
      }
    }
    // A view that was passed is read to its end; one that was not waits for the next read.
    for (; work !== null || state.left.size > 0; work = null) {
      const pending = work ?? nextWork(state)
      if (pending === null) return
      yield* worked(state, await pending)
    }
  } finally {
    closeView(state)
    await stream.return?.()
  }
}

const started = (options: RereadOptions): Rereading => ({
  options,
  left: new Map(Object.entries(options.begun?.left ?? {}).map(([name, table]) => [tableName(name), table])),
  finished: new Set(),
  touched: touchedRows(),
  base: options.from,
  behind: options.begun?.behind ?? 0,
  at: null,
  token: null,
  open: options.firstView,
  openedAtMs: Date.now(),
  failures: 0,
  notBeforeMs: 0,
  current: null,
})

/** Where the next part stands: behind the last commit, and before any other. */
const placeOf = ({ base, behind }: Rereading): Position =>
  behind === 0 ? base : position(`${base}.${behind.toString(16).padStart(8, '0')}`)

const progressOf = ({ behind, left }: Rereading): RereadProgress => ({ behind, left: Object.fromEntries(left) })

const tokenOf = (state: Rereading, token: ResumeToken): ResumeToken =>
  state.left.size === 0 && state.behind === 0 ? token : state.options.token(token, progressOf(state))

/** An item of the stream, on its way out. */
const taken = (state: Rereading, item: SourceItem): SourceItem => {
  const place = item.kind === 'progress' ? item.position : item.header.position
  if (place > state.base) {
    state.base = place
    state.behind = 0
  }
  const at = item.kind === 'progress' ? item.at : item.header.committedAt
  state.at = state.at === null || at > state.at ? at : state.at
  state.token = item.token
  hearAsked(state)
  // What is before the view's place is in the view. Looking decodes, so it is done only where something is read again.
  if (state.left.size > 0 && (state.open === null || place > state.open.view.position)) state.touched.note(item, state.left)
  const token = tokenOf(state, item.token)
  const moved = item.kind === 'progress' ? { ...item, position: placeOf(state) } : item
  return token === item.token ? moved : { ...moved, token, tellsKeys: true }
}

const hearAsked = ({ options, left, finished }: Rereading): void => {
  const asked = options.asked()
  for (const name of finished) if (!asked.includes(name)) finished.delete(name)
  for (const name of asked) if (!left.has(name) && !finished.has(name)) left.set(name, { key: [], last: null })
}

/** Null: there is nothing to do before the stream has gone on. */
const nextWork = (state: Rereading): Promise<Work> | null => {
  const { options, left, open } = state
  if (left.size === 0 || Date.now() < state.notBeforeMs) return null
  const failed = (error: unknown): Work => ({ kind: 'failed', error })
  if (open === null) return options.openView().then((opened) => ({ kind: 'view', open: opened }), failed)
  if (state.token === null || placeOf(state) < open.view.position) return null
  state.current ??= nextTable(state, open.view)
  return state.current?.chunks.next().then((result) => ({ kind: 'chunk', result }), failed) ?? null
}

const nextTable = ({ left }: Rereading, view: SnapshotView): Rereading['current'] => {
  for (const [name, { key, made, last }] of left) {
    const table = view.tables.find((each) => each.name === name)
    if (table === undefined) continue
    const goesOn = key.join('\0') === table.key.join('\0') && made === table.made
    return { table, chunks: table.rowsAfter(goesOn ? last : null)[Symbol.asyncIterator]() }
  }
  return null
}

function* worked(state: Rereading, step: Work): Generator<SourceItem, undefined> {
  switch (step.kind) {
    case 'view':
      state.open = step.open
      state.openedAtMs = Date.now()
      state.touched.forgetUpTo(step.open.view.position)
      yield* withoutUnreadable(state, step.open.view)
      return
    case 'chunk':
      yield* chunkItems(state, step.result)
      return
    case 'failed':
      putOff(state, step.error)
      return
    default:
      step satisfies never
  }
}

/** A view that could not be had, or that a table was altered under: the stream goes on, and the rest is read under another. */
const putOff = (state: Rereading, error: unknown): void => {
  const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** state.failures)
  state.failures += 1
  state.notBeforeMs = Date.now() + waitMs
  closeView(state)
  const why = error instanceof Error ? error.message : String(error)
  state.options.onNotice(`${[...state.left.keys()].join(', ')}: reading again goes on in ${waitMs / 1000} s, because ${why}`)
}

/** What cannot be read in the order of a key cannot be read again. */
function* withoutUnreadable(state: Rereading, view: SnapshotView): Generator<SourceItem, undefined> {
  for (const name of [...state.left.keys()]) {
    const table = view.tables.find((each) => each.name === name)
    if (table !== undefined && table.key.length > 0) continue
    const why = table === undefined ? 'it is not captured' : 'it cannot be read in the order of a key'
    state.options.onNotice(`${name} is not read again: ${why}`)
    yield* finished(state, name)
  }
}

function* chunkItems(state: Rereading, result: IteratorResult<TableChunk>): Generator<SourceItem, undefined> {
  const table = state.current?.table
  if (table === undefined) return
  if (result.done === true || state.touched.isTruncated(table.name)) {
    leaveTable(state)
    yield* finished(state, table.name)
    return
  }
  const { key, made } = table
  state.failures = 0
  state.left.set(table.name, { key, last: result.value.lastKey(), ...(made === undefined ? {} : { made }) })
  const part = partOf(state, table, result.value)
  if (part !== null) yield part
  if (state.touched.size() > maxTouched || Date.now() - state.openedAtMs > maxViewMs) closeView(state)
}

const partOf = (state: Rereading, table: SnapshotTable, chunk: TableChunk): LegacyTransaction | null => {
  const at = state.at ?? epochMs(0)
  const header = {
    source: state.options.source,
    id: `again ${table.name}`,
    beganAt: at,
    committedAt: at,
    capturedAt: epochMs(Date.now()),
    snapshot: true,
  }
  state.behind += 1
  const whole: { -readonly [field in keyof TransactionHeader]: TransactionHeader[field] } = {
    ...header,
    position: placeOf(state),
    count: 0,
  }
  const changes: readonly ChangeEvent[] = chunk.decode(whole, 0).filter((change) => !state.touched.has(table.name, change.key))
  whole.count = changes.length
  if (changes.length === 0 || state.token === null) {
    state.behind -= 1
    return null
  }
  return { kind: 'transaction', header: whole, token: tokenOf(state, state.token), changes: () => changes, reread: true }
}

/** Says that a table has come to its end. */
function* finished(state: Rereading, name: TableName): Generator<SourceItem, undefined> {
  state.left.delete(name)
  state.finished.add(name)
  if (state.left.size === 0) closeView(state)
  if (state.token === null || state.at === null) return
  yield { kind: 'progress', token: tokenOf(state, state.token), position: placeOf(state), at: state.at, tellsKeys: true, reread: [name] }
}

const leaveTable = (state: Rereading): void => {
  const chunks = state.current?.chunks
  state.current = null
  chunks?.return?.().catch(() => {})
}

const closeView = (state: Rereading): void => {
  leaveTable(state)
  state.open?.close()
  state.open = null
  state.touched.clear()
}
