import type { Connection } from 'mysql2'
import { BanyanError } from '../../src/model/errors.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { Covered, RawTransaction } from './assemble.ts'
import type { MysqlToken } from './binlog-place.ts'
import { comparePlaces, parseToken, positionAt, tokenAt } from './binlog-place.ts'
import type { CatalogueTable } from './catalogue.ts'
import { readCharsets, readTables } from './catalogue.ts'
import { charsets } from './charset.ts'
import type { Deadline } from '../log/deadline.ts'
import { answering, withinDeadline } from '../log/deadline.ts'
import type { Connections } from './connect.ts'
import { connections } from './connect.ts'
import type { TableSources } from './described-tables.ts'
import { failure, sourceError } from './failure.ts'
import type { LogEnd } from './log-end.ts'
import { readLogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import { findings, refuse } from './preflight.ts'
import { checkPlace } from './resume-place.ts'
import type { Server } from './server.ts'
import { readServer } from './server.ts'
import { snapshotItems } from './snapshot.ts'
import { startSnapshot } from './snapshot-start.ts'
import type { Spools } from './spools.ts'
import { spools } from './spools.ts'
import { startStream } from './stream.ts'
import { streamedTransaction } from './transaction.ts'

export interface Reader {
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  readonly acknowledge: (token: MysqlToken) => void
  readonly dispose: () => Promise<void>
}

/** What lives as long as the source: the spools that are not acknowledged yet. */
interface State {
  readonly settings: Settings
  readonly spools: Spools
}

/** Reads a source, once at a time. */
export const reader = (settings: Settings): Reader => {
  const state: State = { settings, spools: spools() }
  let stopCurrent: (() => void) | null = null
  async function* read(options: ReadOptions): AsyncGenerator<SourceItem> {
    if (stopCurrent !== null) {
      throw new BanyanError('usage', 'this source is being read already', {
        hint: 'end the first read before the next',
        where: settings.name,
      })
    }
    const stop = new AbortController()
    stopCurrent = () => stop.abort()
    try {
      yield* readAll(state, { ...options, signal: AbortSignal.any([options.signal, stop.signal]) })
    } finally {
      stopCurrent = null
    }
  }
  return {
    read,
    // The server keeps its log by age, not by what is acknowledged: there is nobody to tell.
    acknowledge: (token) => {
      if (token.kind === 'stream') state.spools.release(token.end)
    },
    dispose: async () => {
      // Not awaited: a consumer that has left its loop without ending it would never come back.
      stopCurrent?.()
      state.spools.release(null)
    },
  }
}

async function* readAll(state: State, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { settings } = state
  const { signal } = options
  if (signal.aborted) return
  const connect = connections(settings)
  const cut = (): void => connect[Symbol.dispose]()
  signal.addEventListener('abort', cut, { once: true })
  try {
    const start = await withinDeadline(silent(settings, cut), () => prepare(settings, connect, options))
    const covered = start.resume ?? (yield* initialSnapshot(settings, start, connect))
    if (!signal.aborted) yield* stream(state, start, covered, signal)
  } catch (error) {
    if (!signal.aborted) throw failure(error, settings)
  } finally {
    signal.removeEventListener('abort', cut)
    cut()
  }
}

const silent = (settings: Settings, cut: () => void): Deadline =>
  answering({ cut, error: (what, hint) => sourceError(settings, 'source-unreachable', what, hint) })

interface Start {
  readonly query: Connection
  readonly server: Server
  readonly tables: readonly CatalogueTable[]
  /** The columns that a snapshot must read. */
  readonly columns: ReadOptions['columns']
  readonly sources: TableSources
  /** Where the stream goes on; null: a snapshot comes first. */
  readonly resume: Covered | null
  readonly logEnd: LogEnd
  readonly endless: boolean
}

const prepare = async (settings: Settings, connect: Connections, { from, until, columns }: ReadOptions): Promise<Start> => {
  const token = from === null ? null : parseToken(from)
  const query = await connect.open()
  const server = await readServer(query)
  checkEpoch(settings, token, server.epoch)
  const tables = await readTables(query, settings)
  const facts = await readCharsets(query)
  refuse(settings, await findings({ connection: query, settings, server, tables, charsets: facts }))
  const resume = token === null || token.kind === 'snapshot' ? null : token
  const logEnd = await readLogEnd(query, server)
  if (resume !== null) await checkPlace({ connection: query, settings, server, token: resume, executed: logEnd.gtids })
  const sources = { mariadb: server.flavour === 'mariadb', charsets: charsets(facts), captured: capturedAmong(tables) }
  return { query, server, tables, columns, sources, resume, logEnd, endless: until !== 'current' }
}

const checkEpoch = (settings: Settings, token: MysqlToken | null, epoch: string): void => {
  if (token === null || token.epoch === epoch) return
  throw sourceError(
    settings,
    'source-epoch-changed',
    `the resume token is of ${token.epoch}, the server is ${epoch}: another server, or a restored or promoted one`,
    'connect to the server that the store was filled from, or begin again with a snapshot into an empty store',
  )
}

const capturedAmong = (tables: readonly CatalogueTable[]): TableSources['captured'] => {
  const bySchema = new Map<string, Map<string, ReturnType<TableSources['captured']>>>()
  for (const { ref, columns } of tables) {
    const inSchema = bySchema.get(ref.schema) ?? new Map()
    bySchema.set(ref.schema, inSchema)
    inSchema.set(ref.table, { name: ref.name, declared: new Map(columns.map(({ name, kind }) => [name, kind])) })
  }
  return (schema, table) => bySchema.get(schema)?.get(table) ?? null
}

/** The table with only those columns that are looked at: the server need not send others. */
const narrowed = (table: CatalogueTable, columns: ReadOptions['columns']): CatalogueTable => {
  const needed = columns?.(table.ref.name) ?? null
  return needed === null ? table : { ...table, columns: table.columns.filter(({ name }) => needed.has(name)) }
}

/** Returns the place at which the stream starts. */
async function* initialSnapshot(
  settings: Settings,
  { server, tables, columns }: Start,
  connect: Connections,
): AsyncGenerator<SourceItem, Covered> {
  const start = await startSnapshot(connect, settings, server)
  yield* snapshotItems({ settings, tables: tables.map((table) => narrowed(table, columns)), epoch: server.epoch, start })
  connect.close(start.connection)
  return { end: start.place, from: start.place, gtids: start.gtids }
}

async function* stream(state: State, start: Start, covered: Covered, signal: AbortSignal): AsyncGenerator<SourceItem> {
  const { settings } = state
  const { server, logEnd } = start
  // A snapshot has come to a place that may be beyond the end of which the read began.
  const until = start.endless ? null : comparePlaces(covered.end, logEnd.place) > 0 ? covered.end : logEnd.place
  const running = await withinDeadline(
    silent(settings, () => {}),
    () =>
      startStream({
        settings,
        server,
        tables: start.sources,
        covered,
        until,
        logEnd,
        readLogEnd: () => readLogEnd(start.query, server),
      }),
  )
  const stop = (): void => running.stop()
  signal.addEventListener('abort', stop, { once: true })
  try {
    for (let item = await running.take(); item !== null && !signal.aborted; item = await running.take()) {
      if (item.kind === 'progress') {
        const token = tokenAt({ kind: 'stream', epoch: server.epoch, ...item.covered })
        yield { kind: 'progress', token, position: positionAt(server.epoch, item.covered.end), at: item.at }
        continue
      }
      state.spools.keep(item.raw)
      yield transactionOf(settings, server.epoch, item.raw)
    }
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
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
