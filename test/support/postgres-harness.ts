import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { PostgresOptions } from '../../adapters/postgres/change-source.ts'
import { postgres } from '../../adapters/postgres/change-source.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import type { ChangeSourceHarness, LegacySession, OpenOptions } from '../../src/testing/change-source-contract.ts'
import type { FreshDatabase } from './fresh-database.ts'
import { dropSlot, freshDatabase } from './fresh-database.ts'

const tables = `
  CREATE TABLE account (id bigint PRIMARY KEY, code char(8), qty int, price numeric(12,2), note text, at timestamptz, local timestamp);
  ALTER TABLE account ALTER note SET STORAGE EXTERNAL;
  CREATE TABLE pair (region varchar(4), no int, label text, PRIMARY KEY (no, region));
  CREATE TABLE uncaptured (id int PRIMARY KEY);`

const openSession = async (url: string, schema: string): Promise<LegacySession> => {
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${schema}` })
  client.on('error', () => {})
  await client.connect()
  return {
    run: async (sql) => {
      await client.query(sql)
    },
    [Symbol.asyncDispose]: () => client.end(),
  }
}

export interface PostgresHarness extends ChangeSourceHarness {
  readonly url: string
  readonly slot: string
  readonly schema: string
  readonly spoolFolder: string
  readonly openWith: (options: Partial<PostgresOptions>) => ChangeSource
}

export interface PostgresHarnessOptions {
  /** Superuser URL of a server; default: the shared one. */
  readonly serverUrl?: string
  /** Session settings of the source's connections, as in libpq. */
  readonly settings?: string
  readonly source?: Partial<PostgresOptions>
}

const databases = new Map<string | undefined, Promise<FreshDatabase>>()
let cases = 0

const databaseOn = (serverUrl: string | undefined): Promise<FreshDatabase> => {
  const known = databases.get(serverUrl) ?? freshDatabase(serverUrl)
  databases.set(serverUrl, known)
  return known
}

/** A schema of its own in the test file's database: a database for each case would take most of the time. */
export const startPostgresHarness = async (options: PostgresHarnessOptions = {}): Promise<PostgresHarness> => {
  const { url, name } = await databaseOn(options.serverUrl)
  cases += 1
  const schema = `case_${cases}`
  const slot = `${name}_${cases}`
  const spoolFolder = await mkdtemp(join(tmpdir(), 'banyan-spool-'))
  await using session = await openSession(url, schema)
  await session.run(`CREATE SCHEMA ${schema}; ${tables}`)
  const sourceUrl = options.settings === undefined ? url : `${url}?options=${encodeURIComponent(options.settings)}`
  const openWith = (more: Partial<PostgresOptions>): ChangeSource =>
    postgres({
      name: 'legacy',
      url: sourceUrl,
      tables: ['account', 'pair'],
      schema,
      slot,
      publication: schema,
      createPublication: true,
      progressEveryMs: 50,
      spoolFolder,
      ...options.source,
      ...more,
    } as PostgresOptions)
  const small = { bufferBytes: 64 << 10, spoolThresholdBytes: 64 << 10, snapshotChunkBytes: 16 << 10 }
  return {
    url,
    slot,
    schema,
    spoolFolder,
    openWith,
    session: () => openSession(url, schema),
    open: async ({ smallBuffers = false }: OpenOptions = {}) => openWith(smallBuffers ? small : {}),
    [Symbol.asyncDispose]: async () => {
      await dropSlot(url, slot)
      await rm(spoolFolder, { recursive: true, force: true })
    },
  }
}
