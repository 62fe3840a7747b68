import { expect, test, vi } from 'vitest'
import { mysql } from '../../../adapters/mysql/change-source.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { changesOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { LegacySession } from '../../../src/testing/change-source-contract.ts'
import type { MysqlHarness } from '../../support/mysql-harness.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import { killedSnapshot } from '../../support/killed-snapshot.ts'
import { readPart } from '../../support/read-part.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'

const values = (count: number, row: (n: number) => string): string =>
  Array.from({ length: count }, (_, index) => `(${row(index + 1)})`).join(', ')

const prepared = async (harness: MysqlHarness): Promise<LegacySession> => {
  const session = await harness.session()
  await session.run(`insert into account (id, qty) values ${values(500, (n) => `${n}, 0`)}`)
  await session.run(`insert into pair (region, no) values ${values(500, (n) => `'${n % 2 === 0 ? 'ä' : 'Z'}', ${n}`)}`)
  return session
}

const open = (harness: MysqlHarness): ChangeSource => harness.openWith({ snapshotChunkBytes: 1024 })

/** Rows by table and key, when all has been taken in. */
const stateOf = (changes: readonly ChangeEvent[]): ReadonlyMap<string, unknown> => {
  const state = new Map<string, unknown>()
  for (const { op, table, key, after } of changes) {
    if (op === 'truncate') for (const address of state.keys()) if (address.startsWith(`${table} `)) state.delete(address)
    if (op === 'delete') state.delete(`${table} ${key}`)
    else if (op !== 'truncate') state.set(`${table} ${key}`, after)
  }
  return new Map([...state].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const placesOf = (changes: readonly ChangeEvent[]): readonly string[] =>
  changes.map(({ transaction, ordinal }) => `${transaction.position}#${ordinal}`)

/** Types that order an index, each with values of which some are next to each other. */
const keyTypes: readonly (readonly [type: string, value: (n: number) => string])[] = [
  ['bigint unsigned', (n) => `${18446744073709551615n - BigInt(n)}`],
  ['decimal(30,10)', (n) => `${n % 3 === 0 ? '-' : ''}12345678901234567.${String(n).padStart(10, '0')}`],
  ['varchar(20) character set latin1', (n) => `'ä''${['B', 'a', 'é', '\\'][n % 4]}"${n}'`],
  ['varchar(20) collate utf8mb4_unicode_ci', (n) => `'${['B', 'a', 'É', '漢', '\\\\'][n % 5]}${n}'`],
  ['varbinary(8)', (n) => `x'00ff5c27${n.toString(16).padStart(4, '0')}'`],
  ['binary(6)', (n) => `x'${n.toString(16).padStart(4, '0')}'`],
  ['date', (n) => (n === 1 ? `'0000-00-00'` : `'2024-01-${String(n).padStart(2, '0')}'`)],
  ['time(3)', (n) => `'${n % 2 === 0 ? '-' : ''}${n}:59:59.${String(n).padStart(3, '0')}'`],
  ['datetime(6)', (n) => `'2024-03-31 02:30:00.${String(n).padStart(6, '0')}'`],
  ['timestamp(3)', (n) => `'2024-03-31 02:30:00.${String(n).padStart(3, '0')}'`],
  ['year', (n) => String(1990 + n)],
]
const keyRows = 24

/** Registers what becomes of a snapshot that was interrupted. */
export const snapshotCases = (server: MysqlServer): void => {
  test('rows of a table that is done, and of one that was truncated meanwhile, are put right by the log', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await prepared(harness)
    await using source = open(harness)
    const begun = await readPart(source, null, (changes) => changes.some(({ table }) => table === 'pair'))
    expect(await source.resumable?.(begun.token)).toBe(true)
    await session.run('update account set qty = 5 where id = 7')
    await session.run('update account set id = 1000 where id = 8')
    await session.run('delete from pair where no = 1')
    await session.run(`insert into pair (region, no) values ('Q', 1)`)
    const rest = changesOf(await readCurrent(source, begun.token))
    expect(rest.filter(({ table }) => table === 'account').map(({ op, key, after }) => [op, key, after?.['qty']])).toEqual([
      ['delete', '[{"$i":"7"}]', undefined],
      ['delete', '[{"$i":"8"}]', undefined],
      ['delete', '[{"$i":"1000"}]', undefined],
      ['read', '[{"$i":"7"}]', 5],
      ['read', '[{"$i":"1000"}]', 0],
    ])
    const all = [...begun.changes, ...rest]
    await session.run('truncate table pair')
    await session.run(`insert into pair (region, no) values ('R', 9)`)
    await using again = open(harness)
    const goesOn = (await again.resumable?.(begun.token)) === true
    const afresh = changesOf(await readCurrent(again, begun.token))
    expect([...stateOf(goesOn ? [...begun.changes, ...afresh] : afresh).keys()].filter((key) => key.startsWith('pair'))).toEqual([
      'pair [9,"R"]',
    ])
    expect(stateOf(all).size).toBe(1000)
  })

  test('one that is interrupted again and again, with and without writes between, has no place twice', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await prepared(harness)
    await using source = open(harness)
    let part = await readPart(source, null, (changes) => changes.length > 200)
    const all = [...part.changes]
    await session.run('update account set qty = 5')
    for (const stop of [1, 1, 700, 300, 100]) {
      part = await readPart(source, part.token, (changes) => changes.length >= stop)
      all.push(...part.changes)
      if (stop === 300) await session.run('delete from account where id = 1')
    }
    all.push(...changesOf(await readCurrent(source, part.token)))
    expect(new Set(placesOf(all)).size).toBe(all.length)
    expect(placesOf(all).map((place) => place.split('#')[0])).toEqual(
      placesOf(all)
        .map((place) => place.split('#')[0])
        .toSorted(),
    )
    await using fresh = open(harness)
    expect(stateOf(all)).toEqual(stateOf(changesOf(await readCurrent(fresh, null))))
    expect(stateOf(all).size).toBe(999)
  })

  test('keys of every type that orders an index: no gap and no double, wherever it is interrupted', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await harness.session()
    const tables = keyTypes.map((_, index) => `keyed_${index}`)
    for (const [index, [type, value]] of keyTypes.entries()) {
      await session.run(`create table keyed_${index} (part int not null, k ${type} not null, qty int not null, primary key (part, k))`)
      await session.run(`insert into keyed_${index} values ${values(keyRows, (n) => `${n % 2}, ${value(n)}, 0`)}`)
    }
    await using source = harness.openWith({ tables, snapshotChunkBytes: 1 })
    let part = await readPart(source, null, (changes) => changes.length === 12)
    const all = [...part.changes]
    for (let step = 1; step <= 11; step += 1) {
      expect(await source.resumable?.(part.token)).toBe(true)
      for (const index of [step - 1, step % 11]) {
        const value = keyTypes[index]?.[1] ?? String
        await session.run(`update keyed_${index} set qty = qty + 1 where k = ${value(step)} or k = ${value(keyRows - step)}`)
        await session.run(`delete from keyed_${index} where k = ${value(step + 1)}`)
      }
      part = await readPart(source, part.token, (changes) => changes.filter(({ after }) => after?.['qty'] === 0).length >= 15)
      all.push(...part.changes)
    }
    all.push(...changesOf(await readCurrent(source, part.token)))
    const untouched = all.filter(({ op, after }) => op === 'read' && after?.['qty'] === 0).map(({ table, key }) => `${table} ${key}`)
    expect(new Set(untouched).size).toBe(untouched.length)
    await using fresh = harness.openWith({ tables })
    expect(stateOf(all)).toEqual(stateOf(changesOf(await readCurrent(fresh, null))))
  })

  test.each([
    ['was dropped and made again', ['drop table account', 'create table account (id bigint primary key, qty int)']],
    ['was swapped for another', ['create table other like account', 'rename table account to old, other to account']],
    ['has another key', ['alter table account modify qty int not null, drop primary key, add primary key (id, qty)']],
  ])('a snapshot of which a table %s begins again', async (_, statements) => {
    await using harness = await startMysqlHarness(server)
    await using session = await prepared(harness)
    await using source = open(harness)
    const begun = await readPart(source, null, (changes) => changes.length > 100)
    // The server tells when it made a table by the second.
    await new Promise((resolve) => setTimeout(resolve, 1100))
    for (const sql of statements) await session.run(sql)
    expect(await source.resumable?.(begun.token)).toBe(false)
    const rest = changesOf(await readCurrent(source, begun.token))
    await using fresh = open(harness)
    expect(stateOf(rest)).toEqual(stateOf(changesOf(await readCurrent(fresh, null))))
  })

  test('a snapshot whose log is purged begins again', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await prepared(harness)
    await using source = open(harness)
    const begun = await readPart(source, null, (changes) => changes.length > 100)
    await session.run('flush binary logs')
    // The server keeps a file for a moment that it may need after a crash.
    await vi.waitFor(async () => {
      await session.run(`purge binary logs before '2037-01-01'`)
      expect(await source.resumable?.(begun.token)).toBe(false)
    }, 10_000)
    expect(changesOf(await readCurrent(source, begun.token)).filter(({ op }) => op === 'read')).toHaveLength(1000)
  })

  test('tables that cannot be read in the order of their key come last: until then a snapshot goes on', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await prepared(harness)
    await session.run(`create table heap (n int); `)
    await session.run(`insert into heap values ${values(300, String)}`)
    await session.run(`create table labelled (tint enum('red', 'blue'), n int, primary key (tint, n))`)
    await session.run(`insert into labelled values ${values(300, (n) => `'${n % 2 === 0 ? 'red' : 'blue'}', ${n}`)}`)
    await using source = harness.openWith({ tables: ['heap', 'labelled', 'account'], snapshotChunkBytes: 1024 })
    const keyed = await readPart(source, null, (changes) => changes.length > 400)
    expect(new Set(keyed.changes.map(({ table }) => table))).toEqual(new Set(['account']))
    expect(await source.resumable?.(keyed.token)).toBe(true)
    const heap = await readPart(source, keyed.token, (changes) => changes.some(({ table }) => table !== 'account'))
    expect(await source.resumable?.(heap.token)).toBe(false)
  })

  // The store does not know one kind of server from the other.
  test.skipIf(server.flavour === 'mysql')(
    'a snapshot that is killed goes on: no gap, no double, and nothing that was stored is read again',
    { timeout: 90_000 },
    async () => {
      await using harness = await startMysqlHarness(server)
      const connection = await openMysql(harness.url)
      const options = { name: 'shop', url: harness.readerUrl, tables: ['ord'], snapshotChunkBytes: 4096 }
      await mysqlRows(connection, 'CREATE TABLE ord (region varchar(5), no int, qty int NOT NULL, PRIMARY KEY (region, no))')
      await killedSnapshot({ adapter: 'mysql', options, open: () => mysql(options), query: (sql) => mysqlRows(connection, sql) })
      connection.destroy()
    },
  )

  test('rows come from the index of the key: the server sorts nothing', async () => {
    await using harness = await startMysqlHarness(server)
    await using _session = await prepared(harness)
    await using source = open(harness)
    const before = await sortsOf(harness)
    const begun = await readPart(source, null, (changes) => changes.length > 200)
    await readCurrent(source, begun.token)
    // Some of what is asked about tables and columns is sorted.
    expect((await sortsOf(harness)) - before).toBeLessThan(200)
  })
}

/** Rows that the server has sorted since it was started. */
const sortsOf = async (harness: MysqlHarness): Promise<number> => {
  const connection = await openMysql(harness.url)
  const [row] = await mysqlRows(connection, `SHOW GLOBAL STATUS LIKE 'Sort_rows'`)
  connection.destroy()
  return Number(row?.['Value'])
}
