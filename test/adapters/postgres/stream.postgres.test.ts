import { readdir } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { changesOf, endOf, readCurrent, startedAfter, transactionsOf } from '../../../src/testing/change-source/harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

test('with REPLICA IDENTITY FULL the old row is whole, and no value is missing', async () => {
  await using harness = await startPostgresHarness()
  const note = 'long '.repeat(4000)
  await using started = await startedAfter(harness, {
    before: ['alter table account replica identity full', `insert into account (id, qty, note) values (1, 1, '${note}')`],
  })
  await started.session.run('update account set qty = 2')
  await started.session.run('update account set id = 2')
  await started.session.run('delete from account')
  const changes = changesOf(await started.since())
  expect(changes.map(({ op, key, beforeKind, omitted }) => ({ op, key, beforeKind, omitted }))).toEqual([
    { op: 'update', key: '[{"$i":"1"}]', beforeKind: 'full', omitted: [] },
    { op: 'delete', key: '[{"$i":"1"}]', beforeKind: 'full', omitted: [] },
    { op: 'create', key: '[{"$i":"2"}]', beforeKind: 'none', omitted: [] },
    { op: 'delete', key: '[{"$i":"2"}]', beforeKind: 'full', omitted: [] },
  ])
  expect(changes[0]).toMatchObject({ before: { qty: 1, note }, after: { qty: 2, note } })
})

test('columns that come, go and change are as the log had them', async () => {
  await using harness = await startPostgresHarness()
  await using started = await startedAfter(harness)
  const { session } = started
  await session.run('insert into account (id) values (1)')
  await session.run(`create type colour as enum ('red'); create domain cents as bigint; create domain crate as cents[]`)
  await session.run('begin')
  await session.run('alter table account add tint colour, add paid cents, add paids crate, drop price')
  await session.run(`insert into account (id, tint, paid, paids) values (2, 'red', 5, '{6,NULL}')`)
  await session.run('commit')
  const rows = changesOf(await started.since()).map((change) => change.after)
  expect(Object.keys(rows[0] ?? {})).toEqual(['id', 'code', 'qty', 'price', 'note', 'at', 'local'])
  expect(rows[1]).toMatchObject({ id: 2n, tint: 'red', paid: 5n, paids: [6n, null] })
  expect(rows[1]).not.toHaveProperty('price')
})

test('partitions carry the name of their table', async () => {
  await using harness = await startPostgresHarness()
  await using session = await harness.session()
  await session.run(
    'create table part (id int primary key) partition by range (id); create table part_1 partition of part for values from (0) to (9)',
  )
  await using source = harness.openWith({ tables: ['part'] })
  await session.run('insert into part values (1)')
  const first = await readCurrent(source, null)
  await session.run('insert into part values (2)')
  const all = changesOf([...first, ...(await readCurrent(source, endOf(first)))])
  expect(all.map(({ op, table, key }) => `${op} ${table} ${key}`)).toEqual(['read part [1]', 'create part [2]'])
})

test('messages and changes of other replication origins do not disturb', async () => {
  await using harness = await startPostgresHarness()
  await using started = await startedAfter(harness)
  const { session } = started
  await session.run(`select pg_logical_emit_message(true, 'x', 'y')`)
  await session.run(`select pg_replication_origin_create('${harness.slot}'); select pg_replication_origin_session_setup('${harness.slot}')`)
  await session.run('insert into account (id) values (1)')
  await session.run('select pg_replication_origin_session_reset()')
  await session.run(`select pg_replication_origin_drop('${harness.slot}')`)
  expect(changesOf(await started.since())).toHaveLength(1)
})

test('an acknowledgement after the end of reading reaches the server when the source is closed', async () => {
  await using harness = await startPostgresHarness()
  await using session = await harness.session()
  const source = await harness.open()
  const first = await readCurrent(source, null)
  await session.run('insert into account (id) values (1)')
  const items = await readCurrent(source, endOf(first))
  source.acknowledge(endOf(items))
  await source[Symbol.asyncDispose]()
  await using again = await harness.open()
  await expect(readCurrent(again, endOf(first))).rejects.toMatchObject({ code: 'source-position-lost' })
  expect(transactionsOf(await readCurrent(again, endOf(items)))).toEqual([])
})

test('spools have no name on disk, and end with their acknowledgement', async () => {
  await using harness = await startPostgresHarness()
  await using started = await startedAfter(harness, { smallBuffers: true })
  await started.session.run(`insert into account (id, note) select n, repeat('x', 100) from generate_series(1, 5000) n`)
  const [transaction] = transactionsOf(await started.since())
  expect([...(transaction?.changes() ?? [])]).toHaveLength(5000)
  expect(await readdir(harness.spoolFolder)).toEqual([])
  if (transaction !== undefined) started.source.acknowledge(transaction.token)
  expect(() => [...(transaction?.changes() ?? [])]).toThrow(expect.objectContaining({ code: 'usage' }))
})

test('a slot that a DBA made serves as well, also for a first start', async () => {
  await using harness = await startPostgresHarness()
  await using session = await harness.session()
  await session.run(`create publication ${harness.schema} for table account, pair`)
  await session.run(`select pg_create_logical_replication_slot('${harness.slot}', 'pgoutput')`)
  await session.run('insert into account (id) values (1)')
  await using source = harness.openWith({ createSlot: false, createPublication: false })
  const first = await readCurrent(source, null)
  await session.run('insert into account (id) values (2)')
  const all = changesOf([...first, ...(await readCurrent(source, endOf(first)))])
  expect(all.map(({ op, key }) => `${op} ${key}`)).toEqual(['read [{"$i":"1"}]', 'create [{"$i":"2"}]'])
})

test('while old commits are still to come, nothing says that their time has passed', async () => {
  await using harness = await startPostgresHarness()
  await using first = await harness.open()
  const token = endOf(await readCurrent(first, null))
  await using session = await harness.session()
  for (let id = 1; id <= 300; id += 1) await session.run(`insert into account (id, note) values (${id}, repeat('x', 2000))`)
  await session.run('select pg_sleep(0.4)')
  await using source = harness.openWith({ progressEveryMs: 1 })
  const items = await readCurrent(source, token)
  let watermark = 0
  for (const item of items) {
    if (item.kind === 'progress') watermark = Math.max(watermark, item.at)
    // The instants of two commits may be a moment out of their order in the log.
    else expect(item.header.committedAt).toBeGreaterThan(watermark - 50)
  }
  expect(transactionsOf(items)).toHaveLength(300)
})
