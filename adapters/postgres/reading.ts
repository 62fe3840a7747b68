import type { SourceItem } from '../../src/model/change-event.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { Deadline } from '../log/deadline.ts'
import { answering, withinDeadline } from '../log/deadline.ts'
import type { RereadProgress } from '../log/reread-progress.ts'
import { gaveUp, retries } from '../log/retries.ts'
import type { RawTransaction } from './assemble.ts'
import type { Catalogue } from './catalogue.ts'
import { readTypes } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { connections } from './connect.ts'
import { failure, isPassing, sourceError } from './failure.ts'
import { initialSnapshot } from './initial-snapshot.ts'
import { readLogEnd } from './log-end.ts'
import { parseToken, positionAt, tokenAt } from './lsn.ts'
import type { Settings } from './options.ts'
import { rereading } from './rereading.ts'
import type { Session, SessionOptions } from './session.ts'
import { openSession } from './session.ts'
import { dropSlot, startReplicationSql, whenSlotIsFree } from './slot.ts'
import type { Spools } from './spools.ts'
import type { Acknowledged } from './status.ts'
import type { ReplicationStream, StreamItem } from './stream.ts'
import { startStream } from './stream.ts'
import { streamedTransaction } from './transaction.ts'
import { startWatch } from './watch.ts'

/** What lives as long as the source: what is acknowledged, and the spools that are not yet. */
export interface ReadingState {
  readonly settings: Settings
  readonly acknowledged: Acknowledged
  readonly spools: Spools
}

/**
 * Snapshot and stream. A stream that breaks is taken up again exactly behind the last item that was yielded; what breaks
 * before it has begun is for the caller to try again.
 */
export async function* reading(state: ReadingState, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { settings } = state
  const { signal } = options
  const again = retries({ forMs: settings.reconnectForMs })
  let { from } = options
  let predecessor: string | null = null
  while (!signal.aborted) {
    const connect = connections(settings)
    const cut = (): void => connect[Symbol.dispose]()
    signal.addEventListener('abort', cut, { once: true })
    const current: { stream: Stream | null } = { stream: null }
    try {
      const sessionOptions: SessionOptions = { ...options, from, predecessor }
      const session: Session = await withinDeadline(silent(settings, cut), () => openSession(settings, connect, sessionOptions))
      const start = session.resume ?? (yield* snapshot(state, session, connect, { ...options, from }))
      if (signal.aborted) return
      const begun = from === null ? null : (parseToken(from).reread ?? null)
      from = tokenAt({ kind: 'stream', epoch: session.epoch, end: start, ...(begun === null ? {} : { reread: begun }) })
      const open = async (until: bigint | null): Promise<Stream> => {
        const parts = { ...session, until }
        const stream = await withinDeadline(silent(settings, cut), () => openStream(state, parts, connect, start, options))
        current.stream = stream
        predecessor = session.pid
        return stream
      }
      for await (const item of beside({ state, session, connect, options, start, begun, open })) {
        from = item.token
        again.succeeded()
        yield item
      }
      return
    } catch (error) {
      if (signal.aborted) return
      const reason = failure(error, settings)
      if (reason.code === 'source-gap-declared') await letGo(settings, current.stream, cut)
      if (predecessor === null || !isPassing(reason)) throw reason
      cut()
      options.onNotice?.(`${reason.message}: trying to go on from the last transaction`)
      if (!(await again.wait(signal)) && !signal.aborted) throw gaveUp(reason, settings.reconnectForMs)
    } finally {
      current.stream?.stop()
      signal.removeEventListener('abort', cut)
      cut()
    }
  }
}

interface Beside {
  readonly state: ReadingState
  readonly session: Session
  readonly connect: Connections
  readonly options: ReadOptions
  readonly start: bigint
  readonly begun: RereadProgress | null
  readonly open: (until: bigint | null) => Promise<Stream>
}

/** The stream, with what is read again beside it if somebody may ask for that. */
const beside = ({ state, session, connect, options, start, begun, open }: Beside): AsyncIterable<SourceItem> => {
  const { settings } = state
  const log = (until: bigint | null): AsyncIterable<SourceItem> => itemsOf(() => open(until), options.signal)
  if (options.reread === undefined && begun === null) return log(session.until)
  const asked = options.reread ?? nobody
  return rereading({ ...options, settings, connect, epoch: session.epoch, start, begun, asked, until: session.until, log })
}

