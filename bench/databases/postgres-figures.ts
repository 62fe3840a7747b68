import { join } from 'node:path'
import pg from 'pg'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import { readBare } from '../capture/bare-reader.ts'
import { ordersSchema, transactionsOf, writeOrders } from '../capture/orders.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { captureApart } from './capture-apart.ts'
import { latencyFigure } from './latency.ts'
import type { SourceOrder, Sourced } from './source-process.ts'

const rounds = 3
const none = { peer: null, peerValue: null, ratio: null } as const

/** How much each figure reads, in parts of about 100,000 changes. */
export interface Sizes {
  readonly parts: number
  readonly largeParts: number
  readonly snapshotRows: number
  readonly bigTransactionRows: number
}

export const fullSizes: Sizes = { parts: 2, largeParts: 50, snapshotRows: 1_000_000, bigTransactionRows: 2_000_000 }
export const quickSizes: Sizes = { parts: 2, largeParts: 5, snapshotRows: 300_000, bigTransactionRows: 200_000 }

/** One legacy server, and a store of its own for each that captures from it. */
interface Arena {
  readonly url: string
  readonly folder: string
  readonly capture: (slot: string, tables?: readonly string[]) => Promise<Sourced>
}

const query = async (url: string, ...statements: readonly string[]): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    for (const sql of statements) await client.query(sql)
  } finally {
    await client.end()
  }
}

export async function* postgresFigures(folder: string, sizes: Sizes): AsyncGenerator<Figure, undefined> {
  const server = await startLegacyServer({ settings: { max_wal_size: '16GB' } })
  try {
    const { url } = server
    const order = (slot: string): SourceOrder => ({ kind: 'postgres', url, slot, folder: join(folder, slot) })
    const arena: Arena = {
      url,
      folder,
      capture: (slot, tables) => captureApart({ ...order(slot), ...(tables === undefined ? {} : { tables }) }),
    }
    await query(url, ordersSchema)
    yield await latencyFigure(url, order('latency'))
    await query(url, `SELECT pg_drop_replication_slot('latency')`, 'TRUNCATE ord_hdr, ord_ln')
    yield* sourceFigure(arena, sizes)
    yield* growthFigure(arena, sizes)
    yield* bulkFigures(arena, sizes)
  } finally {
    await server.stop()
  }
}

async function* sourceFigure(arena: Arena, { parts }: Sizes): AsyncGenerator<Figure, undefined> {
  const numbers = Array.from({ length: rounds }, (_, round) => round)
  for (const round of numbers) await arena.capture(`round_${round}`)
  await query(arena.url, ...numbers.map((round) => `SELECT pg_create_logical_replication_slot('bare_${round}', 'pgoutput')`))
  await writeOrders(arena.url, 0, parts)
  const runs: Sourced[] = []
  const bareMs: number[] = []
  for (const round of numbers) {
    const bare = await readBare({ url: arena.url, slot: `bare_${round}`, publication: 'bench_3', commits: transactionsOf(parts) })
    bareMs.push(bare.durationMs)
    runs.push(await arena.capture(`round_${round}`))
  }
  await query(arena.url, 'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots')
  const { changes = 0, events = 0 } = runs[0] ?? {}
  const value = median(runs.map((run) => run.changes / (run.durationMs / 1_000)))
  const peerValue = median(bareMs.map((ms) => changes / (ms / 1_000)))
  const context = `${changes} row changes and ${events} events of orders from a slot to the durable store, five changes to a transaction, 20,000 in each 100,000 in one; no shadow; in turns, median of ${rounds}`
  yield { name: 'source.postgres', value, unit: 'changes/s', peer: 'bare reader', peerValue, ratio: value / peerValue, context }
}

async function* growthFigure(arena: Arena, { parts, largeParts }: Sizes): AsyncGenerator<Figure, undefined> {
  for (const slot of ['small', 'large']) await arena.capture(slot)
  await writeOrders(arena.url, parts, 1)
  const small = await arena.capture('small')
  await writeOrders(arena.url, parts + 1, largeParts - 1)
  const large = await arena.capture('large')
  await query(arena.url, 'SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots')
  const context = `peak memory of the process that captures ${large.changes} changes (${Math.round(large.rssMiB)} MiB), less that of another for ${small.changes}`
  yield { name: 'rss.growthMiB', value: large.rssMiB - small.rssMiB, unit: 'MiB', ...none, context }
}

/** One table alone: its snapshot, and a transaction that changes every row. */
async function* bulkFigures(arena: Arena, { snapshotRows, bigTransactionRows }: Sizes): AsyncGenerator<Figure, undefined> {
  const rows = (count: number): string =>
    `INSERT INTO bulk SELECT n, n % 5000, 'SKU-' || n % 997, n % 12, n % 400 + 0.95, 'A', 'left at the side door, as agreed', n % 2 = 0, now(), now()
     FROM generate_series(1, ${count}) n`
  await query(
    arena.url,
    `CREATE TABLE bulk (id bigint PRIMARY KEY, cust_no int, sku text, qty int, price numeric(12,2), sts_cd char(1), note varchar(60), flag bool,
       created_at timestamptz, updated_at timestamp)`,
    rows(snapshotRows),
  )
  const tables = [...bulkTables]
  const snapshot = await arena.capture('snapshot', tables)
  const read = `${snapshotRows} rows of ten columns and ${snapshot.changes - snapshotRows} others`
  const value = snapshot.changes / (snapshot.durationMs / 1_000)
  yield { name: 'snapshot.postgres', value, unit: 'rows/s', ...none, context: `${read}, from the start of the run to durable` }
  await query(arena.url, `SELECT pg_drop_replication_slot('snapshot')`, 'TRUNCATE bulk')
  await arena.capture('big', tables)
  await query(arena.url, rows(bigTransactionRows))
  const big = await arena.capture('big', tables)
  const context = `peak memory of the process that captures one transaction of ${bigTransactionRows} rows, in ${(big.durationMs / 1_000).toFixed(1)} s`
  yield { name: 'rss.bigTransactionMiB', value: big.rssMiB, unit: 'MiB', ...none, context }
}

/** Rules look at the first two. */
const bulkTables = ['ord_hdr', 'ord_ln', 'prc_lst', 'bulk'] as const
