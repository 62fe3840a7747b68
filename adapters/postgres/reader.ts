import type pg from 'pg'
import { BanyanError } from '../../src/model/errors.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import { epochMs } from '../../src/model/ids.ts'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { RawTransaction } from './assemble.ts'
import type { Catalogue, CatalogueTable } from './catalogue.ts'
import { readCatalogue, readTypes } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { connections, rowsOf } from './connect.ts'
import { failure, sourceError } from './failure.ts'
import type { LogEnd } from './log-end.ts'
import { readLogEnd } from './log-end.ts'
import type { PostgresToken } from './lsn.ts'
import { epochOf, parseToken, positionAt, tokenAt } from './lsn.ts'
import type { Settings } from './options.ts'
import { findings, readFacts, refuse } from './preflight.ts'
import { createPublicationSql } from './preflight-publication.ts'
import type { NewSlot, SlotState } from './slot.ts'
import { advanceSlot, checkSlot, createSlot, startReplicationSql, whenSlotIsFree } from './slot.ts'
import { adoptSnapshot, snapshotItems } from './snapshot.ts'
import { spools } from './spools.ts'
import type { Spools } from './spools.ts'
import type { Acknowledged } from './status.ts'
import { acknowledged } from './status.ts'
import { startStream } from './stream.ts'
import { streamedTransaction } from './transaction.ts'

export interface Reader {
  readonly read: (options: ReadOptions) => AsyncIterable<SourceItem>
  readonly acknowledge: (token: PostgresToken) => void
  readonly dispose: () => Promise<void>
}

/** What lives as long as the source: what is acknowledged, and the spools that are not yet. */
interface State {
  readonly settings: Settings
  readonly acknowledged: Acknowledged
  readonly spools: Spools
}

/** Reads a source, once at a time. */
export const reader = (settings: Settings): Reader => {
  const state: State = { settings, acknowledged: acknowledged(), spools: spools() }
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
    acknowledge: (token) => {
      // A token inside the snapshot covers nothing of the log.
      if (token.kind === 'snapshot') return
      state.acknowledged.advance(token.end)
      state.spools.release(token.end)
    },
    dispose: async () => {
      // Not awaited: a consumer that has left its loop without ending it would never come back.
      stopCurrent?.()
      state.spools.release(null)
      await tellLate(state)
    },
  }
}

/** Best effort: the server would only keep its log for longer, and the next start says it again. */
const tellLate = async ({ settings, acknowledged: acks }: State): Promise<void> => {
  const end = acks.untold()
  if (end === null) return
  using connect = connections(settings)
  try {
    await advanceSlot(await connect.open('query'), settings, end, AbortSignal.timeout(5000))
    acks.tell()
  } catch {}
}

async function* readAll(state: State, options: ReadOptions): AsyncGenerator<SourceItem> {
  const { settings } = state
  const { signal } = options
  if (signal.aborted) return
  const connect = connections(settings)
  const cut = (): void => connect[Symbol.dispose]()
  signal.addEventListener('abort', cut, { once: true })
  try {
    const start = await prepare(state, connect, options)
    const from = start.resume ?? (yield* initialSnapshot(start, connect, signal))
    if (!signal.aborted) yield* stream(state, start, connect, from, signal)
  } catch (error) {
    if (!signal.aborted) throw failure(error, settings)
  } finally {
    signal.removeEventListener('abort', cut)
    cut()
  }
}

interface Start {
  readonly settings: Settings
  readonly replication: pg.Client
  readonly epoch: string
  readonly catalogue: Catalogue
  readonly slot: SlotState | null
  /** The columns that a snapshot must read. */
  readonly columns: ReadOptions['columns']
  /** Where the stream goes on; null: a snapshot comes first. */
  readonly resume: bigint | null
  readonly logEnd: LogEnd
  readonly until: bigint | null
  readonly senderTimeoutMs: number
}

