import { resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { inventoryPromise } from '../../../fixtures/order-management/context.ts'
import { epochMs, sourceName } from '../../../src/model/ids.ts'
import type { Store } from '../../../src/ports/store.ts'
import { openStore } from '../../../src/store/open.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import type { BanyanProcess } from './story/banyan-process.ts'
import { startBanyan } from './story/banyan-process.ts'
import { environmentComplaints } from './story/environment.ts'
import { comparableDecisions, comparableEvents, differing, outcomeOf } from './story/outcome.ts'
import type { Shop } from './story/shop.ts'
import { setUpShop } from './story/shop.ts'

const isSoak = process.env['BANYAN_SOAK'] !== undefined
const kills = isSoak ? 30 : 3
const size = isSoak ? { orders: 6_000, realMs: 100_000 } : { orders: 400, realMs: 9_000 }
const killWithinMs = 2_500
const config = resolve(import.meta.dirname, '../../../fixtures/order-management/banyan.config.ts')
const dayMs = 86_400_000

let shop: Shop
let databases: readonly FreshDatabase[] = []
let stores: readonly Store[] = []

beforeAll(async () => {
  databases = [await freshDatabase(), await freshDatabase()]
  stores = await Promise.all(databases.map(({ url }) => openStore({ url })))
  shop = await setUpShop({ seed: 7, ...size })
})

afterAll(async () => {
  await shop[Symbol.asyncDispose]()
  for (const store of stores) await store[Symbol.asyncDispose]()
  for (const database of databases) await database.drop()
})

const start = (index: number, ...args: readonly string[]): BanyanProcess =>
  startBanyan(['run', ...args, '--json', '--config', config], {
    env: shop.environment({ storeUrl: databases[index]?.url ?? '', slot: databases[index]?.name ?? '' }),
  })

/** Where capture stands in a store; null before its snapshot is whole. */
const capturedAt = async (index: number): Promise<{ readonly position: string; readonly at: number } | null> => {
  const cursor = await stores[index]?.captureCursor(sourceName('oms'))
  return cursor === undefined || cursor?.phase === 'snapshot' ? null : cursor
}

const passed = async (index: number, storyAt: number): Promise<void> => {
  await expect.poll(async () => (await capturedAt(index))?.at ?? 0, { timeout: 60_000, interval: 100 }).toBeGreaterThan(storyAt)
}

/**
 * Kills the run at instants that nobody chose and starts it again each time, as a supervisor would: now at any time after its start,
 * which may be before it has done anything, now at any time after its first commit.
 */
const killedAgainAndAgain = async (first: BanyanProcess): Promise<BanyanProcess> => {
  let run = first
  await sleep(Math.max(0, shop.opensAt - Date.now()))
  for (let turn = 0; turn < kills; turn += 1) {
    const at = (await capturedAt(1))?.position
    if (turn % 2 === 0) await expect.poll(async () => (await capturedAt(1))?.position, { timeout: 30_000, interval: 20 }).not.toBe(at)
    await sleep(Math.random() * killWithinMs)
    const { code, stdout } = await run.signal('SIGKILL')
    expect(code, `it had ended by itself: ${stdout}`).toBe(null)
    run = start(1)
  }
  return run
}

test(`a run that is killed ${kills} times during the workload comes to what an undisturbed one comes to`, {
  timeout: 120_000 + kills * 10_000,
}, async () => {
  const calm = start(0)
  await expect.poll(() => capturedAt(0), { timeout: 30_000, interval: 50 }).not.toBe(null)
  const first = start(1)
  await expect.poll(() => capturedAt(1), { timeout: 30_000, interval: 50 }).not.toBe(null)

  const [over, run] = await Promise.all([shop.open(), killedAgainAndAgain(first)])
  // Until no answer can come in time any more: what is open at the end of the input hangs on where that end is.
  await Promise.all([passed(0, over + 5 * dayMs), passed(1, over + 5 * dayMs)])
  await run.begun
  for (const ended of [calm.signal('SIGINT'), run.signal('SIGINT')]) expect(await ended).toMatchObject({ code: 0 })
  for (const ended of [start(0, '--once').ended, start(1, '--once').ended]) expect(await ended).toMatchObject({ code: 0 })

  const outcomes = [await outcomeOf(databases[0]?.url ?? ''), await outcomeOf(databases[1]?.url ?? '')] as const
  const [one, other] = outcomes
  const until = epochMs(Math.min(one.watermark, other.watermark))
  expect(differing(comparableEvents(one, until), comparableEvents(other, until))).toEqual([])
  expect(differing(comparableDecisions(one), comparableDecisions(other))).toEqual([])
  expect({ ...other.totals, events: 0 }).toEqual({ ...one.totals, events: 0 })
  expect(one.pairs.length).toBeGreaterThan(size.orders)
  const context = inventoryPromise({ items: { read: async () => undefined }, defects: shop.defects, version: '', speed: shop.speed })
  for (const outcome of outcomes) {
    const { triggers, live, settled, verdicts } = outcome.decisions
    expect({ live, settled, verdicts }).toEqual({ live: triggers, settled: triggers, verdicts: triggers })
    expect(new Set(outcome.pairs.map((pair) => pair.live.id)).size).toBe(triggers)
    expect(environmentComplaints(outcome, { context, defects: shop.defects })).toEqual([])
  }
})
