import type { Connection } from 'mysql2'
import { expect, test } from 'vitest'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'
import type { SourceItem } from '../../../src/model/change-event.ts'
import type { TableDescription } from '../../../src/model/table-shape.ts'
import { changesOf, startedAfter } from '../../../src/testing/change-source/harness.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'

const describedIn = (items: readonly SourceItem[]): readonly TableDescription[] =>
  items.flatMap((item) => (item.kind === 'transaction' ? (item.described ?? []) : []))

const fatesIn = (items: readonly SourceItem[]): readonly unknown[] => describedIn(items).flatMap(({ fate }) => fate ?? [])

const columnsIn = (items: readonly SourceItem[]): readonly (readonly string[])[] => {
  const told: (readonly string[])[] = []
  for (const { shape } of describedIn(items)) {
    const columns = shape?.columns.map(({ name, type }) => `${name} ${type}`) ?? []
    if (columns.length > 0 && columns.join() !== told.at(-1)?.join()) told.push(columns)
  }
  return told
}

/** Resolves once another session waits for a lock with such a statement. */
const waiting = async (connection: Connection, like: string): Promise<void> => {
  const sql = `SELECT COUNT(*) AS n FROM information_schema.PROCESSLIST WHERE INFO LIKE '${like}' AND STATE LIKE 'Waiting for table%'`
  await expect.poll(async () => Number((await mysqlRows(connection, sql))[0]?.['n']), { timeout: 10_000 }).toBe(1)
}

