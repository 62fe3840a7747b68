import { expect, test } from 'vitest'
import type { BanyanError } from '../../../src/model/errors.ts'
import type { SourceItem } from '../../../src/model/change-event.ts'
import type { ResumeToken } from '../../../src/model/ids.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { changesOf, endOf, readCurrent, startedAfter, transactionsOf } from '../../../src/testing/change-source/harness.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'

const failureOf = async (work: Promise<unknown>): Promise<BanyanError> => {
  const error = await work.then(
    () => 'nothing was thrown',
    (reason: unknown) => reason,
  )
  return error as BanyanError
}

const ids = (items: readonly SourceItem[]): readonly unknown[] =>
  changesOf(items).map((change) => change.after?.['id'] ?? change.before?.['id'])

/** Everything since the token, by a reader that is new at each item: wherever one stops, the next goes on. */
const readByRestarts = async (open: () => ChangeSource, from: ResumeToken): Promise<readonly SourceItem[]> => {
  const items: SourceItem[] = []
  for (let token = from; ; ) {
    await using source = open()
    const rest = await readCurrent(source, token)
    const [first] = transactionsOf(rest)
    if (first === undefined) return items
    items.push(first)
    // The log must be decoded before the source is closed.
    expect([...first.changes()]).toHaveLength(first.header.count)
    token = first.token
  }
}

