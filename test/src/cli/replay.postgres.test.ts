import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../../../src/cli/program.ts'
import { startService } from '../../adapters/http/start-service.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { shopConfig } from './shop/config-text.ts'
import { shopRecording } from './shop/recording.ts'

/** The legacy caps promises at 5, the recorded candidate does not: two of eight orders differ. */
const orders = 160
const differing = orders / 4

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

let folder = ''
let database: FreshDatabase

/** The command line in this process: only the threads that replay are started anew for each command. */
const banyan = (...args: readonly string[]): Promise<Ended> => stoppable(new AbortController().signal, args)

const stoppable = async (signal: AbortSignal, args: readonly string[]): Promise<Ended> => {
  let [stdout, stderr] = ['', '']
  const terminal = {
    stdout: (text: string) => {
      stdout += text
    },
    stderr: (text: string) => {
      stderr += text
    },
    interactive: false,
    debug: false,
  }
  const exit = await runProgram({ args, terminal, cwd: folder, version: 'test', signal })
  return { exit, stdout, stderr }
}

const replayed = async (...args: readonly string[]): Promise<Record<string, unknown> & { readonly exit: number }> => {
  const { exit, stdout, stderr } = await banyan('replay', ...args, '--json')
  if (!stdout.startsWith('{')) expect.fail(`no JSON on stdout, exit ${exit}: ${stderr}`)
  return { ...(JSON.parse(stdout) as Record<string, unknown>), exit }
}

const candidates = {
  'capped.ts': 'export const candidate = async (input, { stock }) => ({ qty: Math.min(input.qty, 5, (await stock.get(input.sku)) ?? 0) })',
  'worse.ts':
    'export default async (input, { stock }) => ({ qty: Math.min(input.qty, 5, (await stock.get(input.sku)) ?? 0) + (input.qty === 3 ? 1 : 0) })',
  'elsewhere.ts': "export const candidate = async (input, { stock }) => ({ qty: Math.min(input.qty, (await stock.get('Z')) ?? 0) })",
  'nothing.ts': 'export const unrelated = 1',
  'broken.ts': 'export const candidate = (',
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-replay-'))
  database = await freshDatabase()
  const recording = join(folder, 'shop.ndjson')
  await writeFile(recording, shopRecording(orders))
  await writeFile(join(folder, 'banyan.config.ts'), shopConfig({ source: { recording }, store: { url: database.url } }))
  for (const [name, text] of Object.entries(candidates)) await writeFile(join(folder, name), `${text}\n`)
  const { exit, stderr } = await banyan('run', '--once')
  if (exit !== 0) expect.fail(stderr)
})

afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

test('the recorded candidate comes to its recorded answers: nothing changes, and the archive can be kept', async () => {
  const report = await replayed('--keep', 'archive.ndjson', '--budget-changed', '0')
  expect(report).toMatchObject({
    exit: 0,
    context: 'promise',
    decisions: orders,
    compared: orders,
    missed: [],
    changedAnswers: 0,
    divergences: { before: differing, after: differing, vanished: 0, appeared: 0, moved: 0 },
    isWithinBudget: true,
  })
  expect((await readFile(join(folder, 'archive.ndjson'), 'utf8')).trimEnd().split('\n')).toHaveLength(orders + 1)
})

test('a better candidate: the divergences vanish, by cause, rule and kind', async () => {
  const report = await replayed('--archive', 'archive.ndjson', '--candidate', 'capped.ts')
  expect(report).toMatchObject({
    exit: 0,
    changedAnswers: differing,
    divergences: { before: differing, after: 0, vanished: differing, appeared: 0 },
    byFingerprint: [{ before: differing, after: 0, vanished: differing, paths: ['/qty'] }],
  })
  expect((report['byFingerprint'] as { examples: object[] }[])[0]?.examples).toHaveLength(3)
})

test('straight from the store, on the live reads', async () => {
  expect(await replayed('--candidate', 'capped.ts', '--reads', 'live')).toMatchObject({
    basis: 'live',
    changedAnswers: differing,
    divergences: { before: differing, after: 0, vanished: differing, appeared: 0 },
  })
})

test('a worse candidate is beyond the budget: exit 1, unless that much is allowed', async () => {
  const worse = ['--archive', 'archive.ndjson', '--candidate', 'worse.ts']
  const appeared = orders / 8
  expect(await replayed(...worse)).toMatchObject({ exit: 1, isWithinBudget: false, divergences: { appeared, vanished: differing } })
  expect(await replayed(...worse, '--budget', '12.5%')).toMatchObject({ exit: 0 })
  const { exit, stdout } = await banyan('replay', ...worse)
  expect(exit).toBe(1)
  expect(stdout).toContain('BEYOND THE BUDGET')
  expect(stdout).toContain(`${appeared} appeared`)
})

test('what was not recorded is read from the store, where that is at hand', async () => {
  // Every sku but A is unknown to the shop: nothing of Z is free.
  expect(await replayed('--candidate', 'elsewhere.ts')).toMatchObject({
    exit: 1,
    compared: orders,
    missed: [],
    divergences: { appeared: (orders / 8) * 5, moved: differing },
  })
})

test('a candidate that reads what was not recorded is not judged, and does not pass', async () => {
  expect(await replayed('--archive', 'archive.ndjson', '--candidate', 'elsewhere.ts')).toMatchObject({
    exit: 1,
    compared: 0,
    missed: [{ reason: 'unrecorded-read', count: orders }],
    unrecordedReads: ['stock Z'],
  })
})

test('a service is a candidate, too', async () => {
  await using running = await startService()
  expect(await replayed('--archive', 'archive.ndjson', '--candidate', `${running.url}/given`)).toMatchObject({
    exit: 0,
    compared: orders,
    changedAnswers: 0,
  })
  expect(await replayed('--archive', 'archive.ndjson', '--candidate', `${running.url}/live-only`)).toMatchObject({
    exit: 1,
    missed: [{ reason: 'not-replayable', count: orders }],
  })
})

test('what is wrong is one error, and exit 2', async () => {
  const failing: readonly (readonly [readonly string[], string])[] = [
    [['--candidate', 'nothing.ts'], 'exports no candidate'],
    [['--candidate', 'broken.ts'], 'cannot be loaded'],
    [['--candidate', 'nowhere.ts'], 'cannot be loaded'],
    [['--archive', 'nowhere.ndjson'], 'no such archive'],
    [['--archive', 'shop.ndjson'], 'not an archive'],
    [['--budget', 'some'], 'is no budget'],
    [['--workers', '0'], 'no number of threads'],
    [['--context', 'promises'], 'promises'],
  ]
  for (const [args, message] of failing) {
    const { exit, stdout } = await banyan('replay', ...args, '--json')
    expect([args, exit]).toEqual([args, 2])
    expect((JSON.parse(stdout) as { readonly error: { readonly what: string } }).error.what).toContain(message)
  }
})

test('Ctrl-C ends it in order, and says that nothing is said', async () => {
  const { exit, stdout } = await stoppable(AbortSignal.abort(), ['replay', '--archive', 'archive.ndjson', '--json'])
  expect([exit, JSON.parse(stdout)]).toEqual([1, { stopped: true }])
})

test('a damaged line names its place', async () => {
  const text = await readFile(join(folder, 'archive.ndjson'), 'utf8')
  await writeFile(join(folder, 'damaged.ndjson'), text.replace('"decided"', '"dec'))
  expect(await replayed('--archive', 'damaged.ndjson')).toMatchObject({
    exit: 2,
    error: { code: 'fixture-invalid', where: expect.stringMatching(/damaged\.ndjson, byte \d+$/) },
  })
})
