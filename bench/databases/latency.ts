import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { BanyanError } from '../../src/model/errors.ts'
import type { Figure } from '../figure.ts'
import { tell } from '../progress.ts'
import { follow } from './capture-apart.ts'
import type { PostgresArena, Sizes } from './postgres-arena.ts'

const transactionsPerSecond = 400
const changesPerTransaction = 5
/** The first ones find cold caches and plans on either side, and count for nothing. */
const warmUpSeconds = 5

const placeFunction = `CREATE FUNCTION place(n int) RETURNS void LANGUAGE sql AS $$
  INSERT INTO ord_hdr VALUES ('L' || n, n % 5000, 'WEB', 'N', n % 900 + 0.95, clock_timestamp(), clock_timestamp());
  INSERT INTO ord_ln SELECT 'L' || n, i, 'SKU-' || (n * 7 + i) % 20000 + 1, i, n % 200 + 0.25, 'N', 'leave at the side door ' || n, clock_timestamp()
    FROM generate_series(1, 4) i $$`

/** Orders come at their times, whether those before are done or not. Returns the rate at which they were done. */
const placeOrders = async (url: string, count: number): Promise<number> => {
  const pool = new pg.Pool({ connectionString: url, max: 4 })
  try {
    const startedAtMs = performance.now()
    const placed: Promise<unknown>[] = []
    for (let n = 0; n < count; n += 1) {
      const restMs = startedAtMs + (n * 1_000) / transactionsPerSecond - performance.now()
      if (restMs > 0) await sleep(restMs)
      placed.push(pool.query(`SELECT place(${n})`))
    }
    await Promise.all(placed)
    return count / ((performance.now() - startedAtMs) / 1_000)
  } finally {
    await pool.end()
  }
}

/** What the 99th of a hundred commits waits until its event is durable, at a steady rate: of every one that was made, also of those at which the reader was behind. */
export const latencyFigure = async (arena: PostgresArena, { steadySeconds }: Sizes): Promise<Figure> => {
  await arena.query(placeFunction)
  const following = await follow({ ...arena.orderOf('latency'), follow: true })
  await following.ready
  const orders = (warmUpSeconds + steadySeconds) * transactionsPerSecond
  tell(`places ${orders} orders in ${warmUpSeconds + steadySeconds} s`)
  const rate = await placeOrders(arena.url, orders)
  tell('waits until it has caught up')
  const { latenciesMs } = await following.end()
  if (latenciesMs.length !== orders) throw incomplete(`${latenciesMs.length} of ${orders} orders came`)
  if (rate < 0.95 * transactionsPerSecond)
    throw incomplete(`the server took ${Math.round(rate)} orders a second, not ${transactionsPerSecond}`)
  const steady = latenciesMs.slice(warmUpSeconds * transactionsPerSecond).toSorted((a, b) => a - b)
  const at = (share: number): number => steady[Math.min(steady.length - 1, Math.floor(steady.length * share))] ?? Number.NaN
  const context = `from the server's time of a commit to its event durable in the store, ${steady.length} transactions of ${changesPerTransaction} changes at ${transactionsPerSecond * changesPerTransaction} changes a second; median ${at(0.5).toFixed(1)} ms, most ${at(1).toFixed(1)} ms`
  return { name: 'latency.p99Ms', value: at(0.99), unit: 'ms', peer: null, peerValue: null, ratio: null, context }
}

const incomplete = (what: string): BanyanError =>
  new BanyanError('internal', `latency cannot be told: ${what}`, { hint: 'nothing else should run on the machine' })
