import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { startItemCopy } from '../../fixtures/order-management/demo/item-copy.ts'
import { capturedTables } from '../../fixtures/order-management/legacy/captured-tables.ts'
import { plant } from '../../fixtures/order-management/legacy/catalogue/plant.ts'
import { installLegacy, setStoryClock } from '../../fixtures/order-management/legacy/install.ts'
import { fortnightClock } from '../../fixtures/order-management/legacy/fortnight.ts'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import { startBanyan, start } from './process.ts'
import type { ShopDay } from './shop-process.ts'

export interface DayOptions {
  readonly follower: 'banyan' | 'bare'
  readonly orders: number
  readonly ordersPerSecond: number
}

/** A day of the shop, and how many of its decisions Banyan had shadowed when the shop closed. */
export interface Day extends ShopDay {
  readonly shadowed: number
}

const seed = 7
/** Until the first customer comes: the follower has its snapshot by then. */
const openingMs = 6_000

/** A shop on a server of its own with one follower of its log; everything is a process of its own, and none of them gives way to another. */
export const playDay = async ({ follower, orders, ordersPerSecond }: DayOptions): Promise<Day> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'))
  await chmod(folder, 0o755)
  const server = await startLegacyServer({ settings: { synchronous_commit: 'off', jit: 'off' } })
  try {
    const [url, candidateUrl] = [await database(server.url, 'oms'), await database(server.url, 'promise')]
    const planted = plant(seed)
    await installLegacy({ url, planted, seed })
    const clock = fortnightClock({ startedAt: Date.now() + openingMs, realMs: (orders / ordersPerSecond) * 1_000 })
    await setStoryClock(url, clock)
    await using _copy = await startItemCopy({ legacyUrl: url, candidateUrl, seed })
    const environment = {
      LEGACY_URL: url,
      CANDIDATE_URL: candidateUrl,
      STORY_CLOCK: JSON.stringify(clock),
      CANDIDATE_DEFECTS: planted.defects.join(','),
    }
    const following = follower === 'banyan' ? await startBanyan(folder, environment) : start('bare-process.ts', await bareOrder(url))
    const shop = await start('shop-process.ts', { url, seed, orders, clock }).said.finally(() => following.child.kill('SIGTERM'))
    return { ...(JSON.parse(shop) as ShopDay), shadowed: shadowedOf(await following.said) }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

/** What `banyan run --json` prints at its end; a bare reader prints nothing. */
const shadowedOf = (words: string): number =>
  words.trim() === '' ? 0 : ((JSON.parse(words) as { readonly progress: { readonly shadowed: number } | null }).progress?.shadowed ?? 0)

const withClient = async (url: string, work: (client: pg.Client) => Promise<void>): Promise<void> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await work(client)
  } finally {
    await client.end()
  }
}

const database = async (url: string, name: string): Promise<string> => {
  await withClient(url, async (client) => void (await client.query(`CREATE DATABASE ${name}`)))
  const own = new URL(url)
  own.pathname = `/${name}`
  return own.href
}

const bareOrder = async (url: string): Promise<{ readonly url: string; readonly slot: string; readonly publication: string }> => {
  await withClient(url, async (client) => {
    await client.query(`CREATE PUBLICATION bare FOR TABLE ${capturedTables.join(', ')}`)
    await client.query(`SELECT pg_create_logical_replication_slot('bare', 'pgoutput')`)
  })
  return { url, slot: 'bare', publication: 'bare' }
}
