import { rm } from 'node:fs/promises'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { postgres } from '../../adapters/postgres/change-source.ts'
import type { ChangeSourceHarness, LegacySession, OpenOptions } from '../../src/testing/change-source-contract.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { freshDatabase } from './fresh-database.ts'

const tables = `
  CREATE TABLE account (id bigint PRIMARY KEY, code char(8), qty int, price numeric(12,2), note text, at timestamptz, local timestamp);
  ALTER TABLE account ALTER note SET STORAGE EXTERNAL;
  CREATE TABLE pair (region varchar(4), no int, label text, PRIMARY KEY (no, region));
  CREATE TABLE uncaptured (id int PRIMARY KEY);`

export const openSession = async (url: string): Promise<LegacySession> => {
  const client = new pg.Client({ connectionString: url })
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
  readonly spoolFolder: string
}

/** A database of its own with the contract's tables. The slot is named for the database: slots are the server's. */
export const startPostgresHarness = async (): Promise<PostgresHarness> => {
  const database = await freshDatabase()
  const spoolFolder = await mkdtemp(join(tmpdir(), 'banyan-spool-'))
  await using session = await openSession(database.url)
  await session.run(tables)
  const open = async ({ smallBuffers = false }: OpenOptions = {}): Promise<ChangeSource> =>
    postgres({
      name: 'legacy',
      url: database.url,
      tables: ['account', 'pair'],
      slot: database.name,
      publication: 'contract',
      createPublication: true,
      progressEveryMs: 50,
      spoolFolder,
      ...(smallBuffers ? { bufferBytes: 64 << 10, spoolThresholdBytes: 64 << 10, snapshotChunkBytes: 16 << 10 } : {}),
    })
  return {
    url: database.url,
    spoolFolder,
    session: () => openSession(database.url),
    open,
    [Symbol.asyncDispose]: async () => {
      await database.drop()
      await rm(spoolFolder, { recursive: true, force: true })
    },
  }
}
