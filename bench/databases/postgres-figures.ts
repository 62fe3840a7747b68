import { readBare } from '../capture/bare-reader.ts'
import { transactionsOf, writeOrders } from '../capture/orders.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { tell } from '../progress.ts'
import type { PostgresArena, Sizes } from './postgres-arena.ts'
import type { Sourced } from './source-process.ts'

const rounds = 3
const none = { peer: null, peerValue: null, ratio: null } as const

/** From a backlog in the log to the durable store, beside a reader that does not look at what it gets. */
export const sourceFigure = async (arena: PostgresArena, { parts }: Sizes): Promise<Figure> => {
  const numbers = Array.from({ length: rounds }, (_, round) => round)
  for (const round of numbers) await arena.capture(`round_${round}`)
  await arena.query(...numbers.map((round) => `SELECT pg_create_logical_replication_slot('bare_${round}', 'pgoutput')`))
  tell(`writes ${parts * 100_000} changes`)
  await writeOrders(arena.url, 0, parts)
  const runs: Sourced[] = []
  const bareMs: number[] = []
  for (const round of numbers) {
    tell(`round ${round + 1} of ${rounds}`)
    const bare = await readBare({ url: arena.url, slot: `bare_${round}`, publication: 'bench_3', commits: transactionsOf(parts) })
    bareMs.push(bare.durationMs)
    runs.push(await arena.capture(`round_${round}`))
  }
  const { changes = 0, events = 0 } = runs[0] ?? {}
  const value = median(runs.map((run) => run.changes / (run.durationMs / 1_000)))
  const peerValue = median(bareMs.map((ms) => changes / (ms / 1_000)))
  const context = `${changes} row changes and ${events} events of orders from a slot to the durable store, five changes to a transaction, 20,000 in each 100,000 in one; no shadow; in turns, median of ${rounds}`
  return { name: 'source.postgres', value, unit: 'changes/s', peer: 'bare reader', peerValue, ratio: value / peerValue, context }
}

/** Two processes: one finds a backlog of one part in its slot, the other all of them. */
export const growthFigure = async (arena: PostgresArena, { largeParts }: Sizes): Promise<Figure> => {
  for (const slot of ['small', 'large']) await arena.capture(slot)
  await writeOrders(arena.url, 0, 1)
  tell('reads 100,000 changes')
  const small = await arena.capture('small')
  await arena.query(`SELECT pg_drop_replication_slot('small')`)
  for (let part = 1; part < largeParts; part += 1) {
    if (part % 10 === 1) tell(`writes part ${part} of ${largeParts - 1}`)
    await writeOrders(arena.url, part, part + 1)
  }
  tell(`reads ${largeParts * 100_000} changes`)
  const large = await arena.capture('large')
  const rate = Math.round(large.changes / (large.durationMs / 1_000))
  const context = `peak memory of the process that captures ${large.changes} changes (${Math.round(large.rssMiB)} MiB, ${rate} changes/s), less that of another for ${small.changes}`
  return { name: 'rss.growthMiB', value: large.rssMiB - small.rssMiB, unit: 'MiB', ...none, context }
}

const bulkTable = `CREATE TABLE bulk (id bigint PRIMARY KEY, cust_no int, sku text, qty int, price numeric(12,2), sts_cd char(1), note varchar(60), flag bool,
  created_at timestamptz, updated_at timestamp)`

const bulkRows = (count: number): string =>
  `INSERT INTO bulk SELECT n, n % 5000, 'SKU-' || n % 997, n % 12, n % 400 + 0.95, 'A', 'left at the side door, as agreed', n % 2 = 0, now(), now()
   FROM generate_series(1, ${count}) n`

/** Rules look at the first two. */
const bulkTables = ['ord_hdr', 'ord_ln', 'prc_lst', 'bulk']

export const snapshotFigure = async (arena: PostgresArena, { snapshotRows }: Sizes): Promise<Figure> => {
  tell(`writes ${snapshotRows} rows`)
  await arena.query(bulkTable, bulkRows(snapshotRows))
  tell('reads them')
  const snapshot = await arena.capture('snapshot', bulkTables)
  const value = snapshot.changes / (snapshot.durationMs / 1_000)
  const context = `${snapshotRows} rows of ten columns and ${snapshot.changes - snapshotRows} others, from the start of the run to durable`
  return { name: 'snapshot.postgres', value, unit: 'rows/s', ...none, context }
}

export const bigTransactionFigure = async (arena: PostgresArena, { bigTransactionRows }: Sizes): Promise<Figure> => {
  await arena.query(bulkTable)
  await arena.capture('big', bulkTables)
  tell(`writes ${bigTransactionRows} rows in one transaction`)
  await arena.query(bulkRows(bigTransactionRows))
  tell('reads it')
  const big = await arena.capture('big', bulkTables)
  const context = `peak memory of the process that captures one transaction of ${big.changes} rows, in ${(big.durationMs / 1_000).toFixed(1)} s`
  return { name: 'rss.bigTransactionMiB', value: big.rssMiB, unit: 'MiB', ...none, context }
}
