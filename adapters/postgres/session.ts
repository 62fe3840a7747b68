import type pg from 'pg'
import type { ReadOptions } from '../../src/ports/change-source.ts'
import type { Catalogue } from './catalogue.ts'
import { readCatalogue } from './catalogue.ts'
import type { Connections } from './connect.ts'
import { rowsOf } from './connect.ts'
import { sourceError } from './failure.ts'
import type { LogEnd, ServerFacts } from './log-end.ts'
import { readLogEnd } from './log-end.ts'
import type { PostgresToken } from './lsn.ts'
import { epochOf, parseToken } from './lsn.ts'
import type { Settings } from './options.ts'
import { findings, readFacts, refuse } from './preflight.ts'
import { createPublicationSql } from './preflight-publication.ts'
import type { SlotState } from './slot.ts'
import { checkSlot, endPredecessor } from './slot.ts'

/** A server that was found fit to be read, and where reading starts. */
export interface Session extends ServerFacts {
  readonly replication: pg.Client
  readonly epoch: string
  readonly catalogue: Catalogue
  readonly slot: SlotState | null
  /** Where the stream goes on; null: a snapshot comes first. */
  readonly resume: bigint | null
  readonly logEnd: LogEnd
  readonly until: bigint | null
  /** Of the server's process that streams to us. */
  readonly pid: string
}

export interface SessionOptions extends Pick<ReadOptions, 'from' | 'until'> {
  /** The server's process of a connection that broke; null: there was none. */
  readonly predecessor: string | null
}

/** Connects and checks. @throws BanyanError source-*, before anything is read. */
export const openSession = async (
  settings: Settings,
  connect: Connections,
  { from, until, predecessor }: SessionOptions,
): Promise<Session> => {
  const token = from === null ? null : parseToken(from)
  const replication = await connect.open('replication')
  const [system] = await rowsOf(replication, 'IDENTIFY_SYSTEM')
  const [own] = await rowsOf(replication, 'SELECT pg_backend_pid() AS pid')
  const epoch = epochOf(system?.['systemid'] ?? '0', system?.['timeline'] ?? '0')
  checkEpoch(settings, token, epoch)
  const query = await connect.open('query')
  if (predecessor !== null) await endPredecessor(query, settings, predecessor)
  const logEnd = await readLogEnd(query)
  const resume = token === null || token.kind === 'snapshot' ? null : token.end
  if (settings.createPublication) await createPublication(query, settings)
  const catalogue = await readCatalogue(query, settings)
  const facts = await readFacts(query, settings, catalogue.tables)
  if (resume !== null) checkSlot(settings, facts.slot, resume)
  refuse(settings, await findings(facts))
  connect.close(query)
  return {
    replication,
    epoch,
    catalogue,
    slot: facts.slot,
    resume,
    logEnd,
    until: until === 'current' ? logEnd.lsn : null,
    pid: own?.['pid'] ?? '',
    senderTimeoutMs: logEnd.senderTimeoutMs,
    serverVersion: logEnd.serverVersion,
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
