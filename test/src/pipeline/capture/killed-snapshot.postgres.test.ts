import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { expect, test, vi } from 'vitest'
import { postgres } from '../../../../adapters/postgres/change-source.ts'
import { encode } from '../../../../src/model/canonical.ts'
import { rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import { run } from '../../../../src/pipeline/run.ts'
import { rowAddress } from '../../../../src/ports/capture-store.ts'
import { openStore } from '../../../../src/store/open.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'

const childFile = new URL('../../../support/capturing-child.ts', import.meta.url)
const rows = 60_000

/** What is stored of the snapshot, and how far it is. */
const storedIn = async (client: pg.Client): Promise<{ readonly phase: string; readonly changes: number }> => {
  const { rows: found } = await client.query('SELECT phase, changes::int FROM banyan.capture_cursors').catch(() => ({ rows: [] }))
  return found[0] ?? { phase: 'none', changes: 0 }
}

test('a snapshot that is killed goes on: no gap, no double, and nothing that was stored is read again', { timeout: 90_000 }, async () => {
  const legacy = await freshDatabase()
  const memory = await freshDatabase()
  const client = new pg.Client({ connectionString: legacy.url })
  const watch = new pg.Client({ connectionString: memory.url })
  await client.connect()
  await watch.connect()
  try {
    await client.query(`CREATE TABLE ord (region text, no int, qty int NOT NULL, PRIMARY KEY (region, no));
      INSERT INTO ord SELECT CASE WHEN n % 2 = 0 THEN 'ä' ELSE 'Z' END, n, 0 FROM generate_series(1, ${rows}) n`)
    const options = {
      name: 'shop',
      url: legacy.url,
      tables: ['ord'],
      slot: legacy.name,
      publication: 'p',
      createPublication: true,
      snapshotChunkBytes: 4096,
    }
    const touched = new Set<string>()
    for (const least of [1, 20_000]) {
      const child = spawn(process.execPath, [childFile.pathname, JSON.stringify(options), memory.url], {
        stdio: ['ignore', 'inherit', 'inherit'],
      })
      await vi.waitFor(async () => expect((await storedIn(watch)).changes).toBeGreaterThanOrEqual(least), { timeout: 30_000, interval: 2 })
      child.kill('SIGKILL')
      await once(child, 'exit')
      expect((await storedIn(watch)).phase).toBe('snapshot')
      for (const no of [least, least + 1, 30_000, rows - least]) {
        const { rows: changed } = await client.query('UPDATE ord SET qty = qty + 1 WHERE no = $1 RETURNING region, no', [no])
        for (const row of changed) touched.add(encode([row.region, row.no]))
      }
      await client.query(
        `DELETE FROM ord WHERE no = ${least + 2}; INSERT INTO ord VALUES ('A', ${100_000 + least}, 5), ('zz', ${100_000 + least}, 5)`,
      )
      touched.add(encode(['A', 100_000 + least])).add(encode(['zz', 100_000 + least]))
    }
    await using store = await openStore({ url: memory.url })
    await using source = postgres(options)
    await run({
      config: { source, rules: [], journeys: [], contexts: [], time: null },
      store,
      signal: new AbortController().signal,
      once: true,
    })

    const { rows: now } = await client.query<{ region: string; no: number; qty: number }>('SELECT region, no, qty FROM ord')
    const ord = tableName('ord')
    const keys = now.map(({ region, no }) => ({ table: ord, key: rowKey(encode([region, no])) }))
    const gone = [3, 20_002].map((no) => ({ table: ord, key: rowKey(encode([no % 2 === 0 ? 'ä' : 'Z', no])) }))
    const stored = await store.latestRows(sourceName('shop'), [...keys, ...gone])
    expect(now.filter((row) => stored.get(rowAddress(ord, rowKey(encode([row.region, row.no]))))?.['qty'] !== row.qty)).toEqual([])
    expect(stored.size).toBe(now.length)
    const { rows: read } = await watch.query<{ key: string; n: number }>(
      `SELECT key, count(*)::int AS n FROM banyan.changes WHERE op = 'r' GROUP BY key`,
    )
    expect(read.filter(({ key, n }) => n !== 1 && !touched.has(key))).toEqual([])
    expect((await storedIn(watch)).phase).toBe('ended')
  } finally {
    await client.end()
    await watch.end()
    await legacy.drop()
    await memory.drop()
  }
})