/** Registers what the contract does not ask: what only this kind of log does. */
export const streamCases = (server: MysqlServer): void => {
  test.each(['MINIMAL', 'NOBLOB'])('row image %s: what was not sent is absent and named, never null', async (image) => {
    await using harness = await startMysqlHarness(server, { session: [`SET SESSION binlog_row_image = '${image}'`] })
    await using started = await startedAfter(harness, { before: [`insert into account (id, qty, note) values (1, 1, 'long')`] })
    const { session } = started
    await session.run('insert into account (id, qty) values (2, 5)')
    await session.run('update account set qty = 2 where id = 1')
    await session.run('update account set qty = null where id = 1')
    await session.run('update account set id = 3 where id = 1')
    await session.run('delete from account where id = 3')
    const [insert, update, toNull, gone, born, deleted] = changesOf(await started.since())
    const unsent = image === 'MINIMAL' ? ['code', 'price', 'note', 'at', 'local'] : ['note']
    expect(insert?.omitted).toEqual(image === 'MINIMAL' ? unsent : ['note'])
    expect(update).toMatchObject({
      op: 'update',
      key: '[{"$i":"1"}]',
      before: null,
      beforeKind: 'none',
      after: { id: 1n, qty: 2 },
      omitted: unsent,
    })
    for (const name of unsent) expect(update?.after).not.toHaveProperty(name)
    expect(toNull?.after).toMatchObject({ id: 1n, qty: null })
    expect(gone).toMatchObject({ op: 'delete', key: '[{"$i":"1"}]', before: { id: 1n }, beforeKind: 'key' })
    expect(born).toMatchObject({ op: 'create', key: '[{"$i":"3"}]' })
    expect(deleted).toMatchObject({ op: 'delete', key: '[{"$i":"3"}]', beforeKind: 'key', before: { id: 3n } })
  })

  test('columns that come, go and change are as the log had them', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    const { session } = started
    await session.run('insert into account (id, qty) values (1, 1)')
    await session.run(`alter table account add column tint enum('red', 'blue') first, drop column price, change qty amount bigint unsigned`)
    await session.run(`insert into account (id, tint, amount) values (2, 'blue', 18446744073709551615)`)
    await session.run('rename table account to account_old')
    await session.run('create table account (id bigint primary key, label text)')
    await session.run(`insert into account (id, label) values (3, 'new table')`)
    const changes = changesOf(await started.since())
    // The rows of the table that went are gone with it.
    expect(changes.map(({ op }) => op)).toEqual(['create', 'create', 'truncate', 'create'])
    const rows = changes.flatMap(({ after }) => (after === null ? [] : [after]))
    expect(Object.keys(rows[0] ?? {})).toEqual(['id', 'code', 'qty', 'price', 'note', 'at', 'local'])
    expect(rows[1]).toMatchObject({ id: 2n, tint: 'blue', amount: 18446744073709551615n })
    expect(rows[1]).not.toHaveProperty('price')
    expect(rows[2]).toEqual({ id: 3n, label: 'new table' })
  })

  test('a prepared transaction (XA) comes when it commits, never when it rolls back, wherever a reader is started anew', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    const { session } = started
    const xa = async (xid: string, id: number, end: 'commit' | 'rollback', between: readonly string[]): Promise<void> => {
      await using other = await harness.session()
      for (const sql of [`xa start '${xid}'`, `insert into account (id) values (${id})`, `xa end '${xid}'`, `xa prepare '${xid}'`])
        await other.run(sql)
      for (const sql of between) await session.run(sql)
      await other.run(`xa ${end} '${xid}'`)
    }
    await session.run('insert into account (id) values (1)')
    await xa('a', 2, 'commit', ['insert into account (id) values (3)', 'insert into account (id) values (4)'])
    await xa('b', 5, 'rollback', ['insert into account (id) values (6)'])
    await xa('c,1', 7, 'commit', [])
    await session.run(`xa start 'd'`)
    for (const sql of ['insert into account (id) values (8)', `xa end 'd'`, `xa commit 'd' one phase`]) await session.run(sql)
    const all = await started.since()
    expect(ids(all)).toEqual([1n, 3n, 4n, 2n, 6n, 7n, 8n])
    const again = await readByRestarts(() => harness.openWith({}), started.token)
    expect(ids(again)).toEqual(ids(all))
    expect(transactionsOf(again).map((each) => each.header.position)).toEqual(transactionsOf(all).map((each) => each.header.position))
  })

  test('a savepoint that is rolled back leaves nothing; a table without transactions is read too', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    const { session } = started
    for (const sql of [
      'begin',
      'insert into account (id) values (1)',
      'savepoint s',
      'insert into account (id) values (2)',
      'rollback to s',
      'commit',
    ]) {
      await session.run(sql)
    }
    await session.run('alter table pair engine = MyISAM')
    await session.run(`insert into pair (region, no) values ('EU', 1), ('EU', 2)`)
    expect(ids(await started.since())).toEqual([1n, undefined, undefined])
  })

  test('a rotated log reads on, and positions grow over its files', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    for (let id = 1; id <= 4; id += 1) {
      await started.session.run(`insert into account (id) values (${id})`)
      await started.session.run('flush binary logs')
    }
    const all = await started.since()
    expect(ids(all)).toEqual([1n, 2n, 3n, 4n])
    const positions = transactionsOf(all).map((each) => each.header.position)
    expect(positions).toEqual(positions.toSorted())
    expect(ids(await readByRestarts(() => harness.openWith({}), started.token))).toEqual([1n, 2n, 3n, 4n])
  })

  test('a row of many megabytes is whole', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await harness.session()
    await session.run('create table big (id int primary key, body longblob)')
    await using source = harness.openWith({ tables: ['big'] })
    const first = await readCurrent(source, null)
    await session.run(`insert into big values (1, repeat(x'00ff', ${9 << 20}))`)
    const [change] = changesOf(await readCurrent(source, endOf(first)))
    const body = change?.after?.['body']
    expect(body).toBeInstanceOf(Uint8Array)
    expect(Buffer.compare(Buffer.from(body as Uint8Array), Buffer.alloc(18 << 20, Buffer.from([0, 255])))).toBe(0)
  })

  test('statements where rows are expected stop the stream, with the place and the mend', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    await using other = await harness.session()
    await other.run(`set session binlog_format = 'STATEMENT'`)
    await started.session.run('insert into account (id) values (1)')
    await other.run('insert into account (id) values (2)')
    await started.session.run('insert into account (id) values (3)')
    const error = await failureOf(started.since())
    expect(error).toMatchObject({ code: 'source-undecodable', hint: expect.stringContaining('SET GLOBAL binlog_format = ROW') })
    expect(error.message).toMatch(/bin\.\d+ after byte \d+/)
  })

  test('rows that go with their partition stop the stream', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await harness.session()
    await session.run(
      'create table part (id int primary key) partition by range (id) (partition p0 values less than (10), partition p1 values less than maxvalue)',
    )
    await using source = harness.openWith({ tables: ['part'] })
    await session.run('insert into part values (1), (11)')
    const first = await readCurrent(source, null)
    await session.run('insert into part values (2)')
    await session.run('alter table part truncate partition p0')
    expect(await failureOf(readCurrent(source, endOf(first)))).toMatchObject({
      code: 'source-undecodable',
      message: expect.stringContaining('TRUNCATE PARTITION'),
      hint: expect.stringContaining('snapshot'),
    })
  })

  test('compressed changes stop the stream, with the mend', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    const compression = server.flavour === 'mysql' ? 'session binlog_transaction_compression' : 'global log_bin_compress'
    await started.session.run(`set ${compression} = ON`)
    await started.session.run(`insert into account (id, note) values (1, repeat('x', 5000))`)
    await started.session.run(`set ${compression} = OFF`)
    expect(await failureOf(started.since())).toMatchObject({ code: 'source-undecodable', hint: expect.stringContaining('= OFF') })
  })
}
