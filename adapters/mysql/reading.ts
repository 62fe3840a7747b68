import type { SourceItem } from '../../src/model/change-event.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { Deadline } from '../log/deadline.ts'
import { answering, withinDeadline } from '../log/deadline.ts'
import type { RereadProgress } from '../log/reread-progress.ts'
import { gaveUp, retries } from '../log/retries.ts'
import type { Covered, RawTransaction } from './assemble.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces, parseToken, positionAt, tokenAt } from './binlog-place.ts'
import type { Connections } from './connect.ts'
import { connections } from './connect.ts'
import { failure, sourceError } from './failure.ts'
import { initialSnapshot } from './initial-snapshot.ts'
import { readLogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import { rereading } from './rereading.ts'
import type { Session } from './session.ts'
import { openSession } from './session.ts'
import type { Spools } from './spools.ts'
import type { StreamItem } from './stream.ts'
import { startStream } from './stream.ts'
import { streamedTransaction } from './transaction.ts'

/** What lives as long as the source: the spools that are not acknowledged yet. */
export interface ReadingState {
  readonly settings: Settings
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
  let begun = false
  while (!signal.aborted) {
    const connect = connections(settings)
    const cut = (): void => connect[Symbol.dispose]()
    signal.addEventListener('abort', cut, { once: true })
    try {
      const token = from
      const session = await withinDeadline(silent(settings, cut), () => openSession(settings, connect, token))
      const covered = session.resume ?? (yield* snapshot(state, session, connect, options))
      if (signal.aborted) return
      const left = token === null ? null : (parseToken(token).reread ?? null)
      from = tokenAt({ kind: 'stream', epoch: session.server.epoch, ...covered, ...(left === null ? {} : { reread: left }) })
      for await (const item of beside({ state, session, connect, options, covered, begun: left })) {
        begun = true
        from = item.token
        again.succeeded()
        yield item
      }
      return
    } catch (error) {
      if (signal.aborted) return
      const reason = failure(error, settings)
      if (!begun || !reason.retryable) throw reason
      cut()
      options.onNotice?.(`${reason.message}: trying to go on from the last transaction`)
      if (!(await again.wait(signal)) && !signal.aborted) throw gaveUp(reason, settings.reconnectForMs)
    } finally {
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
  readonly covered: Covered
  readonly begun: RereadProgress | null
}

/** The stream, with what is read again beside it if somebody may ask for that. */
const beside = ({ state, session, connect, options, covered, begun }: Beside): AsyncIterable<SourceItem> => {
  const end = endOf(session, covered, options)
  const log = (until: BinlogPlace | null): AsyncIterable<SourceItem> => logItems(state, session, { covered, until, signal: options.signal })
  if (options.reread === undefined && begun === null) return log(end)
  return rereading({
    ...options,
    settings: state.settings,
    connect,
    session,
    covered,
    begun,
    asked: options.reread ?? nobody,
    until: end,
    log,
  })
}

const nobody = (): readonly [] => []

const silent = (settings: Settings, cut: () => void): Deadline =>
  answering({ cut, error: (what, hint) => sourceError(settings, 'source-unreachable', what, hint) })

/** Null: never. A snapshot has come to a place that may be beyond the end that the log had when the read began. */
const endOf = ({ logEnd }: Session, { end }: Covered, { until }: ReadOptions): BinlogPlace | null => {
  if (until !== 'current') return null
  return comparePlaces(end, logEnd.place) > 0 ? end : logEnd.place
}

/** A snapshot that goes on reads a part of the log before the stream does. */
const snapshot = (
  state: ReadingState,
  session: Session,
  connect: Connections,
  { columns, signal }: ReadOptions,
): AsyncGenerator<SourceItem, Covered> =>
  initialSnapshot({
    settings: state.settings,
    connect,
    session,
    signal,
    columns,
    log: (covered, until) => logItems(state, session, { covered, until, signal }),
  })

interface LogPart {
  /** What is known already. */
  readonly covered: Covered
  /** Everything that committed up to here is read; null: it goes on and on. */
  readonly until: BinlogPlace | null
  readonly signal: AbortSignal
}

async function* logItems({ settings, spools }: ReadingState, session: Session, part: LogPart): AsyncGenerator<SourceItem> {
  const { server, sources: tables, logEnd, query } = session
  const { covered, until, signal } = part
  const giveUp = new AbortController()
  const running = await withinDeadline(
    silent(settings, () => giveUp.abort()),
    () =>
      startStream({
        settings,
        server,
        tables,
        covered,
        until,
        logEnd,
        readLogEnd: () => readLogEnd(query, server),
        signal: AbortSignal.any([signal, giveUp.signal]),
      }),
  )
  const stop = (): void => running.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (let taken = await running.take(); taken !== null && !signal.aborted; taken = await running.take()) {
      if (taken.kind === 'transaction') spools.keep(taken.raw)
      yield itemOf(settings, server.epoch, taken)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

const itemOf = (settings: Settings, epoch: string, taken: StreamItem): SourceItem => {
  if (taken.kind === 'transaction') return transactionOf(settings, epoch, taken.raw)
  const token = tokenAt({ kind: 'stream', epoch, ...taken.covered })
  return { kind: 'progress', token, position: positionAt(epoch, taken.covered.end), at: taken.at }
}

const transactionOf = (settings: Settings, epoch: string, raw: RawTransaction): SourceItem =>
  streamedTransaction({
    header: {
      source: settings.name,
      position: positionAt(epoch, raw.end),
      id: raw.id,
      beganAt: null,
      committedAt: raw.committedAt,
      capturedAt: epochMs(Date.now()),
      count: raw.count,
      snapshot: false,
    },
    token: tokenAt({ kind: 'stream', epoch, end: raw.end, from: raw.from, gtids: raw.gtids }),
    log: raw.log,
    relations: raw.relations,
  })
