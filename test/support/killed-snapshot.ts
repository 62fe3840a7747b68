import { spawn } from 'node:child_process'
import { once } from 'node:events'
import pg from 'pg'
import { expect, vi } from 'vitest'
import { encode } from '../../src/model/canonical.ts'
import type { RowKey } from '../../src/model/ids.ts'
import { rowKey, sourceName, tableName } from '../../src/model/ids.ts'
import { run } from '../../src/pipeline/run.ts'
import { rowAddress } from '../../src/ports/capture-store.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { openStore } from '../../src/store/open.ts'
import { freshDatabase } from './fresh-database.ts'

/** A legacy with an empty table `ord (region, no, qty)`, whose key is region and number. */
export interface SnapshotLegacy {
  readonly adapter: 'postgres' | 'mysql'
  readonly options: Readonly<Record<string, unknown>>
  readonly open: () => ChangeSource
  readonly query: (sql: string) => Promise<readonly { readonly [column: string]: unknown }[]>
}

const childFile = new URL('capturing-child.ts', import.meta.url)
const rows = 60_000
const together = 5_000

const regionOf = (no: number): string => (no % 2 === 0 ? 'ä' : 'Z')
const keyOf = (region: string, no: number): RowKey => rowKey(encode([region, no]))

const fill = async ({ query }: SnapshotLegacy): Promise<void> => {
  for (let from = 1; from <= rows; from += together) {
    const values = Array.from({ length: together }, (_, index) => `('${regionOf(from + index)}', ${from + index}, 0)`)
    await query(`INSERT INTO ord VALUES ${values.join(', ')}`)
  }
}

/** What is stored of the snapshot, and how far it is. */
const storedIn = async (client: pg.Client): Promise<{ readonly phase: string; readonly changes: number }> => {
  const { rows: found } = await client.query('SELECT phase, changes::int FROM banyan.capture_cursors').catch(() => ({ rows: [] }))
  return found[0] ?? { phase: 'none', changes: 0 }
}

/** Kills a capture twice in the midst of a snapshot, writes meanwhile, lets it end, and looks at what is stored then. */
export const killedSnapshot = async (legacy: SnapshotLegacy): Promise<void> => {
  const memory = await freshDatabase()
  const watch = new pg.Client({ connectionString: memory.url })
  await watch.connect()
  try {
    await fill(legacy)
    const touched = new Set<RowKey>()
    for (const least of [1, 20_000]) {
      await captureUntil(legacy, memory.url, async () => (await storedIn(watch)).changes >= least)
      expect((await storedIn(watch)).phase).toBe('snapshot')
      for (const key of await touchRows(legacy, least)) touched.add(key)
    }
    await captureRest(legacy, memory.url)
    const { rows: read } = await watch.query<{ key: RowKey; n: number }>(
      `SELECT key, count(*)::int AS n FROM banyan.changes WHERE op = 'r' GROUP BY key`,
    )
    expect(read.filter(({ key, n }) => n !== 1 && !touched.has(key))).toEqual([])
    expect((await storedIn(watch)).phase).toBe('ended')
  } finally {
    await watch.end()
    await memory.drop()
  }
}

const captureUntil = async (legacy: SnapshotLegacy, url: string, enough: () => Promise<boolean>): Promise<void> => {
  const child = spawn(process.execPath, [childFile.pathname, legacy.adapter, JSON.stringify(legacy.options), url], {
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  await vi.waitFor(async () => expect(await enough()).toBe(true), { timeout: 30_000, interval: 2 })
  child.kill('SIGKILL')
  await once(child, 'exit')
}

const touchRows = async ({ query }: SnapshotLegacy, least: number): Promise<readonly RowKey[]> => {
  const changed = [least, least + 1, 30_000, rows - least]
  for (const no of changed) await query(`UPDATE ord SET qty = qty + 1 WHERE region = '${regionOf(no)}' AND no = ${no}`)
  await query(`DELETE FROM ord WHERE no = ${least + 2}`)
  await query(`INSERT INTO ord VALUES ('A', ${100_000 + least}, 5), ('zz', ${100_000 + least}, 5)`)
  return [...changed.map((no) => keyOf(regionOf(no), no)), ...['A', 'zz'].map((region) => keyOf(region, 100_000 + least))]
}

const captureRest = async (legacy: SnapshotLegacy, url: string): Promise<void> => {
  await using store = await openStore({ url })
  await using source = legacy.open()
  await run({
    config: { source, rules: [], journeys: [], contexts: [], time: null },
    store,
    signal: new AbortController().signal,
    once: true,
  })
  const ord = tableName('ord')
  const now = (await legacy.query('SELECT region, no, qty FROM ord')).map((row) => ({
    key: keyOf(String(row['region']), Number(row['no'])),
    qty: row['qty'],
  }))
  const gone = [3, 20_002].map((no) => ({ table: ord, key: keyOf(regionOf(no), no) }))
  const stored = await store.latestRows(sourceName('shop'), [...now.map(({ key }) => ({ table: ord, key })), ...gone])
  expect(now.filter(({ key, qty }) => stored.get(rowAddress(ord, key))?.['qty'] !== qty)).toEqual([])
  expect(stored.size).toBe(now.length)
}
