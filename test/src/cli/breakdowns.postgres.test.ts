import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { postgres } from '../../../adapters/postgres/change-source.ts'
import { findPostmaster, stopPostmaster } from '../../../src/store/private-server/postmaster.ts'
import { startLegacyServer } from '../../support/legacy-server.ts'
import type { ShopConfigOptions } from './shop/config-text.ts'
import type { LiveShop } from './shop/live-shop.ts'
import { openShop } from './shop/live-shop.ts'
import type { Ended } from './story/banyan-process.ts'

let shop: LiveShop
beforeAll(async () => {
  shop = await openShop()
  // What is sold before the snapshot states no facts.
  await shop.complete()
})
afterAll(() => shop[Symbol.asyncDispose]())

interface Said {
  readonly code: string
  readonly what: string
  readonly where: string | null
  readonly hint: string
}

/** The one error of a run that failed: all four parts, no secret, nothing else on stdout. */
const errorOf = ({ code, stdout, stderr }: Ended, exit: number): Said => {
  expect(code, `${stdout}${stderr}`).toBe(exit)
  const { error } = JSON.parse(stdout) as { readonly error: Said }
  for (const part of ['code', 'what', 'where', 'hint'] as const) expect(error[part], `${part} of ${stdout}`).toBeTruthy()
  expect(stdout).not.toMatch(/postgres:postgres|hunter2/)
  return error
}

/** Where a shop's slot stands: whether it is read, and up to where what was read is durable. */
const slotOf = async ({ legacy }: LiveShop): Promise<{ readonly active: boolean; readonly durable: string }> => {
  const client = new pg.Client({ connectionString: legacy.url })
  await client.connect()
  const sql = 'SELECT active, confirmed_flush_lsn::text AS durable FROM pg_replication_slots WHERE slot_name = $1'
  const { rows } = await client.query(sql, [legacy.name]).finally(() => client.end())
  return rows[0]
}

const source = (options: object): Pick<ShopConfigOptions, 'source'> => ({
  source: { postgres: { url: shop.legacy.url, slot: shop.legacy.name, ...options } },
})

describe('what is wrong before anything is read is one error, and the run that comes after it has lost nothing', () => {
  const wrongly = async (options: Partial<ShopConfigOptions>, exit: number): Promise<Said> => {
    await shop.sell(3)
    const error = errorOf(await shop.once(options), exit)
    await shop.sell(3)
    await shop.complete()
    return error
  }

  test('a wrong URL', async () => {
    const url = 'postgres://someone:hunter2@127.0.0.1:1/nothing'
    const error = await wrongly(source({ url }), 3)
    expect(error).toMatchObject({ code: 'source-unreachable', where: expect.stringContaining('127.0.0.1:1') })
  })

  test('an unknown table in a rule', async () => {
    const error = await wrongly({ ordersTable: 'answr' }, 2)
    expect(error).toMatchObject({ code: 'rule-unknown-table', hint: expect.stringContaining('did you mean answer?') })
  })

  test('a typo in the config', async () => {
    const error = await wrongly({ titleSetting: 'titles' }, 2)
    expect(error).toMatchObject({ code: 'config-invalid', what: 'there is no setting titles', hint: 'did you mean title?' })
  })

  test('a role without the privilege', async () => {
    const role = `role_${shop.legacy.name}`
    await shop.sql(`CREATE ROLE ${role} LOGIN PASSWORD 'hunter2'`)
    const url = new URL(shop.legacy.url)
    url.username = role
    url.password = 'hunter2'
    const options = source({ url: url.href })
    const error = await wrongly(options, 3)
    expect(error.code).toMatch(/^source-(privilege|preflight)$/)
    expect(error.hint).toContain('REPLICATION')
    await shop.sql(`ALTER ROLE ${role} REPLICATION; GRANT SELECT ON ALL TABLES IN SCHEMA public TO ${role}`)
    await shop.sell(3)
    await shop.complete(options)
    await shop.sql(`DROP OWNED BY ${role}; DROP ROLE ${role}`)
  })

  test('a slot that somebody else reads', async () => {
    await shop.sell(3)
    const stop = new AbortController()
    await using other = postgres({
      name: 'shop',
      url: shop.legacy.url,
      slot: shop.legacy.name,
      publication: 'banyan_shop',
      tables: ['ord', 'stock', 'answer'],
    })
    const reading = (async () => {
      for await (const _ of other.read({ from: null, signal: stop.signal }));
    })()
    await expect.poll(async () => (await slotOf(shop)).active, { timeout: 10_000 }).toBe(true)
    const error = errorOf(await shop.once(source({ slotWaitMs: 100 })), 3)
    expect(error).toMatchObject({ code: 'source-slot-in-use', where: expect.stringContaining(shop.legacy.name) })
    stop.abort()
    await reading
    await shop.complete()
  })
})