const nobody = (): readonly [] => []

async function* itemsOf(open: () => Promise<Stream>, signal: AbortSignal): AsyncGenerator<SourceItem> {
  const stream = await open()
  for (let taken = await stream.take(); taken !== null && !signal.aborted; taken = await stream.take())
    yield stream.needsTypes(taken) ? await stream.withTypes(taken) : stream.item(taken)
}

/** Drops the slot, once its stream is closed. */
const letGo = async (settings: Settings, stream: Stream | null, cut: () => void): Promise<void> => {
  stream?.stop()
  cut()
  using connect = connections(settings)
  await dropSlot(await connect.open('query'), settings, AbortSignal.timeout(settings.slotWaitMs))
}

/** A snapshot that goes on reads a part of the log before the stream does, on a connection of its own. */
async function* snapshot(
  state: ReadingState,
  session: Session,
  connect: Connections,
  options: ReadOptions,
): AsyncGenerator<SourceItem, bigint> {
  const { from, columns, signal } = options
  async function* log(since: bigint, until: bigint): AsyncGenerator<SourceItem> {
    const replication = await connect.open('replication')
    const stream = await openStream(state, { ...session, replication, until }, connect, since, options)
    try {
      yield* itemsOf(async () => stream, signal)
    } finally {
      stream.stop()
      connect.close(replication)
    }
  }
  return yield* initialSnapshot({ ...session, settings: state.settings, connect, signal, from, columns, log })
}

const silent = (settings: Settings, cut: () => void): Deadline =>
  answering({ cut, moreMs: settings.slotWaitMs, error: (what, hint) => sourceError(settings, 'source-unreachable', what, hint) })

interface Stream extends ReplicationStream {
  readonly item: (taken: StreamItem) => SourceItem
  /** A table of it has a type that was not there when the catalogue was read. */
  readonly needsTypes: (taken: StreamItem) => boolean
  readonly withTypes: (taken: StreamItem) => Promise<SourceItem>
}

const openStream = async (
  { settings, acknowledged, spools }: ReadingState,
  session: Session,
  connect: Connections,
  from: bigint,
  { signal, onNotice = () => {} }: ReadOptions,
): Promise<Stream> => {
  const { epoch, catalogue } = session
  let types = catalogue.types
  const client = await connect.open('query')
  const watch = await startWatch({ client, settings, onNotice })
  const running = await whenSlotIsFree(settings, signal, () =>
    startStream({
      client: session.replication,
      settings,
      sources: { tables: catalogue.tables, types: () => types },
      acknowledged,
      startSql: startReplicationSql(settings, from, session.serverVersion),
      from,
      until: session.until,
      logEnd: session.logEnd,
      readLogEnd: () => readLogEnd(client),
      watch,
      senderTimeoutMs: session.senderTimeoutMs,
    }),
  )
  const item = (taken: StreamItem): SourceItem => {
    if (taken.kind === 'progress') {
      const token = tokenAt({ kind: 'stream', epoch, end: taken.lsn })
      return { kind: 'progress', token, position: positionAt(epoch, taken.lsn - 1n), at: taken.at }
    }
    spools.keep(taken.raw)
    return transactionOf(settings, epoch, taken.raw)
  }
  return {
    ...running,
    item,
    needsTypes: (taken) => taken.kind === 'transaction' && taken.raw.needsTypes,
    withTypes: async (taken) => {
      types = await freshTypes(connect)
      return item(taken)
    },
  }
}

const freshTypes = async (connect: Connections): Promise<Catalogue['types']> => {
  const client = await connect.open('query')
  const types = await readTypes(client)
  connect.close(client)
  return types
}

const transactionOf = (settings: Settings, epoch: string, raw: RawTransaction): SourceItem =>
  streamedTransaction({
    header: {
      source: settings.name,
      position: positionAt(epoch, raw.begin.commitLsn),
      id: String(raw.begin.xid),
      beganAt: null,
      committedAt: raw.begin.committedAt,
      capturedAt: epochMs(Date.now()),
      count: raw.count,
      snapshot: false,
    },
    token: tokenAt({ kind: 'stream', epoch, end: raw.endLsn }),
    log: raw.log,
    relations: raw.relations,
  })
