import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { expect } from 'vitest'
import { contextName, sourceName } from '../../../../src/model/ids.ts'
import { openStore } from '../../../../src/store/open.ts'
import type { FreshDatabase } from '../../../support/fresh-database.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'
import type { BanyanProcess, Ended } from '../story/banyan-process.ts'
import { startBanyan } from '../story/banyan-process.ts'
import type { ShopConfigOptions } from './config-text.ts'
import { shopConfig } from './config-text.ts'

const schema = `
  CREATE TABLE ord (ord_no text PRIMARY KEY, sku text NOT NULL, qty int NOT NULL);
  CREATE TABLE stock (sku text PRIMARY KEY, free int NOT NULL);
  CREATE TABLE answer (ord_no text PRIMARY KEY, qty int NOT NULL);
  INSERT INTO stock VALUES ('A', 1000);`

/** A shop on a real PostgreSQL, and Banyan's command line beside it. */
export interface LiveShop extends AsyncDisposable {
  readonly folder: string
  readonly legacy: FreshDatabase
  readonly store: FreshDatabase
  readonly sql: (text: string, database?: FreshDatabase) => Promise<void>
  /** Places and answers so many more orders, each in two transactions. */
  readonly sell: (orders: number) => Promise<void>
  readonly sold: () => number
  /** `banyan run` with a config of its own. */
  readonly start: (options?: Partial<ShopConfigOptions>, ...args: readonly string[]) => Promise<BanyanProcess>
  /** `banyan run --once` to its end. */
  readonly once: (options?: Partial<ShopConfigOptions>) => Promise<Ended>
  /** Another command of `banyan`, with `--json`. */
  readonly command: (...args: readonly string[]) => Promise<Ended>
  /** Fails unless a run with these options comes to its end and every order sold has all that belongs to it, once. */
  readonly complete: (options?: Partial<ShopConfigOptions>) => Promise<void>
}

export const openShop = async (): Promise<LiveShop> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-shop-'))
  // As root a store of its own runs as the user postgres, who has to get in.
  await chmod(folder, 0o755)
  const [legacy, store] = [await freshDatabase(), await freshDatabase()]
  let sold = 0
  let configs = 0
  const sql = async (text: string, { url }: FreshDatabase = legacy): Promise<void> => {
    const client = new pg.Client({ connectionString: url })
    await client.connect()
    await client.query(text).finally(() => client.end())
  }
  const config = async (options: Partial<ShopConfigOptions>): Promise<string> => {
    configs += 1
    const file = join(folder, `${configs}.config.ts`)
    await writeFile(
      file,
      shopConfig({ source: { postgres: { url: legacy.url, slot: legacy.name } }, store: { url: store.url }, ...options }),
    )
    return file
  }
  const start: LiveShop['start'] = async (options = {}, ...args) =>
    startBanyan(['run', ...args, '--json', '--config', await config(options)], { cwd: folder })
  const once: LiveShop['once'] = async (options = {}) => (await start(options, '--once')).ended
  await sql(schema)
  return {
    folder,
    legacy,
    store,
    sql,
    sold: () => sold,
    sell: async (orders) => {
      const numbers = Array.from({ length: orders }, () => (sold += 1))
      await sql(
        numbers
          .map(
            (n) =>
              `BEGIN; INSERT INTO ord VALUES ('O${n}', 'A', ${n % 8}); COMMIT; BEGIN; INSERT INTO answer VALUES ('O${n}', ${Math.min(n % 8, 5)}); COMMIT;`,
          )
          .join('\n'),
      )
    },
    start,
    once,
    command: async (...args) => startBanyan([...args, '--json', '--config', await config({})], { cwd: folder }).ended,
    complete: async (options = {}) => {
      const { code, stdout } = await once(options)
      expect(code, stdout).toBe(0)
      await using opened = await openStore(
        options.store === undefined ? { url: store.url } : (options.store as { readonly folder: string }),
      )
      const totals = await opened.totals(sourceName('shop'))
      expect(totals).toMatchObject({ events: 2 * sold, deadLetters: 0 })
      const decisions = await opened.decisionTotals(contextName('promise'), 'order.placed')
      expect(decisions).toEqual({ triggers: sold, live: sold, open: 0, settled: sold, verdicts: sold })
    },
    [Symbol.asyncDispose]: async () => {
      await legacy.drop()
      await store.drop()
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}
