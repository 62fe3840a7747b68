import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runProgram } from '../src/cli/program.ts'
import { shopConfig } from './src/cli/shop/config-text.ts'
import { shopRecording } from './src/cli/shop/recording.ts'
import type { FreshDatabase } from './support/fresh-database.ts'
import { freshDatabase } from './support/fresh-database.ts'

const orders = 60
let folder = ''
let database: FreshDatabase

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-docs-scale-'))
  database = await freshDatabase()
  await writeFile(join(folder, 'shop.ndjson'), shopRecording(orders))
  await writeFile(
    join(folder, 'banyan.config.ts'),
    shopConfig({ source: { recording: join(folder, 'shop.ndjson') }, store: { url: database.url } }),
  )
})

afterAll(async () => {
  await database.drop()
  await rm(folder, { recursive: true })
})

interface Said {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
}

/** Runs a line as the page has it. */
const say = async (line: string, signal: AbortSignal = new AbortController().signal): Promise<Said> => {
  const [stdout, stderr]: string[][] = [[], []]
  const terminal = { stdout: (text: string) => void stdout?.push(text), stderr: (text: string) => void stderr?.push(text) }
  const args = line.split(' ').slice(1)
  const exit = await runProgram({ args, terminal: { ...terminal, interactive: false, debug: false }, cwd: folder, version: '0', signal })
  return { exit, stdout: stdout?.join('') ?? '', stderr: stderr?.join('') ?? '' }
}

const status = async (): Promise<{
  readonly contexts: readonly { readonly verdicts: number }[]
  readonly members: readonly {
    readonly pid: number
    readonly waitsFor: readonly string[]
    readonly holds: readonly { readonly stage: string }[]
  }[]
}> => JSON.parse((await say('banyan status --json')).stdout)

test('who stands by is told with what it stands by for', async () => {
  const [one, two] = [new AbortController(), new AbortController()]
  const first = say('banyan run --stages pair,classify', one.signal)
  await expect.poll(async () => (await status()).members[0]?.holds.length, { timeout: 20_000 }).toBe(2)
  const second = say('banyan run --stages pair', two.signal)
  await expect.poll(async () => (await status()).members.length, { timeout: 20_000 }).toBe(2)
  const stages = (await status()).members.flatMap(({ holds }) => holds.map(({ stage }) => stage))
  expect(stages.toSorted()).toEqual(['classify promise', 'pair promise'])
  await expect.poll(async () => (await status()).members.flatMap(({ waitsFor }) => waitsFor)).toEqual(['pair promise'])
  expect((await say('banyan status')).stdout).toContain('stands by for pair promise')
  one.abort()
  two.abort()
  for (const run of [first, second]) expect(await run).toMatchObject({ exit: 0 })
})

test('the commands of docs/scale.md do what the page says', { timeout: 60_000 }, async () => {
  const page = await readFile(resolve(import.meta.dirname, '../docs/scale.md'), 'utf8')
  const lines = [...page.matchAll(/```sh\n(.*?)```/gs)].flatMap(([, block]) => (block ?? '').trimEnd().split('\n'))
  const [all, capture, others, asked, ...bench] = lines
  expect(bench).toEqual([])
  const there = new AbortController()
  const elsewhere = say(others ?? '', there.signal)
  await expect.poll(async () => (await status()).members, { timeout: 20_000 }).toHaveLength(1)
  expect(await say('banyan status')).toMatchObject({ exit: 0, stdout: expect.stringContaining(`process ${process.pid}, since `) })
  expect(await say(capture ?? '')).toMatchObject({ exit: 0 })
  await expect.poll(async () => (await status()).contexts[0]?.verdicts, { timeout: 20_000 }).toBe(orders)
  there.abort()
  expect(await elsewhere).toMatchObject({ exit: 0 })
  expect(await say(all ?? '')).toMatchObject({ exit: 0 })
  expect((await say(asked ?? '')).stdout).toContain('nobody runs')
})

test('a wrong stage, and one that would do nothing, are wrong usage', async () => {
  expect(await say('banyan run --stages capture,shadows')).toMatchObject({
    exit: 2,
    stderr: expect.stringContaining('did you mean shadow?'),
  })
  expect(await say('banyan run --stages capture --emit debezium')).toMatchObject({ exit: 2 })
  expect(await say('banyan run --stages emit')).toMatchObject({ exit: 2, stderr: expect.stringContaining('--emit') })
})
