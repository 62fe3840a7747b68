import { readdir } from 'node:fs/promises'
import pg from 'pg'
import { expect, test } from 'vitest'
import { openStore } from '../../../src/store/open.ts'
import { shadowStage } from '../../../src/ports/shadow-store.ts'
import { emptyStore } from './empty-store.ts'
import { at, batch, context, event, source } from './samples.ts'

const { store, url } = emptyStore()

const query = async (text: string): Promise<readonly unknown[]> => {
  const client = new pg.Client({ connectionString: url() })
  await client.connect()
  try {
    return (await client.query(text)).rows
  } finally {
    await client.end()
  }
}

test('a store of a newer Banyan is refused', async () => {
  await query(`INSERT INTO banyan.migrations (number, name, checksum) VALUES (9999, 'later', 'x')`)
  await expect(openStore({ url: url() })).rejects.toMatchObject({ code: 'store-version' })
})

test('a store whose migrations are not ours is refused', async () => {
  await query(`UPDATE banyan.migrations SET checksum = 'other'`)
  await expect(openStore({ url: url() })).rejects.toMatchObject({ code: 'store-version' })
})

test('several who open an empty store at once migrate it once', async () => {
  await query('DROP SCHEMA banyan CASCADE')
  const stores = await Promise.all([1, 2, 3, 4].map(() => openStore({ url: url() })))
  const names = await readdir(new URL('../../../src/store/migrations', import.meta.url))
  expect(await query('SELECT name FROM banyan.migrations ORDER BY number')).toEqual(names.toSorted().map((name) => ({ name })))
  await Promise.all(stores.map((store) => store[Symbol.asyncDispose]()))
})

test('stages of a store that followed the log’s order go on behind the last event that they could see', async () => {
  const types = ['order.placed']
  await store().commitCapture(batch(4, null, { events: [event(1, 'a'), event(2, 'a'), event(2, 'b', { ordinal: 1 }), event(4, 'a')] }))
  await store().commitCapture({ ...batch(9, null, { events: [event(9, 'z')] }), source: 'other' as typeof source })
  await store().commitShadow({ context, expected: null, next: { position: at(2), ordinal: 0 }, decisions: [] })
  const cursor = { settledBefore: { position: at(3), ordinal: 7 }, lastPaired: at(3), ended: false }
  const paired = { ...cursor, at: { position: at(4), ordinal: 2_147_483_647 } }
  await store().commitPairs({ context, expected: null, cursor: paired, decisions: [], deadLetters: [] })
  await query('ALTER TABLE banyan.stage_cursors DROP COLUMN place')
  await query('DELETE FROM banyan.migrations WHERE number = 5')
  await using older = await openStore({ url: url() })
  const follow = async (place: bigint | undefined): Promise<readonly unknown[]> =>
    (await older.eventsBehind({ source, types, after: place ?? null, limit: 9 })).events.map((stored) => stored.event)
  expect(await follow((await older.stageCursor(shadowStage(context)))?.place)).toEqual([event(2, 'b', { ordinal: 1 }), event(4, 'a')])
  expect(await follow((await older.pairCursor(context))?.at.place)).toEqual([])
})

test('a url that is none, and a server that is not there, are told apart', async () => {
  await expect(openStore({ url: 'mysql://x' })).rejects.toMatchObject({ code: 'config-invalid' })
  await expect(openStore({ url: 'postgres://me:hush@127.0.0.1:1/x' })).rejects.toMatchObject({
    code: 'store-unreachable',
    retryable: true,
    where: '127.0.0.1:1/x',
  })
  const wrong = new URL(url())
  wrong.password = 'hush'
  const failure: unknown = await openStore({ url: wrong.href }).catch((error: unknown) => error)
  expect(failure).toMatchObject({ code: 'store-unreachable', retryable: false })
  expect(JSON.stringify(failure) + String((failure as Error).stack)).not.toContain('hush')
})
