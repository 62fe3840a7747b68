import type { Connection } from 'mysql2'
import type { ResumeToken } from '../../src/model/ids.ts'
import { canGoOn } from '../log/snapshot-progress.ts'
import type { SnapshotProgress } from '../log/snapshot-progress.ts'
import type { Covered } from './assemble.ts'
import type { MysqlToken } from './binlog-place.ts'
import { parseToken } from './binlog-place.ts'
import type { CatalogueTable } from './catalogue.ts'
import { readCharsets, readTables } from './catalogue.ts'
import { charsets } from './charset.ts'
import type { Connections } from './connect.ts'
import type { TableSources } from './described-tables.ts'
import { sourceError } from './failure.ts'
import { shapesOf } from './key-text.ts'
import type { LogEnd } from './log-end.ts'
import { readLogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import { findings, refuse } from './preflight.ts'
import { checkPlace, placeFault } from './resume-place.ts'
import type { Server } from './server.ts'
import { readServer } from './server.ts'

/** An unfinished snapshot that goes on. */
export interface EarlierSnapshot extends Covered {
  readonly progress: SnapshotProgress
}

/** What is known of the server before anything is read from it. */
export interface Session {
  readonly query: Connection
  readonly server: Server
  readonly tables: readonly CatalogueTable[]
  readonly sources: TableSources
  /** Where the stream goes on; null: a snapshot comes first. */
  readonly resume: Covered | null
  /** Null: the snapshot begins from the beginning. */
  readonly earlier: EarlierSnapshot | null
  readonly logEnd: LogEnd
}

/** @throws BanyanError for a server, a table or a place in the log that cannot be read. */
export const openSession = async (settings: Settings, connect: Connections, from: ResumeToken | null): Promise<Session> => {
  const token = from === null ? null : parseToken(from)
  const query = await connect.open()
  const server = await readServer(query)
  checkEpoch(settings, token, server.epoch)
  const tables = await readTables(query, settings)
  const facts = await readCharsets(query)
  refuse(settings, await findings({ connection: query, settings, server, tables, charsets: facts }))
  const logEnd = await readLogEnd(query, server)
  const resume = token?.kind === 'stream' ? token : null
  if (resume !== null) await checkPlace({ connection: query, settings, server, token: resume, executed: logEnd.gtids })
  const earlier = token?.kind === 'snapshot' ? await goesOn({ connection: query, server, token, executed: logEnd.gtids, tables }) : null
  const sources = { mariadb: server.flavour === 'mariadb', charsets: charsets(facts), captured: capturedAmong(tables) }
  return { query, server, tables, sources, resume, earlier, logEnd }
}

/** Whether the snapshot of a token can go on: the server is the same, it has the log since then, the tables are those of then. */
export const isResumable = async (connect: Connections, settings: Settings, from: ResumeToken): Promise<boolean> => {
  const token = parseToken(from)
  if (token.kind !== 'snapshot') return false
  const connection = await connect.open()
  const server = await readServer(connection)
  if (server.epoch !== token.epoch) return false
  const { gtids: executed } = await readLogEnd(connection, server)
  return (await goesOn({ connection, server, token, executed, tables: await readTables(connection, settings) })) !== null
}

const goesOn = async (check: {
  readonly connection: Connection
  readonly server: Server
  readonly token: MysqlToken
  readonly executed: string
  readonly tables: readonly CatalogueTable[]
}): Promise<EarlierSnapshot | null> => {
  const { progress, ...covered } = check.token
  if (progress === undefined || !canGoOn(progress, shapesOf(check.tables))) return null
  return (await placeFault(check)) === null ? { ...covered, progress } : null
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
