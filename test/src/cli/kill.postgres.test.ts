import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contextName } from '../../../src/model/ids.ts'
import { openStore } from '../../../src/store/open.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { shopConfig } from './shop/config-text.ts'
import { shopRecording } from './shop/recording.ts'

const main = resolve(import.meta.dirname, '../../../src/cli/main.ts')
const orders = 4_000
const kills = process.env['BANYAN_SOAK'] === undefined ? 3 : 30

let folder = ''
let databases: readonly FreshDatabase[] = []

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-kill-'))
  databases = [await freshDatabase(), await freshDatabase()]
  const recording = join(folder, 'shop.ndjson')
  await writeFile(recording, shopRecording(orders))
  for (const [index, { url }] of databases.entries())
    await writeFile(join(folder, `${index}.config.ts`), shopConfig({ recording, store: { url } }))
})

afterAll(async () => {
  for (const database of databases) await database.drop()
  await rm(folder, { recursive: true, force: true })
})

/** Runs to the end, or until it is killed; says whether it came to its end. */
const runOnce = async (index: number, killAfterMs: number | null): Promise<boolean> => {
  const child = spawn(process.execPath, [main, 'run', '--once', '-c', `${index}.config.ts`], { cwd: folder, stdio: 'ignore' })
  const ended = once(child, 'exit')
  if (killAfterMs !== null) void sleep(killAfterMs).then(() => child.kill('SIGKILL'))
  const [code] = (await ended) as [number | null]
  return code === 0
}

interface Outcome {
  readonly totals: unknown
  readonly live: number
  readonly decisions: ReadonlyMap<string, unknown>
}

/** All that must not hang on when the run was interrupted: legacy observations, as-of answers, logic verdicts. */
const outcomeOf = async (index: number): Promise<Outcome> => {
  await using store = await openStore({ url: databases[index]?.url ?? '' })
  const decisions = new Map<string, unknown>()
  for await (const part of store.archive(contextName('promise'))) {
    for (const { live, legacy, verdict } of part) {
      decisions.set(live.id, { trigger: live.trigger, legacy, asOf: verdict?.asOf, logic: verdict?.asOfDifferences })
    }
  }
  const { source } =
    [...decisions.values()].map((one) => (one as { trigger: { source: Parameters<typeof store.totals>[0] } }).trigger)[0] ??
    expect.fail('no decisions')
  const { live } = await store.decisionTotals(contextName('promise'), 'order.placed')
  return { totals: await store.totals(source), live, decisions }
}

test(`a run that is killed ${kills} times comes to the same end as one that is not`, { timeout: 60_000 + kills * 10_000 }, async () => {
  expect(await runOnce(0, null)).toBe(true)
  let interrupted = 0
  for (let turn = 0; turn < kills; turn++) if (!(await runOnce(1, 700 + Math.random() * 1_500))) interrupted += 1
  expect(interrupted).toBeGreaterThan(0)
  // What a killed process leaves on the server goes with its sessions: until then the stage counts as taken.
  await expect.poll(() => runOnce(1, null), { timeout: 30_000, interval: 500 }).toBe(true)
  const [calm, killed] = [await outcomeOf(0), await outcomeOf(1)]
  expect(killed.totals).toEqual(calm.totals)
  expect(killed.live).toBe(orders)
  expect(killed.decisions.size).toBe(orders)
  expect(killed.decisions).toEqual(calm.decisions)
})