test('a server without logical WAL', { timeout: 120_000 }, async () => {
  const server = await startLegacyServer({ settings: { wal_level: 'replica' } })
  try {
    const client = new pg.Client({ connectionString: server.url })
    await client.connect()
    await client.query('CREATE TABLE ord (ord_no text PRIMARY KEY, sku text, qty int); CREATE TABLE stock (sku text PRIMARY KEY, free int)')
    await client.query('CREATE TABLE answer (ord_no text PRIMARY KEY, qty int)')
    await client.end()
    const error = errorOf(await shop.once(source({ url: server.url })), 3)
    expect(error).toMatchObject({ code: 'source-preflight', hint: expect.stringContaining('wal_level = logical') })
  } finally {
    await server.stop()
  }
  await shop.sell(3)
  await shop.complete()
})

describe('a store without space', () => {
  /** Stands in for a full disk: the server's own error of one, raised while the run is under way, from some rows of a table on. */
  const fill = (table: string, rows: number): Promise<void> =>
    shop.sql(
      `CREATE FUNCTION no_space() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
         IF (SELECT count(*) FROM banyan.${table}) >= ${rows} THEN
           RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100';
         END IF;
         RETURN NULL;
       END $$;
       CREATE TRIGGER no_space AFTER INSERT ON banyan.${table} FOR EACH STATEMENT EXECUTE FUNCTION no_space()`,
      shop.store,
    )

  test.each(['changes', 'verdicts'])('found by who writes %s ends the run; with space again nothing is lost', async (table) => {
    await fill(table, shop.sold())
    await shop.sell(40)
    const error = errorOf(await shop.once(), 3)
    expect(error).toMatchObject({
      code: 'store-full',
      what: 'there is no space left for the store',
      where: expect.stringContaining(shop.store.name),
      hint: expect.stringContaining('free some disk space'),
    })
    await shop.sell(5)
    await shop.sql('DROP FUNCTION no_space CASCADE', shop.store)
    await shop.complete()
  })
})

describe('a store in a folder', () => {
  test('that cannot be written is refused; once it can be, nothing is missing', async () => {
    await using shop = await openShop()
    // Where root may not write either.
    const closed = errorOf(await shop.once({ store: { folder: '/sys/kernel/banyan' } }), 3)
    expect(closed).toMatchObject({ code: 'store-folder', where: '/sys/kernel/banyan', hint: expect.stringContaining('right to write') })
    const inTheWay = join(shop.folder, 'banyan')
    await writeFile(inTheWay, '')
    const store = { folder: join(inTheWay, 'store'), givesWay: false }
    expect(errorOf(await shop.once({ store }), 3)).toMatchObject({ code: 'store-folder', where: store.folder })
    await rm(inTheWay)
    await shop.complete({ store })
    await shop.sell(3)
    await shop.complete({ store })
  })

  test('whose server is killed in mid-run ends the run; the next one goes on without loss', async () => {
    await using shop = await openShop()
    const store = { folder: join(shop.folder, 'store'), givesWay: false }
    await shop.complete({ store })
    const { durable } = await slotOf(shop)
    const run = await shop.start({ store })
    const selling = new AbortController()
    const sold = (async () => {
      while (!selling.signal.aborted) await shop.sell(10)
    })()
    try {
      // In mid-run: what this run has read is in the store, and more is coming.
      await expect.poll(async () => (await slotOf(shop)).durable, { timeout: 30_000 }).not.toBe(durable)
      process.kill((await findPostmaster(store.folder))?.pid ?? 0, 'SIGKILL')
      const error = errorOf(await run.ended, 3)
      expect(error).toMatchObject({ code: 'store-unreachable', where: store.folder, hint: expect.stringContaining('start again') })
    } finally {
      selling.abort()
      await sold
    }
    await shop.complete({ store })
    await stopPostmaster(store.folder)
  })
})

test('a throwing rule parks its transaction, and all others go on, in the same run and in later ones', async () => {
  const before = shop.sold()
  await shop.sell(6)
  const totals = async (throwsAt: string): Promise<unknown> => JSON.parse((await shop.once({ throwsAt })).stdout).totals
  expect(await totals(`O${before + 3}`)).toMatchObject({ events: 2 * (before + 6) - 1, deadLetters: 1 })
  await shop.sell(3)
  expect(await totals('')).toMatchObject({ events: 2 * (before + 9) - 1, deadLetters: 1 })
  const told = await shop.command('dead-letters')
  expect(told.code).toBe(1)
  expect(JSON.parse(told.stdout)).toMatchObject({
    count: 1,
    groups: [{ stage: 'translate', part: 'order.placed', count: 1, mend: expect.stringContaining('new store') }],
  })
})
