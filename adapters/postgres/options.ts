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
  readonly database?: string
  readonly user?: string
  readonly password?: string | (() => string | Promise<string>)
  readonly ssl?: boolean | ConnectionOptions
  /** Session settings, as in libpq: `-c name=value`. */
  readonly options?: string
}

/** How to reach the legacy database: a URL, or its parts. Never through a pooler. */
export type PostgresConnection = { readonly url: string } | { readonly connection: ConnectionParts }

/** Everything about a PostgreSQL change source. Only the first line has no default. */
export type PostgresOptions = PostgresConnection & {
  readonly name: string
  /** Tables to capture: bare names are in `schema`, others are `schema.table`. */
  readonly tables: readonly string[]
  /** Default `public`. */
  readonly schema?: string
  /** Replication slot; default `banyan_{name}`. One slot serves one reader. */
  readonly slot?: string
  /** Publication that covers the tables; default `banyan_{name}`. */
  readonly publication?: string
  /** Create the slot when it is missing at a first start. Default true. */
  readonly createSlot?: boolean
  /** Create the publication, for these tables only, when it is missing. Default false. */
  readonly createPublication?: boolean
  /**
   * Large transactions are received while they run, not only when they commit: the server need not keep them on its disk.
   * Default true, for servers that can (14 and later).
   */
  readonly streaming?: boolean
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
  /** How long to wait for a slot that somebody else still uses, e.g. a killed predecessor. Default 10 s. */
  readonly slotWaitMs?: number
  /**
   * How much of its log the server may keep for the slot while Banyan runs. Beyond it Banyan drops the slot, and ends with a declared gap, rather
   * than fill the legacy's disk. Default: no limit but the server's own `max_slot_wal_keep_size`.
   */
  readonly walLimitBytes?: number
  /** How often slot and publication are looked at for changes by others. Default 5 s. */
  readonly watchEveryMs?: number
  /** How long a stream that broke is tried again, since its last item; 0: not at all. Default 5 min. */
  readonly reconnectForMs?: number
  /** When a server that says nothing counts as gone. Default: twice its `wal_sender_timeout`, a minute at least. */
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
  readonly client: ConnectionParts & { readonly connectionString?: string }
  readonly tables: readonly TableRef[]
  readonly schema: string
  readonly slot: string
  readonly publication: string
  readonly createSlot: boolean
  readonly createPublication: boolean
  readonly streaming: boolean
  readonly spoolFolder: string
  readonly spoolThresholdBytes: number
  readonly bufferBytes: number
  readonly snapshotChunkBytes: number
  readonly progressEveryMs: number
  readonly slotWaitMs: number
  readonly walLimitBytes: number | null
  readonly watchEveryMs: number
  readonly reconnectForMs: number
  readonly silenceMs: number | null
}

/** @throws BanyanError config-invalid for a slot name that PostgreSQL refuses, and for an empty list of tables. */
export const settingsOf = (options: PostgresOptions): Settings => {
  const schema = options.schema ?? 'public'
  const ownName = `banyan_${options.name.toLowerCase().replaceAll(/[^a-z0-9_]/g, '_')}`
  const slot = options.slot ?? ownName
  if (!/^[a-z0-9_]{1,50}$/.test(slot)) throw invalid('slot', slot, 'use 1 to 50 of a-z, 0-9 and _')
  if (options.tables.length === 0) throw invalid('tables', '[]', 'name at least one table')
  return {
    name: sourceName(options.name),
    client: 'url' in options ? fromUrl(options.url) : options.connection,
    tables: options.tables.map((text) => tableRef(text, schema)),
    schema,
    slot,
    publication: options.publication ?? ownName,
    createSlot: options.createSlot ?? true,
    createPublication: options.createPublication ?? false,
    streaming: options.streaming ?? true,
    spoolFolder: options.spoolFolder ?? join(tmpdir(), 'banyan-spool'),
    spoolThresholdBytes: options.spoolThresholdBytes ?? 8 << 20,
    bufferBytes: options.bufferBytes ?? 1 << 20,
    snapshotChunkBytes: options.snapshotChunkBytes ?? 1 << 20,
    progressEveryMs: options.progressEveryMs ?? 500,
    slotWaitMs: options.slotWaitMs ?? 10_000,
    walLimitBytes: options.walLimitBytes ?? null,
    watchEveryMs: options.watchEveryMs ?? 5000,
    reconnectForMs: options.reconnectForMs ?? 300_000,
    silenceMs: options.silenceMs ?? null,
  }
}

/** The driver lets a URL's own session settings replace all others: they are taken out of it, to be joined to ours. */
const fromUrl = (text: string): Settings['client'] => {
  const url = URL.canParse(text) ? new URL(text) : null
  const options = url?.searchParams.get('options') ?? null
  if (url === null || options === null) return { connectionString: text }
  url.searchParams.delete('options')
  return { connectionString: url.href, options }
}

const tableRef = (text: string, defaultSchema: string): TableRef => {
  const dot = text.indexOf('.')
  const schema = dot < 0 ? defaultSchema : text.slice(0, dot)
  const table = dot < 0 ? text : text.slice(dot + 1)
  return { schema, table, name: nameOf(schema, table, defaultSchema) }
}

/** The name that rules use: bare in the default schema. */
export const nameOf = (schema: string, table: string, defaultSchema: string): TableName =>
  tableName(schema === defaultSchema ? table : `${schema}.${table}`)

const invalid = (option: string, value: string, hint: string): BanyanError =>
  new BanyanError('config-invalid', `postgres option ${option} is not usable: ${value}`, { hint, where: option })
