import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { decode, encode } from '../../../src/model/canonical.ts'
import { sourceName } from '../../../src/model/ids.ts'
import type { Night } from '../../../src/model/night.ts'
import type { Data } from '../../../src/model/value.ts'
import type { Verdict } from '../../../src/model/verdict.ts'
import { openStore } from '../../../src/store/open.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { startBanyan } from './story/banyan-process.ts'
import { differing, outcomeOf } from './story/outcome.ts'
import type { Outcome } from './story/outcome.ts'
import type { Shop } from './story/shop.ts'
import { setUpShop } from './story/shop.ts'

const config = resolve(import.meta.dirname, '../../../fixtures/order-management/banyan.config.ts')
const dayMs = 86_400_000

let shop: Shop
let database: FreshDatabase
let folder = ''
let live: Outcome

const banyan = async (...args: readonly string[]): Promise<string> => {
  const env = shop.environment({ storeUrl: database.url, slot: database.name })
  const { code, stdout, stderr } = await startBanyan([...args, '--json', '--config', config], { env }).ended
  expect(code, stderr).toBe(0)
  return stdout
}

/** One live run of the story to its end. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-offline-story-'))
  database = await freshDatabase()
  shop = await setUpShop({ seed: 11, orders: 400, realMs: 9_000 })
  await using store = await openStore({ url: database.url })
  const run = startBanyan(['run', '--json', '--config', config], { env: shop.environment({ storeUrl: database.url, slot: database.name }) })
  const captured = (beyond: number): Promise<void> =>
    vi.waitFor(
      async () => {
        const cursor = await store.captureCursor(sourceName('oms'))
        expect(cursor === null || cursor.phase === 'snapshot' ? 0 : cursor.at).toBeGreaterThan(beyond)
      },
      { timeout: 60_000, interval: 100 },
    )
  await captured(0)
  await captured((await shop.open()) + 5 * dayMs)
  expect(await run.signal('SIGINT')).toMatchObject({ code: 0 })
  await banyan('run', '--once')
  live = await outcomeOf(database.url)
}, 120_000)

afterAll(async () => {
  await shop[Symbol.asyncDispose]()
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

type VerdictLine = Verdict & { readonly id: string }

const offline = async (name: string): Promise<{ readonly night: Night; readonly verdicts: ReadonlyMap<string, VerdictLine> }> => {
  const recorded = join(folder, name)
  const out = join(recorded, 'night')
  const files = ['--transactions', join(recorded, 'transactions.ndjson'), '--deliveries', join(recorded, 'deliveries.ndjson')]
  const night = JSON.parse(await banyan('offline', ...files, '--out', out)) as Night
  const lines = (await readFile(join(out, 'verdicts.ndjson'), 'utf8')).trimEnd().split('\n')
  const verdicts = lines.map((line) => decode(line) as unknown as VerdictLine)
  return { night, verdicts: new Map(verdicts.map((verdict) => [verdict.id, verdict])) }
}

const told = ({ finding, restoring, liveDifferences, asOfDifferences, evidence }: Verdict): string =>
  finding.kind === 'agreed' ? 'agreed' : encode({ finding, restoring, liveDifferences, asOfDifferences, evidence } as unknown as Data)

const byId = (verdicts: Iterable<readonly [string, Verdict]>): ReadonlyMap<string, string> =>
  new Map([...verdicts].map(([id, verdict]) => [id, told(verdict)]))

const liveVerdicts = (): ReadonlyMap<string, string> =>
  byId(live.pairs.flatMap(({ live: { id }, verdict }) => (verdict === null ? [] : [[id, verdict] as const])))

const idOf = (one: unknown): string => (one as { readonly id: string }).id

const counted = ({ contexts, source }: Night): object => ({
  source: { ...source, events: 0 },
  contexts: contexts.map(({ account, agreed, diverged, latent, byCause, unresolved, rules }) => ({
    account,
    agreed,
    diverged,
    latent,
    byCause,
    unresolved,
    rules: rules.map(({ words, status }) => ({ words, status })),
  })),
})

test('an offline run of the recorded traffic tells what the live run told', { timeout: 120_000 }, async () => {
  await banyan('export', '--out', join(folder, 'answers'))
  const { night, verdicts } = await offline('answers')
  expect(verdicts.size).toBeGreaterThan(400)
  expect([...verdicts.values()].filter(({ finding }) => finding.kind !== 'agreed').length).toBeGreaterThan(50)
  expect(differing(liveVerdicts(), byId(verdicts)).slice(0, 3)).toEqual([])
  expect(counted(night)).toEqual(counted(JSON.parse(await banyan('night', '--format', 'json')) as Night))
})

test('asked anew about what had been delivered, the candidate answers as it did live', { timeout: 120_000 }, async () => {
  await banyan('export', '--out', join(folder, 'asked'), '--no-answers')
  const { verdicts } = await offline('asked')
  // How long it took is not part of what had been delivered.
  const hurried = live.pairs.filter(({ live: { observation } }) => observation.kind === 'failed' && observation.reason !== 'threw')
  expect(hurried.length).toBeLessThan(20)
  const differ = new Set(hurried.map(({ live: { id } }) => id as string))
  const others = differing(liveVerdicts(), byId(verdicts)).filter((one) => !differ.has(idOf(one)))
  expect(others.slice(0, 3)).toEqual([])
})
