import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { SourceItem } from '../../../src/model/change-event.ts'
import type { LegacySession } from '../../../src/testing/change-source-contract.ts'
import { changesOf, endOf, readCurrent, transactionsOf } from '../../../src/testing/change-source/harness.ts'
import type { PostgresHarness } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

const inPieces = '-c debug_logical_replication_streaming=immediate'

/** Everything that tells one reading of the log from another, but for the instant of reading. */
const told = (items: readonly SourceItem[]): unknown =>
  transactionsOf(items).map(({ header, token, changes }) => ({
    position: header.position,
    id: header.id,
    committedAt: header.committedAt,
    count: header.count,
    token,
    changes: [...changes()].map(({ transaction: _, ...change }) => change),
  }))

/** What has come since a first read, by whole transactions and in pieces. */
const readBothWays = async (
  harness: PostgresHarness,
  work: () => Promise<void>,
): Promise<{ whole: unknown; pieces: readonly SourceItem[] }> => {
  await using whole = harness.openWith({ streaming: false, url: harness.url })
  const token = endOf(await readCurrent(whole, null))
  await work()
  const first = told(await readCurrent(whole, token))
  await whole[Symbol.asyncDispose]()
  await using pieces = await harness.open({ smallBuffers: true })
  return { whole: first, pieces: await readCurrent(pieces, token) }
}

/** A transaction's statements: rows, savepoints that are kept or rolled back, to any depth. */
const statements = fc.letrec<{ list: readonly string[]; part: readonly string[] }>((tie) => ({
  list: fc.array(tie('part'), { minLength: 1, maxLength: 5 }).map((parts) => parts.flat()),
  part: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc
      .integer({ min: 1, max: 3 })
      .map((rows) => [`insert into account (qty, id) select ${rows}, nextval('ids') from generate_series(1, ${rows})`]),
    fc.constant([`update account set qty = qty + 1 where id = (select max(id) from account)`]),
    fc.constant([`insert into uncaptured select nextval('ids')`]),
    fc.constant([`alter table account add column if not exists extra int`]),
    tie('list').map((list) => ['savepoint s', ...list, 'release s']),
    tie('list').map((list) => ['savepoint s', ...list, 'rollback to s', 'release s']),
  ),
})).list

const run = async (session: LegacySession, list: readonly string[]): Promise<void> => {
  for (const sql of list) await session.run(sql)
}

test('transactions in pieces, savepoints rolled back in any depth, are what they are when they come whole', async () => {
  await using harness = await startPostgresHarness({ settings: inPieces })
  await using session = await harness.session()
  await session.run('create sequence ids')
  const lists = fc.sample(statements, { numRuns: 60, seed: 7 })
  const { whole, pieces } = await readBothWays(harness, async () => {
    for (const [index, list] of lists.entries()) await run(session, ['begin', ...list, index % 5 === 4 ? 'rollback' : 'commit'])
  })
  expect(told(pieces)).toEqual(whole)
  expect(transactionsOf(pieces).length).toBeGreaterThan(30)
})

test('transactions that run side by side come at their commits; those that are rolled back never', async () => {
  await using harness = await startPostgresHarness({ settings: inPieces })
  const { whole, pieces } = await readBothWays(harness, async () => {
    const sessions = await Promise.all(Array.from({ length: 4 }, () => harness.session()))
    for (const each of sessions) await each.run('begin')
    for (let row = 0; row < 40; row += 1) {
      await sessions[row % 4]?.run(`insert into account (id, note) values (${row}, repeat('x', 3000))`)
    }
    for (const [index, each] of sessions.toReversed().entries()) await each.run(index === 2 ? 'rollback' : 'commit')
    for (const each of sessions) await each[Symbol.asyncDispose]()
  })
  expect(told(pieces)).toEqual(whole)
  expect(transactionsOf(pieces).map((each) => changesOf([each]).map((change) => Number(change.after?.['id']) % 4)[0])).toEqual([3, 2, 0])
})

test('a piece of a running transaction holds nothing back: others that commit meanwhile come at once', async () => {
  await using harness = await startPostgresHarness({ settings: inPieces })
  await using source = await harness.open()
  const token = endOf(await readCurrent(source, null))
  await using running = await harness.session()
  await using other = await harness.session()
  await running.run('begin')
  await running.run('insert into account (id) values (1)')
  await other.run('insert into account (id) values (2)')
  const meanwhile = await readCurrent(source, token)
  expect(changesOf(meanwhile).map((change) => change.after?.['id'])).toEqual([2n])
  // What is durable meanwhile may be acknowledged: the running one is sent again from its start.
  source.acknowledge(endOf(meanwhile))
  await running.run('insert into account (id) values (3)')
  await running.run('commit')
  const later = await readCurrent(source, endOf(meanwhile))
  expect(changesOf(later).map((change) => change.after?.['id'])).toEqual([1n, 3n])
})

test.each([
  ['in pieces', { settings: '-c logical_decoding_work_mem=1MB' }],
  ['whole', { source: { streaming: false } }],
])('memory does not grow with a transaction that comes %s', async (_, options) => {
  await using harness = await startPostgresHarness(options)
  await using session = await harness.session()
  await using reader = harness.openWith({ spoolThresholdBytes: 1 << 20 })
  const token = endOf(await readCurrent(reader, null))
  const rows = 40_000
  await session.run(`insert into account (id, note) select n, repeat('x', 1000) from generate_series(1, ${rows}) n`)
  const before = heldBytes()
  let most = 0
  const sample = (): void => {
    most = Math.max(most, heldBytes() - before)
  }
  const sampling = setInterval(sample, 100)
  const [transaction] = transactionsOf(await readCurrent(reader, token))
  sample()
  let count = 0
  for (const change of transaction?.changes() ?? []) {
    if (change.ordinal % 10_000 === 0) sample()
    count += 1
  }
  clearInterval(sampling)
  expect(count).toBe(rows)
  // The transaction is of 40 MB.
  expect(most).toBeLessThan(16 << 20)
})

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

/** What this process holds, and not what it has let go of. */
const heldBytes = (): number => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}
