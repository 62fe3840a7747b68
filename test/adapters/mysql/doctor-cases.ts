import { readFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import type { MysqlOptions } from '../../../adapters/mysql/change-source.ts'
import { mysql } from '../../../adapters/mysql/change-source.ts'
import type { ChangeSource, PreflightAsk, PreflightCheck } from '../../../src/ports/change-source.ts'
import { changesOf, endOf, readCurrent, readOn } from '../../../src/testing/change-source/harness.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'
import type { Certificates } from '../../support/certificates.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { otherConnection, startFakePooler } from '../../support/fake-pooler.ts'

/** A schema of one table on the server, whose root needs no password. */
const setUp = [
  'CREATE DATABASE IF NOT EXISTS shop',
  'CREATE TABLE IF NOT EXISTS shop.item (id int PRIMARY KEY, note text)',
  'DELETE FROM shop.item',
]

type Rows = Awaited<ReturnType<typeof mysqlRows>>

const run = async (server: MysqlServer, ...statements: readonly string[]): Promise<Rows> => {
  const connection = await openMysql(server.url)
  try {
    let rows: Rows = []
    for (const sql of statements) rows = await mysqlRows(connection, sql)
    return rows
  } finally {
    connection.destroy()
  }
}

const openAt = (serverUrl: string, options: Partial<MysqlOptions> = {}): ChangeSource => {
  const url = new URL(serverUrl)
  url.pathname = '/shop'
  return mysql({ name: 'legacy', url: url.href, tables: ['item'], progressEveryMs: 50, ...options } as MysqlOptions)
}

const checkOf = async (source: ChangeSource, name: string, ask?: PreflightAsk): Promise<PreflightCheck | undefined> =>
  (await source.preflight(ask)).find((check) => check.name === name)

/** Begins something, and resolves when it has asked for the server's counters. */
const firstCount = async (server: MysqlServer, begin: () => void): Promise<void> => {
  const connection = await openMysql(server.url)
  const asked = async (): Promise<number> =>
    Number((await mysqlRows(connection, `SHOW GLOBAL STATUS LIKE 'Com_show_status'`))[0]?.['Value'])
  const before = await asked()
  begin()
  let own = 0
  try {
    await vi.waitFor(
      async () => {
        own += 1
        expect((await asked()) - own).toBeGreaterThan(before)
      },
      { timeout: 10_000, interval: 5 },
    )
  } finally {
    connection.destroy()
  }
}

/** Registers what doctor sees of a server, and what the server sees of a reader. */
export const doctorCases = (server: MysqlServer, certificates: Certificates): void => {
  test('a proxy that passes bytes on does no harm; a fake one whose connections are its own is refused', async () => {
    await run(server, ...setUp)
    await using plain = await startFakePooler(server.url, {})
    expect(await checkOf(openAt(plain.url), 'proxy')).toBeUndefined()
    await using pooling = await startFakePooler(server.url, { fromServer: otherConnection })
    expect(await checkOf(openAt(pooling.url), 'proxy')).toMatchObject({
      verdict: 'refuse',
      found: expect.stringContaining('it greeted as connection'),
    })
  })

  test('with the authority of the server, snapshot and log are encrypted; another authority, or another name, is refused', async () => {
    await run(
      server,
      ...setUp,
      'INSERT INTO shop.item VALUES (1, NULL)',
      `CREATE USER IF NOT EXISTS secured@'%' IDENTIFIED BY 'hunter2' REQUIRE SSL`,
      `GRANT ALL ON *.* TO secured@'%'`,
    )
    const url = new URL(server.url)
    url.username = 'secured'
    url.password = 'hunter2'
    const ssl = { ca: readFileSync(certificates.caFile) }
    await using source = openAt(url.href, { ssl })
    expect(await checkOf(source, 'encryption')).toMatchObject({ verdict: 'ok', found: expect.stringMatching(/^TLSv1\.[23], /) })
    const first = await readCurrent(source, null)
    await run(server, 'INSERT INTO shop.item VALUES (2, NULL)')
    expect(changesOf([...first, ...(await readCurrent(source, endOf(first)))]).map(({ after }) => after?.['id'])).toEqual([1, 2])
    expect((await openAt(url.href).preflight())[0]).toMatchObject({ name: 'connection', verdict: 'refuse' })
    const others = await makeCertificates('mysql')
    const named = new URL(url)
    named.hostname = 'localhost'
    for (const wrong of [openAt(url.href, { ssl: { ca: readFileSync(others.caFile) } }), openAt(named.href, { ssl })]) {
      expect((await wrong.preflight())[0]).toMatchObject({
        name: 'connection',
        verdict: 'refuse',
        mend: expect.stringContaining('certificate'),
      })
    }
    await others.remove()
    await run(server, `DROP USER secured@'%'`)
  })

  test('a server that follows another one is told', async () => {
    await run(server, ...setUp)
    const [follow, unfollow] =
      server.flavour === 'mysql'
        ? [`CHANGE REPLICATION SOURCE TO SOURCE_HOST = '127.0.0.1', SOURCE_PORT = 1`, 'RESET REPLICA ALL']
        : [`CHANGE MASTER TO MASTER_HOST = '127.0.0.1', MASTER_PORT = 1`, 'RESET SLAVE ALL']
    expect(await checkOf(openAt(server.url), 'replica')).toBeUndefined()
    await run(server, follow)
    expect(await checkOf(openAt(server.url), 'replica')).toMatchObject({
      verdict: 'warn',
      found: expect.stringContaining('it follows another server'),
    })
    await run(server, unfollow)
  })

  test('how long the log is kept is held against the longest outage; the load is what the server counts', async () => {
    await run(server, ...setUp, 'SET GLOBAL binlog_expire_logs_seconds = 36000')
    const source = openAt(server.url)
    const outage = { lastsMs: 8 * 3_600_000, logBytesPerSecond: 1_000 }
    expect(await checkOf(source, 'retention', { outage })).toMatchObject({
      verdict: 'ok',
      found: expect.stringContaining('for 10 h; the longest outage is 8 h'),
    })
    expect(await checkOf(source, 'retention', { outage: { ...outage, lastsMs: 12 * 3_600_000 } })).toMatchObject({
      verdict: 'warn',
      mend: expect.stringContaining('binlog_expire_logs_seconds'),
    })
    await run(server, 'SET GLOBAL binlog_expire_logs_seconds = 864000')
    // Long enough for a busy machine to write within it.
    let watching: ReturnType<NonNullable<ChangeSource['load']>> | undefined
    await firstCount(server, () => {
      watching = source.load?.(4_000)
    })
    const values = Array.from({ length: 500 }, (_, id) => `(${id}, repeat('x', 100))`)
    await run(server, `INSERT INTO shop.item VALUES ${values.join(', ')}`, 'FLUSH BINARY LOGS', 'DELETE FROM shop.item WHERE id < 100')
    const load = await watching
    expect(load?.counted).toBe('whole server')
    expect((load?.changesPerSecond ?? 0) * ((load?.watchedMs ?? 0) / 1_000)).toBeGreaterThanOrEqual(600)
    expect((load?.changesPerSecond ?? 0) * ((load?.watchedMs ?? 0) / 1_000)).toBeLessThan(700)
    expect((load?.logBytesPerSecond ?? 0) * ((load?.watchedMs ?? 0) / 1_000)).toBeGreaterThan(50_000)
    expect((await source.load?.(1))?.usualChangesPerSecond).toBeGreaterThan(0)
  })

  test('nothing is written, and while a snapshot is read writers wait for nothing', async () => {
    const values = Array.from({ length: 2_000 }, (_, id) => `(${id}, repeat('x', 2000))`)
    await run(server, ...setUp, `INSERT INTO shop.item VALUES ${values.join(', ')}`)
    const logEnd = async (): Promise<unknown> => {
      const [row] = await run(server, server.flavour === 'mysql' ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS')
      return [row?.['File'], row?.['Position']]
    }
    const written = async (): Promise<unknown> =>
      await run(
        server,
        `SHOW GLOBAL STATUS WHERE Variable_name IN ('Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted',
        'Com_insert', 'Com_update', 'Com_delete', 'Com_replace', 'Com_create_table', 'Com_alter_table', 'Com_drop_table', 'Com_grant', 'Com_set_option_global')`,
      )
    const [endBefore, before] = [await logEnd(), await written()]
    const source = openAt(server.url, { snapshotChunkBytes: 64 << 10, bufferBytes: 64 << 10 })
    await source.preflight()
    await source.load?.(1)
    const items = await readCurrent(source, null)
    source.acknowledge(endOf(items))
    await readCurrent(source, endOf(items))
    expect([await logEnd(), await written()]).toEqual([endBefore, before])

    const reading = readOn(source, null)
    await reading.items.next()
    const names = await run(server, 'SHOW FULL PROCESSLIST')
    expect(names.length).toBeGreaterThan(1)
    await run(
      server,
      'SET SESSION lock_wait_timeout = 1',
      'SET SESSION innodb_lock_wait_timeout = 1',
      `UPDATE shop.item SET note = 'written meanwhile'`,
    )
    reading.stop()
    await reading.items.return?.()
    await source[Symbol.asyncDispose]()
    await vi.waitFor(async () => expect(await run(server, 'SHOW FULL PROCESSLIST')).toHaveLength(1 + threadsOf(server)), 10_000)
  })
}

/** MySQL shows a thread of its own. */
const threadsOf = ({ flavour }: MysqlServer): number => (flavour === 'mysql' ? 1 : 0)