/** What changes the schema under a stream, in the words of those who do so: registers it for one kind of server. */
export const schemaCases = (server: MysqlServer): void => {
  test('the log tells the columns of a table by the types that the server prints', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness)
    await started.session.run('insert into pair (region, no) values (1, 1)')
    await started.session.run(
      `alter table pair add tint enum('red','it''s'), add n bigint unsigned, add b varbinary(9), modify label varchar(10)`,
    )
    await started.session.run('insert into pair (region, no) values (1, 2)')
    expect(columnsIn(await started.since())).toEqual([
      ['region varchar(16 bytes)', 'no int', 'label text'],
      [
        ...['region varchar(16 bytes)', 'no int', 'label varchar(40 bytes)', "tint enum('red','it''s')"],
        ...['n bigint unsigned', 'b varbinary(9 bytes)'],
      ],
    ])
  })

  test('what gh-ost does: the table goes on under its name with its new columns, and no copied row is taken for a change', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness, { before: [`insert into account (id, qty) values (1, 1), (2, 2), (3, 3)`] })
    const { session } = started
    const db = `\`${harness.schema}\``
    const columns = '`id`, `code`, `qty`, `price`, `note`, `at`, `local`'
    for (const sql of [
      `create /* gh-ost */ table ${db}.\`_account_ghc\` (id bigint unsigned auto_increment, last_update timestamp not null, hint varchar(64) charset ascii not null, value varchar(4096) charset ascii not null, primary key(id), unique key hint_uidx(hint)) auto_increment=256 comment='gh-ost-changelog'`,
      `create /* gh-ost */ table ${db}.\`_account_gho\` like ${db}.\`account\``,
      `alter /* gh-ost */ table ${db}.\`_account_gho\` add column chnl varchar(4) not null default 'web'`,
      `insert /* gh-ost ${db}.\`account\` */ ignore into ${db}.\`_account_gho\` (${columns}) (select ${columns} from ${db}.\`account\` force index (\`PRIMARY\`) where (((\`id\` > _binary'1') or ((\`id\` = _binary'1'))) and ((\`id\` < _binary'3') or ((\`id\` = _binary'3')))) lock in share mode)`,
      `update account set qty = 20 where id = 2`,
      `replace /* gh-ost ${db}.\`_account_gho\` */ into ${db}.\`_account_gho\` (${columns}) values (2, NULL, 20, NULL, NULL, NULL, NULL)`,
      `create /* gh-ost */ table ${db}.\`_account_del\` (id int auto_increment primary key) engine=InnoDB comment='ghost-cut-over-sentry'`,
    ]) {
      await session.run(sql)
    }
    const [locking, renaming, looking] = await Promise.all([openMysql(harness.url), openMysql(harness.url), openMysql(harness.url)])
    try {
      await mysqlRows(locking, `lock /* gh-ost */ tables ${db}.\`account\` write, ${db}.\`_account_del\` write`)
      const renamed = mysqlRows(
        renaming,
        `rename /* gh-ost */ table ${db}.\`account\` to ${db}.\`_account_del\`, ${db}.\`_account_gho\` to ${db}.\`account\``,
      )
      await waiting(looking, 'rename%')
      await mysqlRows(locking, `drop /* gh-ost */ table if exists ${db}.\`_account_del\``)
      await mysqlRows(locking, 'unlock tables')
      await renamed
    } finally {
      for (const connection of [locking, renaming, looking]) connection.destroy()
    }
    await session.run('drop table _account_ghc')
    await session.run('update account set qty = 30 where id = 3')
    await session.run('drop table _account_del')
    const items = await started.since()
    expect(changesOf(items).map(({ op, after }) => [op, after?.['id'], after?.['qty'], after?.['chnl']])).toEqual([
      ['update', 2n, 20, undefined],
      ['update', 3n, 30, 'web'],
    ])
    expect(fatesIn(items)).toEqual([{ kind: 'swapped', table: 'account', other: '_account_gho', by: 'gh-ost' }])
    expect(columnsIn(items).map((each) => each.length)).toEqual([7, 8])
  })

  test('what pt-online-schema-change does: the same, with its triggers', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness, { before: [`insert into account (id, qty) values (1, 1), (2, 2), (3, 3)`] })
    const { session } = started
    const db = `\`${harness.schema}\``
    const columns = '`id`, `code`, `qty`, `price`, `note`, `at`, `local`'
    const row = 'NEW.`id`, NEW.`code`, NEW.`qty`, NEW.`price`, NEW.`note`, NEW.`at`, NEW.`local`'
    const trigger = `pt_osc_${harness.schema}_account`
    for (const sql of [
      `CREATE TABLE ${db}.\`_account_new\` LIKE ${db}.\`account\``,
      `ALTER TABLE ${db}.\`_account_new\` DROP COLUMN note, MODIFY qty bigint`,
      `CREATE TRIGGER \`${trigger}_del\` AFTER DELETE ON ${db}.\`account\` FOR EACH ROW DELETE IGNORE FROM ${db}.\`_account_new\` WHERE ${db}.\`_account_new\`.\`id\` <=> OLD.\`id\``,
      `CREATE TRIGGER \`${trigger}_upd\` AFTER UPDATE ON ${db}.\`account\` FOR EACH ROW REPLACE INTO ${db}.\`_account_new\` (${columns.replace(', `note`', '')}) VALUES (${row.replace(', NEW.`note`', '')})`,
      `CREATE TRIGGER \`${trigger}_ins\` AFTER INSERT ON ${db}.\`account\` FOR EACH ROW REPLACE INTO ${db}.\`_account_new\` (${columns.replace(', `note`', '')}) VALUES (${row.replace(', NEW.`note`', '')})`,
      `INSERT LOW_PRIORITY IGNORE INTO ${db}.\`_account_new\` (\`id\`, \`qty\`) SELECT \`id\`, \`qty\` FROM ${db}.\`account\` FORCE INDEX(\`PRIMARY\`) WHERE ((\`id\` >= '1')) AND ((\`id\` <= '3')) LOCK IN SHARE MODE /*pt-online-schema-change 42 copy nibble*/`,
      `insert into account (id, qty) values (4, 4)`,
      `update account set qty = 10 where id = 1`,
      `delete from account where id = 2`,
      `RENAME TABLE ${db}.\`account\` TO ${db}.\`_account_old\`, ${db}.\`_account_new\` TO ${db}.\`account\``,
      `DROP TABLE IF EXISTS ${db}.\`_account_old\``,
      `insert into account (id, qty) values (5, 5)`,
    ]) {
      await session.run(sql)
    }
    const items = await started.since()
    expect(changesOf(items).map(({ op, before, after }) => [op, after?.['id'] ?? before?.['id'], after?.['qty']])).toEqual([
      ['create', 4n, 4],
      ['update', 1n, 10],
      ['delete', 2n, undefined],
      ['create', 5n, 5n],
    ])
    expect(fatesIn(items)).toEqual([{ kind: 'swapped', table: 'account', other: '_account_new', by: 'pt-online-schema-change' }])
  })

  test('a captured table that is dropped or renamed is gone, with its rows; one that takes its name by other hands is told', async () => {
    await using harness = await startMysqlHarness(server)
    await using started = await startedAfter(harness, { before: [`insert into pair (region, no) values ('EU', 1)`] })
    const { session } = started
    await session.run('drop table pair')
    await session.run('create table pair (id int primary key)')
    await session.run('insert into pair values (7)')
    await session.run('alter table pair rename to pair_old')
    // A table that is not there at a start is refused.
    await session.run('create table pair (id int primary key)')
    await session.run('rename table account to account_old')
    await session.run('create table stranger (id bigint primary key)')
    await session.run('rename table stranger to account')
    const items = await started.since()
    expect(changesOf(items).map(({ op, table, after }) => [op, table, after])).toEqual([
      ['truncate', 'pair', null],
      ['create', 'pair', { id: 7 }],
      ['truncate', 'pair', null],
      ['truncate', 'account', null],
    ])
    expect(fatesIn(items)).toEqual([
      { kind: 'gone', table: 'pair', how: 'dropped' },
      { kind: 'gone', table: 'pair', how: 'renamed to pair_old' },
      { kind: 'gone', table: 'account', how: 'renamed to account_old' },
      { kind: 'swapped', table: 'account', other: 'stranger', by: null },
    ])
  })
}
