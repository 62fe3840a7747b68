import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { archiveOfOrders } from '../../../../bench/replay/orders.ts'
import type { ReplayedFile } from '../../../../src/cli/replay/replay-file.ts'
import { replayFile } from '../../../../src/cli/replay/replay-file.ts'
import { readArchiveHeader, readArchiveLine } from '../../../../src/pipeline/replay/archived-decision.ts'

const root = resolve(import.meta.dirname, '../../../..')
const orders = 12_000
let folder = ''

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'banyan-replay-file-'))
  await writeFile(join(folder, 'archive.ndjson'), [...archiveOfOrders(orders), ''].join('\n'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const replayed = async (
  candidate: string | null,
  options: { readonly workers?: number; readonly stallMs?: number; readonly signal?: AbortSignal } = {},
): Promise<ReplayedFile> => {
  if (candidate !== null) await writeFile(join(folder, 'candidate.ts'), candidate)
  return replayFile({
    job: {
      cwd: folder,
      config: resolve(root, 'bench/replay/orders.config.ts'),
      context: 'promise',
      candidate: candidate === null ? null : 'candidate.ts',
      basis: 'as-of',
      file: join(folder, 'archive.ndjson'),
    },
    workers: options.workers ?? 2,
    stallMs: options.stallMs ?? 60_000,
    signal: options.signal ?? new AbortController().signal,
    onProgress: () => undefined,
  })
}

it('a file of several parts, on two threads: every decision once', async () => {
  const { tally } = await replayed(null)
  // One of 20 asks for more than the legacy's cap, which this candidate knows and the recorded one did not.
  expect(tally).toMatchObject({ decisions: orders, compared: orders, changed: orders / 20 })
  expect(tally.all).toEqual({ before: orders / 20, after: 0, vanished: orders / 20, appeared: 0, moved: 0 })
})

it('a candidate that never comes back is ended, and said', async () => {
  await expect(replayed('export const candidate = () => { for (;;); }', { workers: 1, stallMs: 4_000 })).rejects.toMatchObject({
    code: 'candidate-shape',
    where: 'candidate.ts',
    message: expect.stringContaining('has not come back'),
  })
})

it('ends when it is called off', async () => {
  const stop = new AbortController()
  const running = replayed(null, { signal: stop.signal })
  stop.abort(new RangeError('enough'))
  await expect(running).rejects.toThrow('enough')
})

it('an archive is as documented', async () => {
  const page = await readFile(resolve(root, 'docs/replay.md'), 'utf8')
  const block = (label: string): string =>
    new RegExp(`\`\`\`json ${label}\\n([\\s\\S]*?)\`\`\``).exec(page)?.[1] ?? expect.fail(`no block ${label}`)
  expect(readArchiveHeader(block('header'), 'docs')).toMatchObject({ context: 'promise', candidateVersion: 'v1' })
  expect(readArchiveLine(block('decision'), 'docs')).toMatchObject({
    id: '5f0c6a1e9d2b4c7f8a3e1d0b9c8f7e6d',
    asOf: { reads: [['stock', 'key', 'A', [['A', 1000]]]] },
    live: { at: 1772357400250, observation: { answer: { qty: 7 } }, reads: [['stock', 'key', 'A', [['A', 1000]]]] },
    cause: 'hidden-rule',
    rule: 'f00d',
  })
})
