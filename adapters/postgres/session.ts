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
import { epochOf, formatLsn, parseToken, systemPrefix } from './lsn.ts'
import { newSnapshotPlan } from './new-snapshot.ts'
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
  const systemId = system?.['systemid'] ?? '0'
  const [own] = await rowsOf(replication, 'SELECT pg_backend_pid() AS pid')
  const epoch = epochOf(systemId, system?.['timeline'] ?? '0')
  checkEpoch(settings, token, epoch, systemId)
  const query = await connect.open('query')
  if (predecessor !== null) await endPredecessor(query, settings, predecessor)
  const logEnd = await readLogEnd(query)
  const resume = token === null || token.kind === 'snapshot' ? null : token.end
  if (settings.createPublication) await createPublication(query, settings)
  const catalogue = await readCatalogue(query, settings)
  const facts = await readFacts(query, settings, catalogue.tables)
  if (resume !== null) checkLogEnd(settings, resume, logEnd)
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

const checkEpoch = (settings: Settings, token: PostgresToken | null, epoch: string, systemId: string): void => {
  if (token === null || token.epoch === epoch) return
  const isPromoted = token.epoch.startsWith(systemPrefix(systemId))
  throw sourceError(
    settings,
    'source-epoch-changed',
    isPromoted
      ? `the server has another timeline than the resume token (${epoch}, not ${token.epoch}): a standby was promoted, or a backup restored`
      : `the resume token is of ${token.epoch}, the server is ${epoch}: another server`,
    `${isPromoted ? '' : 'connect to the server that the store was filled from; else '}${newSnapshotPlan(settings, { dropSlot: true })}`,
  )
}

/** A page's header may lie between the two ends. */
const headerBytes = 40n

/** A server whose log ends before the token is a copy of an older state: it would be followed in silence from where it never was. */
const checkLogEnd = (settings: Settings, end: bigint, log: LogEnd): void => {
  if (end <= log.lsn + headerBytes) return
  throw sourceError(
    settings,
    'source-position-lost',
    `the server's log ends at ${formatLsn(log.lsn)}, before the resume token's ${formatLsn(end)}: it was restored from an older copy`,
    newSnapshotPlan(settings, { dropSlot: true }),
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
