import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import type { Figure } from '../figure.ts'
import { follow } from './capture-apart.ts'
import type { SourceOrder } from './source-process.ts'

const transactionsPerSecond = 400
const changesPerTransaction = 5
const seconds = 20

const placeFunction = `CREATE FUNCTION place(n int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ord_hdr VALUES ('L' || n, n % 5000, 'WEB', 'N', n % 900 + 0.95, clock_timestamp(), clock_timestamp());
  INSERT INTO ord_ln SELECT 'L' || n, i, 'SKU-' || (n * 7 + i) % 20000 + 1, i, n % 200 + 0.25, 'N', 'leave at the side door ' || n, clock_timestamp()
    FROM generate_series(1, 4) i $$`

/** Orders come at their times, whether those before are done or not. */
const placeOrders = async (url: string, from: number, count: number): Promise<void> => {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  const startedAtMs = performance.now()
  const placed: Promise<unknown>[] = []
  for (let n = 0; n < count; n += 1) {
    const dueMs = startedAtMs + (n * 1_000) / transactionsPerSecond
    const restMs = dueMs - performance.now()
    if (restMs > 0) await sleep(restMs)
    placed.push(pool.query(`SELECT place(${from + n})`))
  }
  await Promise.all(placed)
  await pool.end()
}

/** What the 99th of a hundred commits waits until its event is durable, at a steady rate. */
export const latencyFigure = async (url: string, order: SourceOrder): Promise<Figure> => {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  await pool.query(placeFunction)
  await pool.end()
  const following = await follow({ ...order, follow: true })
  await placeOrders(url, 0, 3 * transactionsPerSecond)
  await placeOrders(url, 3 * transactionsPerSecond, seconds * transactionsPerSecond)
  await sleep(1_000)
  const { latenciesMs } = await following.end()
  // The first ones warm the process up, or wait for its snapshot.
  const steady = latenciesMs.slice(-seconds * transactionsPerSecond).toSorted((a, b) => a - b)
  const at = (share: number): number => steady[Math.floor(steady.length * share)] ?? Number.NaN
  const context = `from the server's time of a commit to its event durable in the store, ${steady.length} transactions of ${changesPerTransaction} changes at ${transactionsPerSecond * changesPerTransaction} changes a second; median ${at(0.5).toFixed(1)} ms, most ${at(0.999999).toFixed(1)} ms`
  return { name: 'latency.p99Ms', value: at(0.99), unit: 'ms', peer: null, peerValue: null, ratio: null, context }
}
