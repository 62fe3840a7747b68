import { expect, test } from 'vitest'
import { hashed } from '../../../src/capture.ts'
import { legacySchema } from '../../../src/legacy-schema.ts'
import { guardedSource } from '../../../src/pipeline/guard/guarded-source.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { changesOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import { dropSlot } from '../../support/fresh-database.ts'
import type { PostgresHarness } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'
import { readPart } from '../../support/read-part.ts'

const numbers = (count: number): string => `SELECT n FROM generate_series(1, ${count}) n`

const prepared = async (harness: PostgresHarness): Promise<void> => {
  await using session = await harness.session()
  await session.run(`INSERT INTO account (id, qty) ${numbers(500).replace('SELECT n', 'SELECT n, 0')}`)
  await session.run(
    `INSERT INTO pair (region, no) ${numbers(500).replace('SELECT n', `SELECT CASE WHEN n % 2 = 0 THEN 'ä' ELSE 'Z' END, n`)}`,
  )
}
const open = (harness: PostgresHarness): ChangeSource => harness.openWith({ snapshotChunkBytes: 1024 })

test('a table that was truncated meanwhile is read anew; one that is done is put right by its log', async () => {
  await using harness = await startPostgresHarness()
  await prepared(harness)
  await using session = await harness.session()
  await using source = open(harness)
  const begun = await readPart(source, null, (changes) => changes.some(({ table }) => table === 'pair'))
  expect(await source.resumable?.(begun.token)).toBe(true)
  await session.run('UPDATE account SET qty = 5 WHERE id = 7')
  await session.run('TRUNCATE pair')
  await session.run(`INSERT INTO pair (region, no) VALUES ('Q', 1)`)
  const rest = changesOf(await readCurrent(source, begun.token))
  expect(rest.filter(({ table }) => table === 'account').map(({ op, after }) => [op, after?.['id'], after?.['qty']])).toEqual([
    ['delete', undefined, undefined],
    ['read', 7n, 5],
  ])
  expect(rest.filter(({ table }) => table === 'pair').map(({ op, after }) => [op, after?.['region']])).toEqual([
    ['truncate', undefined],
    ['read', 'Q'],
  ])
})

test('one that is interrupted again while it puts rows right begins that part again', async () => {
  await using harness = await startPostgresHarness()
  await prepared(harness)
  await using session = await harness.session()
  await using source = open(harness)
  const begun = await readPart(source, null, (changes) => changes.length > 200)
  await session.run('UPDATE account SET qty = 5')
  const again = await readPart(source, begun.token, (changes) => changes.length > 0)
  expect(again.token).toBe(begun.token)
  await session.run('DELETE FROM account WHERE id = 1')
  const state = new Map(
    [...begun.changes, ...again.changes, ...changesOf(await readCurrent(source, again.token))].map((change) => [
      `${change.table} ${change.key}`,
      change.after,
    ]),
  )
  const accounts = [...state].filter(([key, row]) => key.startsWith('account') && row !== null)
  expect(accounts).toHaveLength(499)
  expect(accounts.every(([, row]) => row?.['qty'] === 5)).toBe(true)
})

test.each([
  ['whose slot is gone', async (harness: PostgresHarness) => dropSlot(harness.url, harness.slot)],
  [
    'whose table has another key',
    async (harness: PostgresHarness) => {
      await using session = await harness.session()
      await session.run(
        'ALTER TABLE account DROP CONSTRAINT account_pkey; ALTER TABLE account ALTER qty SET NOT NULL; ALTER TABLE account ADD PRIMARY KEY (id, qty)',
      )
    },
  ],
])('a snapshot %s begins again', async (_, spoil) => {
  await using harness = await startPostgresHarness()
  await prepared(harness)
  await using source = open(harness)
  const begun = await readPart(source, null, (changes) => changes.length > 100)
  await spoil(harness)
  expect(await source.resumable?.(begun.token)).toBe(false)
  expect(changesOf(await readCurrent(source, begun.token)).filter(({ op }) => op === 'read')).toHaveLength(1000)
})

test('tables without a key come last: until then a snapshot goes on', async () => {
  await using harness = await startPostgresHarness()
  await prepared(harness)
  await using session = await harness.session()
  await session.run(`CREATE TABLE heap (n int); ALTER TABLE heap REPLICA IDENTITY FULL; INSERT INTO heap ${numbers(500)}`)
  await using source = harness.openWith({ tables: ['heap', 'account'], snapshotChunkBytes: 1024 })
  const keyed = await readPart(source, null, (changes) => changes.length > 400)
  expect(await source.resumable?.(keyed.token)).toBe(true)
  const heap = await readPart(source, keyed.token, (changes) => changes.some(({ table }) => table === 'heap'))
  expect(await source.resumable?.(heap.token)).toBe(false)
})

test('masked keys are not legible in the token of a snapshot, which goes on all the same', async () => {
  await using harness = await startPostgresHarness()
  await prepared(harness)
  const { masking } = legacySchema<{ pair: { region: string } }>()
  const policy = masking({ key: 'a key of the environment, long enough', tables: { pair: { columns: { region: hashed() } } } })
  const masked = (): ChangeSource =>
    guardedSource(harness.openWith({ tables: ['pair'], snapshotChunkBytes: 1024 }), { masking: policy, filters: null })
  await using source = masked()
  const begun = await readPart(source, null, (changes) => changes.length > 100)
  expect(begun.token).not.toMatch(/region|\["/)
  await using session = await harness.session()
  await session.run('DELETE FROM pair WHERE no = 1')
  expect(await source.resumable?.(begun.token)).toBe(true)
  const rest = changesOf(await readCurrent(source, begun.token))
  const rows = new Map([...begun.changes, ...rest].map((change) => [change.key, change.after]))
  expect([...rows.values()].filter((row) => row !== null)).toHaveLength(499)
  expect(new Set([...rows.values()].map((row) => row?.['region'])).size).toBe(3)
  expect(JSON.stringify([...rows])).not.toMatch(/"Z"|ä/)
})
