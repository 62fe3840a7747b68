import { expect, test } from 'vitest'
import type { SourceItem } from '../../../src/model/change-event.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import { resumeToken } from '../../../src/model/ids.ts'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { PostgresHarness } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

interface Running extends AsyncDisposable {
  readonly notices: readonly string[]
  readonly items: readonly SourceItem[]
  /** What ended it. */
  readonly ended: Promise<BanyanError>
  readonly stop: () => Promise<void>
}

const start = async (harness: PostgresHarness, options: Parameters<PostgresHarness['openWith']>[0] = {}): Promise<Running> => {
  const source = harness.openWith({ watchEveryMs: 30, ...options })
  const token = endOf(await readCurrent(source, null))
  const notices: string[] = []
  const items: SourceItem[] = []
  const stop = new AbortController()
  const ended = (async () => {
    for await (const item of source.read({ from: token, signal: stop.signal, onNotice: (text) => notices.push(text) })) items.push(item)
  })().then(
    () => new BanyanError('internal', 'it ended without an error', { hint: '' }),
    (error: unknown) => error as BanyanError,
  )
  await expect.poll(() => items.length, { timeout: 10_000 }).toBeGreaterThan(0)
  return {
    notices,
    items,
    ended,
    stop: async () => {
      stop.abort()
      await ended
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort()
      await ended
      await source[Symbol.asyncDispose]()
    },
  }
}

const sql = async (harness: PostgresHarness, text: string): Promise<void> => {
  await using session = await harness.session()
  await session.run(text)
}

test.each([
  ['a table taken from the publication', (name: string) => `alter publication ${name} drop table pair`, 'no longer covers pair'],
  ['a publication that is dropped', (name: string) => `drop publication ${name}`, 'is gone'],
  [
    'an operation that is no longer sent',
    (name: string) => `alter publication ${name} set (publish = 'insert, update')`,
    'no longer sends delete',
  ],
  [
    'a column list',
    (name: string) => `alter publication ${name} set table account (id, qty), pair`,
    'no longer sends code, price, note, at, local of account',
  ],
  ['a row filter', (name: string) => `alter publication ${name} set table account, pair where (no > 1)`, 'sends other rows of pair'],
  ['a captured table that is renamed', () => 'alter table pair rename to pair_old', 'cannot send pair any more'],
  [
    'a captured table that is swapped for another',
    () => 'alter table pair rename to pair_old; create table pair (no int primary key)',
    'no longer covers pair',
  ],
])('%s, in mid-run, ends the stream with what is lost and the mend', async (_, change, what) => {
  await using harness = await startPostgresHarness()
  await using running = await start(harness)
  await sql(harness, change(harness.schema))
  expect(await running.ended).toMatchObject({
    code: 'source-publication-changed',
    message: expect.stringContaining(what),
    hint: expect.stringContaining('new snapshot'),
  })
})

test('a table that is added to the publication is told and ends nothing; columns that come and go are no drift', async () => {
  await using harness = await startPostgresHarness()
  await using running = await start(harness)
  await sql(harness, `alter publication ${harness.schema} add table uncaptured; alter table pair add extra int, drop label`)
  await expect.poll(() => running.notices, { timeout: 10_000 }).toEqual([expect.stringContaining(`${harness.schema}.uncaptured`)])
  await sql(harness, `insert into pair (region, no, extra) values ('EU', 1, 2)`)
  await expect
    .poll(() => changesOf(running.items).map((change) => change.after), { timeout: 10_000 })
    .toEqual([{ region: 'EU', no: 1, extra: 2 }])
})

test('a stream that is taken up again says so', async () => {
  await using harness = await startPostgresHarness()
  await using running = await start(harness)
  await sql(harness, `select pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '${harness.slot}'`)
  await expect.poll(() => running.notices, { timeout: 10_000 }).toContainEqual(expect.stringContaining('trying to go on'))
  await sql(harness, 'insert into account (id) values (1)')
  await expect.poll(() => changesOf(running.items).length, { timeout: 10_000 }).toBe(1)
})

test('a slot that is dropped under a broken stream ends it with the plan of a new snapshot', async () => {
  await using harness = await startPostgresHarness()
  await using running = await start(harness)
  await sql(
    harness,
    `do $$ begin
       for attempt in 1..200 loop
         perform pg_terminate_backend(active_pid) from pg_replication_slots where slot_name = '${harness.slot}' and active;
         begin
           perform pg_drop_replication_slot('${harness.slot}');
           return;
         exception when object_in_use then perform pg_sleep(0.01);
         end;
       end loop;
     end $$`,
  )
  expect(await running.ended).toMatchObject({
    code: 'source-slot-lost',
    hint: expect.stringMatching(/\(1\) name an empty store .* new snapshot/),
  })
})

test('more log than was declared: the slot is dropped, and the gap is declared', async () => {
  await using harness = await startPostgresHarness()
  await using running = await start(harness, { walLimitBytes: 4 << 20 })
  // Nothing is acknowledged, so the server keeps all of it.
  await sql(harness, `insert into uncaptured select generate_series(1, 100000)`)
  expect(await running.ended).toMatchObject({
    code: 'source-gap-declared',
    message: expect.stringContaining('more than the declared 4 MiB'),
    hint: expect.stringContaining('new snapshot'),
  })
  await using session = await harness.session()
  await session.run(`do $$ begin assert not exists (select from pg_replication_slots where slot_name = '${harness.slot}'); end $$`)
})

test('a token of a promoted server, and one beyond the end of the log, are refused with the plan', async () => {
  await using harness = await startPostgresHarness()
  await using source = await harness.open()
  const token = endOf(await readCurrent(source, null))
  const promoted = resumeToken(token.replace('t1:', 't2:'))
  await expect(readCurrent(source, promoted)).rejects.toMatchObject({
    code: 'source-epoch-changed',
    message: expect.stringContaining('promoted'),
    hint: expect.stringContaining('new snapshot'),
  })
  const ahead = resumeToken(token.replace(/:[^:]*$/, ':FFFF/0'))
  await expect(readCurrent(source, ahead)).rejects.toMatchObject({
    code: 'source-position-lost',
    message: expect.stringContaining('older copy'),
    hint: expect.stringContaining(`pg_drop_replication_slot('${harness.slot}')`),
  })
})
