import { createWriteStream } from 'node:fs'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import process from 'node:process'
import { replayFile } from '../../src/cli/replay/replay-file.ts'
import type { Figure } from '../figure.ts'
import { archiveOfOrders } from './orders.ts'

const sizes = [10_000, 100_000, 1_000_000]
const config = resolve(import.meta.dirname, 'orders.config.ts')

/** Beyond so many the same decisions come again: to make them costs more than to replay them. */
const distinct = 100_000

const write = async (file: string, decisions: number): Promise<void> => {
  const stream = createWriteStream(file)
  const [header, ...lines] = archiveOfOrders(Math.min(decisions, distinct))
  stream.write(`${header}\n`)
  const text = `${lines.join('\n')}\n`
  for (let written = 0; written < decisions; written += distinct) if (!stream.write(text)) await once(stream, 'drain')
  stream.end()
  await once(stream, 'finish')
}

interface Speed {
  readonly perSecond: number
  /** Of processor time, of all threads: what others on the machine take does not count. */
  readonly perCpuSecond: number
}

const measure = async (file: string, workers: number): Promise<Speed> => {
  const startedMs = performance.now()
  const cpu = process.cpuUsage()
  const { tally } = await replayFile({
    job: { cwd: import.meta.dirname, config, context: 'promise', candidate: null, basis: 'as-of', file },
    workers,
    stallMs: 60_000,
    signal: new AbortController().signal,
    onProgress: () => undefined,
  })
  const { user, system } = process.cpuUsage(cpu)
  return {
    perSecond: (tally.compared / (performance.now() - startedMs)) * 1_000,
    perCpuSecond: (tally.compared / (user + system)) * 1_000_000,
  }
}

/** How fast recorded decisions are answered again by another candidate, read from a file, threads and their start included. */
export async function* run(): AsyncGenerator<Figure, undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-replay-'))
  const figure = (name: string, value: number, context: string): Figure => ({
    name,
    value,
    unit: 'decisions/s',
    peer: null,
    peerValue: null,
    ratio: null,
    context,
  })
  try {
    for (const size of sizes) {
      const file = join(folder, 'archive.ndjson')
      await write(file, size)
      const what = `${size} recorded decisions with four reads, a candidate of a few µs, from a file on disk`
      const all = await measure(file, availableParallelism())
      const threads = `${what}, ${availableParallelism()} threads`
      yield figure(`replay.decisionsPerSecond.${size.toExponential().replace('+', '')}`, all.perSecond, threads)
      if (size === 100_000) yield figure('replay.decisionsPerSecond.oneThread', (await measure(file, 1)).perSecond, `${what}, one thread`)
      if (size !== sizes.at(-1)) continue
      yield figure('replay.decisionsPerSecond', all.perSecond, threads)
      yield figure('replay.decisionsPerCpuSecond', all.perCpuSecond, `${threads}, processor time of both`)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
