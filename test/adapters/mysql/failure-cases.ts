import { expect, test, vi } from 'vitest'
import { mysql } from '../../../adapters/mysql/change-source.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import { resumeToken } from '../../../src/model/ids.ts'
import { changesOf, endOf, readCurrent, readOn, startedAfter, transactionsOf } from '../../../src/testing/change-source/harness.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'

const failureOf = async (work: Promise<unknown>): Promise<BanyanError> => {
  const error = await work.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  )
  if (!(error instanceof BanyanError)) throw error
  expect(`${error.message} ${error.hint} ${error.where}`).not.toMatch(/hunter2/)
  return error
}

/** Runs statements as a user with every right, and at the end those that undo them. */
const withStatements = async (
  server: MysqlServer,
  [before, after]: readonly [readonly string[], readonly string[]],
  work: () => Promise<void>,
): Promise<void> => {
  const connection = await openMysql(server.url)
  try {
    for (const sql of before) await mysqlRows(connection, sql)
    await work()
  } finally {
    for (const sql of after) await mysqlRows(connection, sql)
    connection.destroy()
  }
}

/** Registers what goes wrong, and what is said of it. */
export const failureCases = (server: MysqlServer): void => {
  test('a server that is not there is unreachable, and worth another try', async () => {
    const source = mysql({ name: 'legacy', url: 'mysql://someone:hunter2@127.0.0.1:1/nothing', tables: ['t'] })
    expect(await failureOf(readCurrent(source, null))).toMatchObject({
      code: 'source-unreachable',
      retryable: true,
      where: expect.stringContaining('127.0.0.1:1'),
    })
    expect(await source.preflight()).toMatchObject([{ name: 'connection', verdict: 'refuse' }])
  })

  test('a wrong password is refused, an unknown table with near names', async () => {
    await using harness = await startMysqlHarness(server)
    const wrong = new URL(harness.url)
    wrong.username = 'nobody'
    wrong.password = 'hunter2'
    expect(await failureOf(readCurrent(harness.openWith({ url: wrong.href }), null))).toMatchObject({ code: 'source-refused' })
    expect(await failureOf(readCurrent(harness.openWith({ tables: ['acount', 'pair'] }), null))).toMatchObject({
      code: 'source-preflight',
      message: expect.stringContaining('acount'),
      hint: expect.stringContaining('account'),
    })
  })

  test('preflight names every setting that would lose changes, with its mend, and the least rights are enough', async () => {
    await using harness = await startMysqlHarness(server)
    await using source = harness.openWith({})
    expect((await source.preflight()).filter(({ verdict }) => verdict !== 'ok')).toEqual([])
    const wrong = [
      'SET GLOBAL binlog_row_metadata = MINIMAL',
      `SET GLOBAL binlog_format = 'MIXED'`,
      'SET GLOBAL binlog_row_image = MINIMAL',
    ]
    const right = ['SET GLOBAL binlog_row_metadata = FULL', `SET GLOBAL binlog_format = 'ROW'`, 'SET GLOBAL binlog_row_image = FULL']
    await withStatements(server, [wrong, right], async () => {
      expect(
        (await source.preflight())
          .filter(({ verdict }) => verdict !== 'ok')
          .map(({ name, verdict, mend }) => [name, verdict, mend?.split(';')[0]]),
      ).toEqual([
        ['binlog_format', 'refuse', 'SET GLOBAL binlog_format = ROW'],
        ['binlog_row_image', 'warn', 'SET GLOBAL binlog_row_image = FULL'],
        ['binlog_row_metadata', 'refuse', 'SET GLOBAL binlog_row_metadata = FULL'],
      ])
      expect(await failureOf(readCurrent(source, null))).toMatchObject({ code: 'source-preflight' })
    })
  })

  test('missing rights are refused with the grant that gives them', async () => {
    await using harness = await startMysqlHarness(server)
    const user = `poor_${harness.schema}`
    const make = [`CREATE USER ${user}@'%' IDENTIFIED BY 'hunter2'`, `GRANT SELECT ON ${harness.schema}.* TO ${user}@'%'`]
    await withStatements(server, [make, [`DROP USER ${user}@'%'`]], async () => {
      const url = new URL(harness.url)
      url.username = user
      url.password = 'hunter2'
      await using source = harness.openWith({ url: url.href })
      const error = await failureOf(readCurrent(source, null))
      expect(error).toMatchObject({ code: 'source-privilege', hint: expect.stringMatching(/^GRANT REPLICATION SLAVE ON \*\.\* TO/) })
      const mends = (await source.preflight())
        .filter(({ verdict }) => verdict === 'refuse')
        .flatMap(({ mend }) => (mend ?? '').split(/(?<=;) /))
      await withStatements(server, [mends, []], async () => {
        expect((await source.preflight()).filter(({ verdict }) => verdict === 'refuse')).toEqual([])
        expect(await readCurrent(source, null)).not.toHaveLength(0)
      })
    })
  })

  test('foreign keys that act unseen are warned of where the server does not log what they do', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await harness.session()
    await session.run(
      'create table child (id int primary key, parent bigint, constraint to_parent foreign key (parent) references account (id) on delete cascade)',
    )
    await using source = harness.openWith({ tables: ['account', 'child'] })
    const first = await readCurrent(source, null)
    await session.run('insert into account (id) values (1)')
    await session.run('insert into child values (1, 1)')
    await session.run('delete from account')
    const seen = changesOf(await readCurrent(source, endOf(first))).map(({ op, table }) => `${op} ${table}`)
    const warned = (await source.preflight()).some(({ name, verdict }) => name.startsWith('foreign key') && verdict === 'warn')
    expect(warned).toBe(!seen.includes('delete child'))
    expect(warned).toBe(server.flavour === 'mariadb')
  })

  test('a token of another server, or of nothing, is refused', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    const other = resumeToken(started.token.replace(/^m([ya])[^:]*/, 'm$11'))
    expect(await failureOf(readCurrent(started.source, other))).toMatchObject({ code: 'source-epoch-changed' })
    expect(await failureOf(readCurrent(started.source, resumeToken('nonsense')))).toMatchObject({ code: 'source-position-lost' })
  })

  test('of two readers with one server id the first is told that another has taken its place', async () => {
    await using harness = await startMysqlHarness(server)
    await using first = harness.openWith({})
    const token = endOf(await readCurrent(first, null))
    const reading = readOn(first, token)
    await reading.items.next()
    await using second = harness.openWith({})
    const other = readOn(second, token)
    await other.items.next()
    const rest = async (): Promise<void> => {
      for (let next = await reading.items.next(); next.done !== true; ) next = await reading.items.next()
    }
    expect(await failureOf(rest())).toMatchObject({ code: expect.stringMatching(/^source-(slot-in-use|unreachable)$/) })
    other.stop()
    await other.items.return?.()
  })

  test.skipIf(server.kill === null)(
    'a server that is killed under load is unreachable; the next read loses nothing and repeats nothing',
    async () => {
      await using harness = await startMysqlHarness(server)
      const source = harness.openWith({ reconnectForMs: 0 })
      let token = endOf(await readCurrent(source, null))
      const seen: unknown[] = []
      const session = await harness.session()
      let written = 0
      const writes = (async () => {
        for (; ; written += 1) await session.run(`insert into account (id) values (${written})`)
      })().catch(() => {})
      const readUntilLost = (async () => {
        for await (const item of source.read({ from: token, signal: new AbortController().signal })) {
          if (item.kind === 'transaction') for (const change of item.changes()) seen.push(change.after?.['id'])
          token = item.token
          if (seen.length === 200) void server.kill?.()
        }
      })()
      expect(await failureOf(readUntilLost)).toMatchObject({ code: 'source-unreachable', retryable: true })
      await writes
      await server.restart()
      seen.push(...changesOf(await readCurrent(source, token)).map((change) => change.after?.['id']))
      const connection = await openMysql(harness.url)
      const kept = await mysqlRows(connection, 'SELECT id FROM account ORDER BY id')
      connection.destroy()
      expect(seen.map(Number)).toEqual(kept.map((row) => Number(row['id'])))
      expect(kept.length).toBeGreaterThanOrEqual(200)
      await source[Symbol.asyncDispose]()
    },
  )

  // Last: they take the log away.
  test('a purged log, and one that was reset, are lost, with the way out', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    await started.session.run('insert into account (id) values (1)')
    const [transaction] = transactionsOf(await started.since())
    const later = transaction?.token ?? started.token
    for (const sql of ['flush binary logs', 'insert into account (id) values (2)', 'flush binary logs']) await started.session.run(sql)
    const connection = await openMysql(server.url)
    const logs = await mysqlRows(connection, 'SHOW BINARY LOGS')
    // A file that a reader's connection has open stays until the server has ended it.
    await vi.waitFor(async () => {
      await mysqlRows(connection, `PURGE BINARY LOGS TO '${String(logs.at(-1)?.['Log_name'])}'`)
      expect(await mysqlRows(connection, 'SHOW BINARY LOGS')).toHaveLength(1)
    }, 10_000)
    expect(await failureOf(readCurrent(started.source, started.token))).toMatchObject({
      code: 'source-position-lost',
      hint: expect.stringContaining('snapshot'),
    })
    await mysqlRows(connection, server.flavour === 'mysql' ? 'RESET BINARY LOGS AND GTIDS' : 'RESET MASTER')
    for (let id = 10; id < 30; id += 1) await started.session.run(`insert into account (id) values (${id})`)
    for (let file = 0; file < logs.length; file += 1) await mysqlRows(connection, 'FLUSH BINARY LOGS')
    for (let id = 30; id < 60; id += 1) await started.session.run(`insert into account (id) values (${id})`)
    connection.destroy()
    expect(await failureOf(readCurrent(started.source, later))).toMatchObject({ code: 'source-position-lost' })
  })
}
