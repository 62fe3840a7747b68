import { createWriteStream } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { tell } from '../progress.ts'
import type { Played } from './play.ts'
import { play } from './play.ts'
import { changesOfOrder, recordingOf } from './recording.ts'
import { contextNames } from './shop.config.ts'

const followers = 'shadow,pair,classify'
const all = `capture,${followers}`
const apart = ['capture', 'shadow', 'pair', 'classify'] as const

/** How the work is shared; of one log there is one capture. */
const shapes = {
  1: [all],
  2: [all, followers],
  4: [all, followers, followers, followers],
  apart,
} as const

type Shape = keyof typeof shapes

/**
 * One recorded backlog, worked on by 1, 2 and 4 processes on one store, and by one process for each stage, which tells what each stage
 * costs; in turns, medians. The store's server is on the same machine. `--quick`: one turn each, and a smaller backlog.
 */
export async function* run(options: readonly string[]): AsyncGenerator<Figure, undefined> {
  const isQuick = options.includes('--quick')
  const orders = isQuick ? 3_000 : 15_000
  const rounds = isQuick ? 1 : 3
  const folder = await mkdtemp(join(tmpdir(), 'banyan-scale-'))
  const server = await startLegacyServer({
    settings: { fsync: 'on', wal_level: 'minimal', max_wal_senders: '0', max_replication_slots: '0' },
  })
  try {
    const recording = join(folder, 'shop.ndjson')
    await pipeline(Readable.from(linesOf(orders)), createWriteStream(recording))
    const decisions = orders * contextNames.length
    const played = new Map<Shape, Played[]>()
    for (let round = 0; round < rounds; round += 1) {
      for (const shape of [1, 2, 4, 'apart'] as const) {
        tell(`round ${round + 1}: ${shape === 'apart' ? 'one process a stage' : `${shape} processes`}`)
        const done = await play({ serverUrl: server.url, recording, decisions, processes: shapes[shape] })
        played.set(shape, [...(played.get(shape) ?? []), done])
      }
    }
    yield* figures(played, { decisions, orders })
  } finally {
    await server.stop()
    await rm(folder, { recursive: true })
  }
}

function* linesOf(orders: number): Generator<string, undefined> {
  for (const line of recordingOf(orders)) yield `${line}\n`
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)

function* figures(
  played: ReadonlyMap<Shape, readonly Played[]>,
  { decisions, orders }: { readonly decisions: number; readonly orders: number },
): Generator<Figure, undefined> {
  const of = (shape: Shape, value: (one: Played) => number): number => median((played.get(shape) ?? []).map(value))
  const context = `${orders.toLocaleString('en')} orders of three decisions each, from a recording to verdicts; store, server and processes on one machine`
  const alone = of(1, ({ seconds }) => decisions / seconds)
  for (const shape of [1, 2, 4, 'apart'] as const) {
    const value = of(shape, ({ seconds }) => decisions / seconds)
    const peer = { peer: 'one process', peerValue: alone, ratio: value / alone }
    yield { name: `scale.${shape}`, value, unit: 'decisions/s', ...peer, context }
  }
  const none = { peer: null, peerValue: null, ratio: null, context }
  const micros = (cpuMs: number): number => (cpuMs * 1_000) / decisions
  yield { name: 'scale.cpu.processes', value: micros(of(1, ({ cpuMs }) => sum(cpuMs))), unit: 'µs a decision', ...none }
  yield { name: 'scale.cpu.server', value: micros(of(1, ({ serverCpuMs }) => serverCpuMs)), unit: 'µs a decision', ...none }
  yield {
    name: 'scale.cpu.cores',
    value: of(1, ({ cpuMs, serverCpuMs, seconds }) => (sum(cpuMs) + serverCpuMs) / seconds / 1_000),
    unit: 'cores in use',
    ...none,
  }
  const bytes = { ...none, unit: 'bytes' }
  yield { name: 'scale.store.change', value: of(1, (one) => one.bytes.capture / orders / changesOfOrder), ...bytes }
  yield { name: 'scale.store.decision', value: of(1, (one) => one.bytes.decisions / decisions), ...bytes }
  for (const [index, stage] of apart.entries()) {
    yield { name: `scale.cpu.${stage}`, value: micros(of('apart', ({ cpuMs }) => cpuMs[index] ?? 0)), unit: 'µs a decision', ...none }
  }
}
