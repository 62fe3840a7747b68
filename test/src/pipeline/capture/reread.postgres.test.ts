import pg from 'pg'
import { expect, test } from 'vitest'
import { postgres } from '../../../../adapters/postgres/change-source.ts'
import { hashed } from '../../../../src/capture.ts'
import { legacySchema } from '../../../../src/legacy-schema.ts'
import { sourceName, tableName } from '../../../../src/model/ids.ts'
import { guardedSource } from '../../../../src/pipeline/guard/guarded-source.ts'
import { run } from '../../../../src/pipeline/run.ts'
import { openStore } from '../../../../src/store/open.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'

const { rule, masking } = legacySchema<{ cust: { id: string; qty: number }; ord: { no: number } }>()
const seen = rule('cust.seen', { version: 1, owner: 'test', when: (tx) => tx.created('cust'), emit: (row) => ({ key: row.id, data: {} }) })
const policy = masking({ key: 'a key of the environment, long enough', tables: { cust: { columns: { id: hashed() } } } })
const shop = sourceName('shop')
const rows = 4_500

test('what is asked for is read again by the next run: state and no events, with nothing clear in a token', {
  timeout: 60_000,
}, async () => {
  const legacy = await freshDatabase()
  const memory = await freshDatabase()
  const client = new pg.Client({ connectionString: legacy.url })
  const watch = new pg.Client({ connectionString: memory.url })
  await client.connect()
  await watch.connect()
  try {
    await client.query(`CREATE TABLE cust (id text PRIMARY KEY, qty int NOT NULL); CREATE TABLE ord (no int PRIMARY KEY);
      INSERT INTO cust SELECT 'CLEARKEY-' || n, n FROM generate_series(1, ${rows}) n`)
    await using store = await openStore({ url: memory.url })
    const tokens: string[] = []
    const phases: string[] = []
    const capture = async (): Promise<void> => {
      const options = {
        name: 'shop',
        url: legacy.url,
        tables: ['cust', 'ord'],
        slot: legacy.name,
        publication: 'p',
        createPublication: true,
      }
      await using source = guardedSource(postgres(options), { masking: policy, filters: null })
      await run({
        config: { source, rules: [seen], journeys: [], contexts: [], time: null },
        store: {
          ...store,
          commitCapture: async (batch) => {
            tokens.push(batch.cursor.token)
            phases.push(batch.cursor.phase)
            await store.commitCapture(batch)
          },
        },
        signal: new AbortController().signal,
        once: true,
      })
    }
    await capture()
    await watch.query(`DELETE FROM banyan.changes WHERE op = 'r'`)
    await store.askReread(shop, [tableName('cust')])
    await client.query(`UPDATE cust SET qty = -1 WHERE qty <= 10; DELETE FROM cust WHERE qty = 11`)
    expect(await store.askedReread(shop)).toEqual(['cust'])
    phases.length = 0
    await capture()

    const { rows: stored } = await watch.query<{ keys: number; again: number }>(
      `SELECT count(DISTINCT key)::int AS keys, count(*) FILTER (WHERE op = 'r')::int AS again FROM banyan.changes`,
    )
    expect(stored).toEqual([{ keys: rows, again: rows - 1 }])
    expect(await store.totals(shop)).toMatchObject({ events: 0 })
    expect(new Set(phases)).toEqual(new Set(['stream', 'ended']))
    expect(await store.askedReread(shop)).toEqual([])
    expect(tokens.filter((token) => /CLEARKEY|"left"/.test(token))).toEqual([])
    const { rows: places } = await watch.query('SELECT position FROM banyan.transactions ORDER BY captured_at, position COLLATE "C"')
    expect(new Set(places.map(({ position }) => position)).size).toBe(places.length)
    const cursor = await store.captureCursor(shop)
    expect(places.every(({ position }) => position <= (cursor?.position ?? ''))).toBe(true)
  } finally {
    await client.end()
    await watch.end()
    await legacy.drop()
    await memory.drop()
  }
})
