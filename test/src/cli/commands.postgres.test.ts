import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'
import { shopConfig } from './shop/config-text.ts'
import { shopRecording } from './shop/recording.ts'

const main = resolve(import.meta.dirname, '../../../src/cli/main.ts')
const orders = 80

interface Ended {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

let folder = ''
let database: FreshDatabase

const banyan = (...args: readonly string[]): Promise<Ended> =>
  new Promise((done) => {
    execFile(process.execPath, [main, ...args], { cwd: folder, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      done({ exit: typeof error?.code === 'number' ? error.code : 0, stdout, stderr })
    })
  })

const answerOf = async (...args: readonly string[]): Promise<Record<string, unknown> & { readonly exit: number }> => {
  const { exit, stdout, stderr } = await banyan(...args, '--json')
  if (!stdout.startsWith('{')) expect.fail(`no JSON on stdout, exit ${exit}: ${stderr}`)
  return { ...(JSON.parse(stdout) as Record<string, unknown>), exit }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-commands-'))
  database = await freshDatabase()
  const recording = join(folder, 'shop.ndjson')
  await writeFile(recording, shopRecording(orders))
  await writeFile(join(folder, 'banyan.config.ts'), shopConfig({ source: { recording }, store: { url: database.url } }))
})

afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true, force: true })
})

test('before the first run, status says so and the gate has no evidence', async () => {
  expect(await answerOf('status')).toMatchObject({ exit: 0, source: 'shop', cursor: null })
  expect(await answerOf('gate')).toMatchObject({ exit: 1, ready: false })
})

test('run --once does the whole job, and a second run finds nothing left to do', async () => {
  const first = await answerOf('run', '--once')
  expect(first).toMatchObject({ exit: 0, stopped: false, totals: { changes: orders * 2 + 1, events: orders * 2, deadLetters: 0 } })
  expect(await answerOf('run', '--once')).toMatchObject({ exit: 0, totals: first['totals'] })
})

test('status counts what was done', async () => {
  expect(await answerOf('status')).toMatchObject({
    cursor: { phase: 'ended' },
    contexts: [{ name: 'promise', triggers: orders, live: orders, open: 0, settled: orders, verdicts: orders }],
  })
})

test('without dead letters there is nothing to tell of them', async () => {
  expect(await answerOf('dead-letters')).toEqual({ exit: 0, source: 'shop', count: 0, groups: [], others: 0 })
  expect((await banyan('dead-letters')).stdout.trim()).toBe('no dead letters')
})

test('journey tells where an order stands, and exits 1 for one that nobody knows', async () => {
  const { exit, stdout } = await banyan('journey', 'O7')
  expect(exit).toBe(0)
  expect(stdout).toContain('order O7: answered since')
  expect(stdout).toContain('order.placed')
  expect((await banyan('journey', 'O999')).exit).toBe(1)
})

test('night accounts for every decision, on stdout or in a file', async () => {
  const told = await answerOf('night')
  const [context] = told['contexts'] as readonly { readonly account: object; readonly diverged: number }[]
  expect(context?.account).toMatchObject({ decisions: orders, compared: orders, open: 0, remainder: 0 })
  expect(context?.diverged).toBeGreaterThan(0)
  for (const format of ['html', 'junit']) {
    const { exit, stdout } = await banyan('night', '--format', format, '--out', `out/night.${format}`)
    expect([exit, stdout]).toEqual([0, `${join(folder, 'out', `night.${format}`)}\n`])
    expect((await readFile(stdout.trim(), 'utf8')).length).toBeGreaterThan(100)
  }
  expect((await banyan('night', '--format', 'pdf')).exit).toBe(2)
})

test('gate says no with reasons, and names a mistyped context', async () => {
  const { exit, stdout } = await banyan('gate')
  expect(exit).toBe(1)
  expect(stdout).toContain('promise: NOT READY')
  expect(await answerOf('gate', 'promis')).toMatchObject({ exit: 2, error: { code: 'usage', hint: 'did you mean promise?' } })
})

test('a store that cannot be had is said with its place, without the password', async () => {
  const url = new URL(database.url)
  url.password = 'wr0ng-s3cret'
  url.port = '1'
  const file = join(folder, 'unreachable.config.ts')
  await writeFile(file, shopConfig({ source: { recording: join(folder, 'shop.ndjson') }, store: { url: url.href } }))
  const { exit, stderr } = await banyan('status', '--config', file)
  expect(exit).toBe(3)
  expect(stderr).toMatch(/^error store-unreachable: .+\n(where: .+\n)?hint: {2}.+/)
  expect(stderr).not.toContain('wr0ng-s3cret')
})
