import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { shopConfig } from '../../src/cli/shop/config-text.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'

const main = resolve(import.meta.dirname, '../../../src/cli/main.ts')
const orders = 30

const banyan = (folder: string, ...args: readonly string[]): Promise<Record<string, unknown>> =>
  new Promise((done, failed) => {
    execFile(process.execPath, [main, ...args, '--json'], { cwd: folder, maxBuffer: 1 << 26 }, (_, stdout, stderr) => {
      if (stdout.startsWith('{')) done(JSON.parse(stdout) as Record<string, unknown>)
      else failed(new TypeError(`no JSON on stdout: ${stderr}`))
    })
  })

/** Registers the whole job on a shop of this database. */
export const runCases = (server: MysqlServer): void => {
  test('the whole job runs from one command line: doctor, snapshot, decisions, night', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await harness.session()
    const store = await freshDatabase()
    const folder = await mkdtemp(join(tmpdir(), 'banyan-mysql-run-'))
    try {
      for (const sql of [
        'create table ord (ord_no varchar(10) primary key, sku varchar(10), qty int)',
        'create table stock (sku varchar(10) primary key, free int)',
        'create table answer (ord_no varchar(10) primary key, qty int)',
        `insert into stock values ('A', 5)`,
      ]) {
        await session.run(sql)
      }
      await writeFile(
        join(folder, 'banyan.config.ts'),
        shopConfig({ source: { mysql: { url: harness.readerUrl } }, store: { url: store.url } }),
      )
      expect(await banyan(folder, 'doctor')).toMatchObject({ source: 'shop' })
      expect(await banyan(folder, 'run', '--once')).toMatchObject({ totals: { changes: 1, events: 0 } })
      for (let order = 0; order < orders; order += 1) {
        // The legacy gives everybody three at most, which nobody wrote down.
        await session.run('begin')
        await session.run(`insert into ord values ('O${order}', 'A', ${1 + (order % 5)})`)
        await session.run(`insert into answer values ('O${order}', ${Math.min(3, 1 + (order % 5))})`)
        await session.run('commit')
      }
      expect(await banyan(folder, 'run', '--once')).toMatchObject({
        totals: { changes: 1 + 2 * orders, events: 2 * orders, deadLetters: 0 },
      })
      const night = await banyan(folder, 'night')
      const [context] = night['contexts'] as readonly { readonly account: object; readonly diverged: number }[]
      expect(context?.account).toMatchObject({ decisions: orders, compared: orders, open: 0, remainder: 0 })
      expect(context?.diverged).toBe((orders * 2) / 5)
    } finally {
      await store.drop()
      await rm(folder, { recursive: true, force: true })
    }
  })
}
