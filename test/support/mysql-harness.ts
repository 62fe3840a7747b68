import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { MysqlOptions } from '../../adapters/mysql/change-source.ts'
import { mysql } from '../../adapters/mysql/change-source.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import type { ChangeSourceHarness, LegacySession, OpenOptions } from '../../src/testing/change-source-contract.ts'
import type { MysqlServer } from '../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../fixtures/services/mysql-server.ts'

const tables = [
  `CREATE TABLE account (id bigint PRIMARY KEY, code char(8), qty int, price decimal(12,2), note text, at timestamp(6) NULL DEFAULT NULL, local datetime(6))`,
  'CREATE TABLE pair (region varchar(4), no int, label text, PRIMARY KEY (no, region))',
  'CREATE TABLE uncaptured (id int PRIMARY KEY)',
]

/** Instants of the contract's statements name their offset, which MariaDB does not know: they are turned to the session's zone. */
const inUtc = (sql: string): string =>
  sql.replaceAll(
    /'(\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)(\.\d+)?([+-]\d\d)'/g,
    (_, day: string, time: string, fraction: string | undefined, offset: string) => {
      const instant = new Date(`${day}T${time}${offset}:00`).toISOString()
      return `'${instant.slice(0, 10)} ${instant.slice(11, 19)}${fraction ?? ''}'`
    },
  )

export interface MysqlHarness extends ChangeSourceHarness {
  /** Of a user with every right. */
  readonly url: string
  /** Of a user with the least rights that will do. */
  readonly readerUrl: string
  readonly schema: string
  readonly spoolFolder: string
  readonly openWith: (options: Partial<MysqlOptions>) => ChangeSource
}

export interface MysqlHarnessOptions {
  /** Statements for each session of the legacy application. */
  readonly session?: readonly string[]
}

let cases = 0

/** A schema of its own on the server, and a reader with the least rights that will do. */
export const startMysqlHarness = async (server: MysqlServer, { session = [] }: MysqlHarnessOptions = {}): Promise<MysqlHarness> => {
  cases += 1
  const schema = `case_${process.pid}_${cases}`
  const spoolFolder = await mkdtemp(join(tmpdir(), 'banyan-spool-'))
  const root = await openMysql(server.url)
  const reader = `reader_${process.pid}_${cases}`
  const setUp = [
    `CREATE DATABASE ${schema}`,
    `CREATE USER ${reader}@'%' IDENTIFIED BY 'hunter2'`,
    `GRANT REPLICATION SLAVE, REPLICATION CLIENT ON *.* TO ${reader}@'%'`,
    `GRANT SELECT${server.flavour === 'mysql' ? ', LOCK TABLES' : ''} ON ${schema}.* TO ${reader}@'%'`,
    `USE ${schema}`,
    ...tables,
  ]
  for (const sql of setUp) await mysqlRows(root, sql)
  const readerUrl = new URL(server.url)
  readerUrl.username = reader
  readerUrl.password = 'hunter2'
  readerUrl.pathname = `/${schema}`
  const openWith = (options: Partial<MysqlOptions>): ChangeSource =>
    mysql({
      name: 'legacy',
      url: readerUrl.href,
      tables: ['account', 'pair'],
      progressEveryMs: 50,
      spoolFolder,
      ...options,
    } as MysqlOptions)
  const small = { bufferBytes: 64 << 10, spoolThresholdBytes: 64 << 10, snapshotChunkBytes: 16 << 10 }
  const own = new URL(server.url)
  own.pathname = `/${schema}`
  return {
    url: own.href,
    readerUrl: readerUrl.href,
    schema,
    spoolFolder,
    openWith,
    session: () => openSession(own.href, session),
    open: async ({ smallBuffers = false }: OpenOptions = {}) => openWith(smallBuffers ? small : {}),
    [Symbol.asyncDispose]: async () => {
      root.destroy()
      // The server may have been killed and started again meanwhile.
      const last = await openMysql(server.url)
      await mysqlRows(last, `DROP DATABASE ${schema}`)
      await mysqlRows(last, `DROP USER ${reader}@'%'`)
      last.destroy()
      await rm(spoolFolder, { recursive: true, force: true })
    },
  }
}

const openSession = async (url: string, statements: readonly string[]): Promise<LegacySession> => {
  const connection = await openMysql(url)
  for (const sql of ["SET time_zone = '+00:00', sql_mode = 'NO_BACKSLASH_ESCAPES'", ...statements]) await mysqlRows(connection, sql)
  return {
    run: async (sql) => {
      await mysqlRows(connection, inUtc(sql))
    },
    [Symbol.asyncDispose]: async () => connection.destroy(),
  }
}
