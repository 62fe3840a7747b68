import { execFile } from 'node:child_process'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import pg from 'pg'
import { startLegacyServer } from '../../test/support/legacy-server.ts'
import { nodeOptions } from '../node-options.ts'
import type { Figure } from '../figure.ts'
import { median } from '../median.ts'
import { readBare } from './bare-reader.ts'
import type { CaptureOrder, Captured } from './capture-process.ts'
import { ordersSchema, transactionsOf, writeOrders } from './orders.ts'

const rounds = 3
/** Parts of about 100,000 changes each. */
const parts = { small: 1, rounds: 2, large: 10 } as const

/** One legacy server with a slot for each that will read, all made before the backlog is written. */
interface Arena {
  readonly url: string
  readonly capture: (slot: string) => Promise<Captured>
  readonly bare: (slot: string, commits: number) => Promise<number>
}

/**
 * What waits in a slot goes to the durable store by `run` without contexts, in a process that does nothing else: with versions,
 * events and journeys, on a private server of its own as `banyan run` has it.
 */
export async function* captureFigures(): AsyncGenerator<Figure, undefined> {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-bench-'))
  await chmod(folder, 0o755)
  const server = await startLegacyServer()
  try {
    const arena = await openArena(server.url, folder)
    await writeOrders(server.url, 0, parts.small)
    const small = await arena.capture('small')
    await writeOrders(server.url, parts.small, parts.rounds)
    yield* throughput(arena)
    await writeOrders(server.url, parts.rounds, parts.large)
    yield* memory(small, await arena.capture('large'))
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

const none = { peer: null, peerValue: null, ratio: null } as const

async function* throughput(arena: Arena): AsyncGenerator<Figure, undefined> {
  const runs: Captured[] = []
  const bareMs: number[] = []
  for (let round = 0; round < rounds; round += 1) {
    bareMs.push(await arena.bare(`bare_${round}`, transactionsOf(parts.rounds)))
    runs.push(await arena.capture(`round_${round}`))
  }
  const { changes = 0, events = 0 } = runs[0] ?? {}
  const value = median(runs.map((run) => changes / (run.durationMs / 1_000)))
  const peerValue = median(bareMs.map((ms) => changes / (ms / 1_000)))
  const context = `${changes} row changes and ${events} events of orders from a slot to the durable store, five changes to a transaction, 20,000 in each 100,000 in one; no shadow; in turns, median of ${rounds}`
  yield { name: 'capture.postgres', value, unit: 'changes/s', peer: 'bare reader', peerValue, ratio: value / peerValue, context }
  const cpu = median(runs.map((run) => (run.cpuMs * 1_000) / changes))
  yield { name: 'capture.cpu', value: cpu, unit: 'us/change', ...none, context: 'CPU of the capturing process alone, without both servers' }
}

function* memory(small: Captured, large: Captured): Generator<Figure, undefined> {
  const context = `peak resident memory of the process that captures ${large.changes} changes; the servers are processes of their own`
  yield { name: 'capture.rssMiB', value: large.rssMiB, unit: 'MiB', ...none, context }
  const growth = `the same, less that of another process for ${small.changes} changes of the same kind`
  yield { name: 'capture.rssGrowthMiB', value: large.rssMiB - small.rssMiB, unit: 'MiB', ...none, context: growth }
}

const openArena = async (url: string, folder: string): Promise<Arena> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  await client.query(ordersSchema)
  const capture = (slot: string): Promise<Captured> => captureApart({ url, slot, publication: 'bench', folder: join(folder, slot) })
  const slots = Array.from({ length: rounds }, (_, round) => round)
  // A first run finds empty tables: it makes the slot, and what comes after is the backlog.
  for (const slot of ['small', 'large', ...slots.map((round) => `round_${round}`)]) await capture(slot)
  for (const round of slots) await client.query(`SELECT pg_create_logical_replication_slot('bare_${round}', 'pgoutput')`)
  await client.end()
  const bare = async (slot: string, commits: number): Promise<number> =>
    (await readBare({ url, slot, publication: 'bench', commits })).durationMs
  return { url, capture, bare }
}

const captureApart = async (order: CaptureOrder): Promise<Captured> => {
  const program = fileURLToPath(new URL('capture-process.ts', import.meta.url))
  const { stdout } = await promisify(execFile)(process.execPath, [...(await nodeOptions()), program, JSON.stringify(order)])
  return JSON.parse(stdout) as Captured
}