const prepare = async ({ settings }: State, connect: Connections, { from, until, columns }: ReadOptions): Promise<Start> => {
  const token = from === null ? null : parseToken(from)
  const replication = await connect.open('replication')
  const [system] = await rowsOf(replication, 'IDENTIFY_SYSTEM')
  const epoch = epochOf(system?.['systemid'] ?? '0', system?.['timeline'] ?? '0')
  checkEpoch(settings, token, epoch)
  const query = await connect.open('query')
  const logEnd = await readLogEnd(query)
  const resume = token === null || token.kind === 'snapshot' ? null : token.end
  if (settings.createPublication) await createPublication(query, settings)
  const catalogue = await readCatalogue(query, settings)
  const facts = await readFacts(query, settings, catalogue.tables)
  if (resume !== null) checkSlot(settings, facts.slot, resume)
  refuse(settings, await findings(facts))
  connect.close(query)
  return {
    settings,
    replication,
    epoch,
    catalogue,
    slot: facts.slot,
    columns,
    resume,
    logEnd,
    until: until === 'current' ? logEnd.lsn : null,
    senderTimeoutMs: logEnd.senderTimeoutMs,
  }
}

const checkEpoch = (settings: Settings, token: PostgresToken | null, epoch: string): void => {
  if (token === null || token.epoch === epoch) return
  throw sourceError(
    settings,
    'source-epoch-changed',
    `the resume token is of ${token.epoch}, the server is ${epoch}: another server, or a restored or promoted one`,
    'connect to the server that the store was filled from, or begin again with a snapshot into an empty store',
  )
}

const createPublication = async (client: pg.Client, settings: Settings): Promise<void> => {
  const [existing] = await rowsOf(
    client,
    `SELECT 1 AS found FROM pg_publication WHERE pubname = '${settings.publication.replaceAll("'", "''")}'`,
  )
  if (existing === undefined) {
    // Checked before it exists: from then on, tables without a replica identity refuse the application's updates.
    refuse(settings, await findings(await readFacts(client, settings, (await readCatalogue(client, settings)).tables)))
    await client.query(createPublicationSql(settings))
  }
}

/** The table with only those columns that are looked at: the server need not send others. */
const narrowed = (table: CatalogueTable, columns: ReadOptions['columns']): CatalogueTable => {
  const needed = columns?.(table.ref.name) ?? null
  return needed === null ? table : { ...table, published: table.published?.filter((name) => needed.has(name)) ?? null }
}

/** Returns the LSN at which the stream starts. A slot that exists stays: the snapshot is then taken at a temporary one's start. */
async function* initialSnapshot(start: Start, connect: Connections, signal: AbortSignal): AsyncGenerator<SourceItem, bigint> {
  const { settings, epoch, replication } = start
  const catalogue = { ...start.catalogue, tables: start.catalogue.tables.map((table) => narrowed(table, start.columns)) }
  const temporary = start.slot !== null
  const slot: NewSlot = await whenSlotIsFree(settings, signal, () =>
    createSlot(replication, temporary ? `${settings.slot}_${process.pid}` : settings.slot, temporary),
  )
  const client = await adoptSnapshot(connect, settings, slot)
  yield* snapshotItems({ settings, connections: connect, catalogue, epoch, slot, client })
  connect.close(client)
  return slot.consistentPoint
}

async function* stream(state: State, start: Start, connect: Connections, from: bigint, signal: AbortSignal): AsyncGenerator<SourceItem> {
  const { settings, epoch, catalogue } = start
  let types = catalogue.types
  const watch = await connect.open('query')
  const running = await whenSlotIsFree(settings, signal, () =>
    startStream({
      client: start.replication,
      settings,
      sources: { tables: catalogue.tables, types: () => types },
      acknowledged: state.acknowledged,
      startSql: startReplicationSql(settings, from),
      from,
      until: start.until,
      logEnd: start.logEnd,
      readLogEnd: () => readLogEnd(watch),
      senderTimeoutMs: start.senderTimeoutMs,
    }),
  )
  try {
    for (let item = await running.take(); item !== null && !signal.aborted; item = await running.take()) {
      if (item.kind === 'progress') {
        const token = tokenAt({ kind: 'stream', epoch, end: item.lsn })
        yield { kind: 'progress', token, position: positionAt(epoch, item.lsn - 1n), at: item.at }
        continue
      }
      if (item.raw.needsTypes) types = await freshTypes(connect)
      state.spools.keep(item.raw)
      yield transactionOf(settings, epoch, item.raw)
    }
  } finally {
    running.stop()
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
