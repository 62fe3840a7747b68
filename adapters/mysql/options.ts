import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ConnectionOptions } from 'node:tls'
import { BanyanError } from '../../src/model/errors.ts'
import type { SourceName, TableName } from '../../src/model/ids.ts'
import { sourceName, tableName } from '../../src/model/ids.ts'

/** The parts of a connection; the driver's own types are not shown, because they are not installed with Banyan. */
export interface ConnectionParts {
  readonly host?: string
  readonly port?: number
  readonly user?: string
  readonly password?: string
  /** Schema of bare table names. */
  readonly database?: string
  readonly ssl?: ConnectionOptions
}

/** How to reach the legacy database: `mysql://user:password@host:3306/database`, or its parts. Never through a proxy. */
export type MysqlConnection = { readonly url: string; readonly ssl?: ConnectionOptions } | { readonly connection: ConnectionParts }

/** Everything about a MySQL or MariaDB change source. Only the first line has no default. */
export type MysqlOptions = MysqlConnection & {
  readonly name: string
  /** Tables to capture: bare names are in `schema`, others are `schema.table`. */
  readonly tables: readonly string[]
  /** Default: the connection's database. */
  readonly schema?: string
  /** Id of this reader among the server's replicas, which must be unique; default: made of name, host and schema, above 2^31. */
  readonly serverId?: number
  /** Where transactions beyond `spoolThresholdBytes` wait on disk; default: the system's folder for temporary files. */
  readonly spoolFolder?: string
  /** Default 8 MiB. */
  readonly spoolThresholdBytes?: number
  /** Received and not yet taken by the consumer; beyond it the socket is paused. Default 1 MiB. */
  readonly bufferBytes?: number
  /** About how much table data one transaction of the snapshot holds. Default 1 MiB. */
  readonly snapshotChunkBytes?: number
  /** How often an idle source tells that nothing happened. Default 500 ms. */
  readonly progressEveryMs?: number
  /** MySQL only: how long the snapshot's start may wait for writers of the captured tables. Default 5 s. */
  readonly lockWaitMs?: number
  /** How long a stream that broke is tried again, since its last item; 0: not at all. Default 5 min. */
  readonly reconnectForMs?: number
  /** A server that has said nothing for so long is given up; it is asked for a sign of life six times as often. Default 30 s. */
  readonly silenceMs?: number
}

export interface TableRef {
  readonly schema: string
  readonly table: string
  readonly name: TableName
}

/** Options with every default filled in. */
export interface Settings {
  readonly name: SourceName
  readonly client: Required<Omit<ConnectionParts, 'ssl' | 'password'>> & Pick<ConnectionParts, 'ssl' | 'password'>
  readonly tables: readonly TableRef[]
  readonly schema: string
  readonly serverId: number
  readonly spoolFolder: string
  readonly spoolThresholdBytes: number
  readonly bufferBytes: number
  readonly snapshotChunkBytes: number
  readonly progressEveryMs: number
  readonly lockWaitMs: number
  readonly reconnectForMs: number
  readonly silenceMs: number
}

/** @throws BanyanError config-invalid for a broken URL, an impossible server id, and for an empty list of tables. */
export const settingsOf = (options: MysqlOptions): Settings => {
  const client = clientOf(
    'url' in options ? { ...partsOf(options.url), ...(options.ssl === undefined ? {} : { ssl: options.ssl }) } : options.connection,
  )
  const schema = options.schema ?? client.database
  if (options.tables.length === 0) throw invalid('tables', '[]', 'name at least one table')
  const bare = options.tables.find((text) => !text.includes('.'))
  if (schema === '' && bare !== undefined) throw invalid('schema', bare, 'name the database in the URL, or write schema.table')
  const serverId = options.serverId ?? ownServerId([options.name, client.host, String(client.port), schema])
  if (!Number.isInteger(serverId) || serverId < 1 || serverId > 0xffff_ffff) {
    throw invalid('serverId', String(serverId), 'use a whole number from 1 to 4294967295')
  }
  return {
    name: sourceName(options.name),
    client,
    tables: options.tables.map((text) => tableRef(text, schema)),
    schema,
    serverId,
    spoolFolder: options.spoolFolder ?? join(tmpdir(), 'banyan-spool'),
    spoolThresholdBytes: options.spoolThresholdBytes ?? 8 << 20,
    bufferBytes: options.bufferBytes ?? 1 << 20,
    snapshotChunkBytes: options.snapshotChunkBytes ?? 1 << 20,
    progressEveryMs: options.progressEveryMs ?? 500,
    lockWaitMs: options.lockWaitMs ?? 5000,
    reconnectForMs: options.reconnectForMs ?? 300_000,
    silenceMs: options.silenceMs ?? 30_000,
  }
}

const partsOf = (text: string): ConnectionParts => {
  const url = URL.canParse(text) ? new URL(text) : null
  if (url === null || !/^(mysql|mariadb):$/.test(url.protocol)) {
    throw invalid('url', 'not a URL of this kind', 'write mysql://user:password@host:3306/database')
  }
  const database = decodeURIComponent(url.pathname.slice(1))
  return {
    host: url.hostname,
    ...(url.port === '' ? {} : { port: Number(url.port) }),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database,
  }
}

const clientOf = (parts: ConnectionParts): Settings['client'] => ({
  ...parts,
  host: parts.host ?? 'localhost',
  port: parts.port ?? 3306,
  user: parts.user ?? '',
  database: parts.database ?? '',
})

/** The same for every start of one source, so that the server ends a predecessor whose connection it still holds. */
const ownServerId = (parts: readonly string[]): number =>
  (createHash('sha256').update(parts.join('\n')).digest().readUInt32BE(0) | 0x8000_0000) >>> 0

const tableRef = (text: string, defaultSchema: string): TableRef => {
  const dot = text.indexOf('.')
  const schema = dot < 0 ? defaultSchema : text.slice(0, dot)
  const table = dot < 0 ? text : text.slice(dot + 1)
  return { schema, table, name: tableName(schema === defaultSchema ? table : `${schema}.${table}`) }
}

const invalid = (option: string, value: string, hint: string): BanyanError =>
  new BanyanError('config-invalid', `mysql option ${option} is not usable: ${value}`, { hint, where: option })
