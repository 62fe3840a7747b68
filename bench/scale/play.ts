import { spawn } from 'node:child_process'
import { readdir, readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import pg from 'pg'
import { BanyanError } from '../../src/model/errors.ts'
import { openStore } from '../../src/store/open.ts'
import { processUsage } from '../kafka/process-usage.ts'

/** What one turn took. */
export interface Played {
  readonly seconds: number
  /** CPU time of each process, in the order in which they were named. */
  readonly cpuMs: readonly number[]
  /** CPU time of the store's server. */
  readonly serverCpuMs: number
  /** What the store takes on disk, indexes included. */
  readonly bytes: StoreBytes
}

interface StoreBytes {
  /** Row changes with their transactions and events. */
  readonly capture: number
  /** Decisions of both sides with their reads, and verdicts. */
  readonly decisions: number
}

export interface Play {
  /** Superuser, a server for the bench alone. */
  readonly serverUrl: string
  readonly recording: string
  /** When so many verdicts are stored it is over. */
  readonly decisions: number
  /** The stages of each process. */
  readonly processes: readonly string[]
}

const main = resolve(import.meta.dirname, '../../src/cli/main.ts')
const config = resolve(import.meta.dirname, 'shop.config.ts')
const lookMs = 100
const patienceMs = 300_000

/**
 * Plays the recording into a store of its own. The bench itself holds the claim on capture until every process stands by, so that no
 * process's start is measured.
 */
export const play = async (options: Play): Promise<Played> => {
  const { serverUrl, processes } = options
  const name = `scale_${Date.now()}`
  const url = new URL(serverUrl)
  url.pathname = `/${name}`
  const client = new pg.Client({ connectionString: serverUrl })
  await client.connect()
  await client.query(`CREATE DATABASE ${name}`)
  const store = await openStore({ url: url.href })
  const gate = await store.join()
  await gate.claim('capture shop')
  const children = processes.map((stages) => startRun(stages, { ...process.env, RECORDING: options.recording, STORE_URL: url.href }))
  const killAll = (): void => children.forEach((child) => void child.kill('SIGKILL'))
  process.once('exit', killAll)
  try {
    const ready = async (): Promise<boolean> =>
      (await store.members()).length === 1 + processes.length && (await isSpread(store, processes.length))
    await until(ready, 'the processes do not share the work')
    const before = await usage(client, children)
    const fromMs = performance.now()
    await gate[Symbol.asyncDispose]()
    const done = async (): Promise<boolean> => {
      await Promise.all(children.map(cpuOf))
      return (await verdicts(url.href)) >= options.decisions
    }
    await until(done, 'the work is not done')
    const seconds = (performance.now() - fromMs) / 1_000
    const after = await usage(client, children)
    return {
      seconds,
      cpuMs: after.cpuMs.map((cpuMs, index) => cpuMs - (before.cpuMs[index] ?? 0)),
      serverCpuMs: after.serverCpuMs - before.serverCpuMs,
      bytes: await bytesOf(url.href),
    }
  } finally {
    killAll()
    process.off('exit', killAll)
    await gate[Symbol.asyncDispose]()
    await store[Symbol.asyncDispose]()
    await client.query(`DROP DATABASE ${name} WITH (FORCE)`)
    await client.end()
  }
}

type Child = ReturnType<typeof spawn>

const startRun = (stages: string, env: NodeJS.ProcessEnv): Child => {
  const child = spawn(process.execPath, [main, 'run', '--config', config, '--stages', stages], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  let told = ''
  child.stderr?.on('data', (chunk: Buffer) => (told = (told + String(chunk)).slice(-2_000)))
  child.once('exit', (code, signal) => {
    if (signal !== 'SIGKILL' && code !== 0) console.error(`a process ended with ${code}: ${told}`)
  })
  return child
}

/** None has two stages more than another that could do them; capture is nobody's yet. */
const isSpread = async (store: Awaited<ReturnType<typeof openStore>>, count: number): Promise<boolean> => {
  const members = (await store.members()).filter(
    ({ holds, waitsFor }) => !holds.some(({ stage }) => stage.startsWith('capture')) || waitsFor.length > 0,
  )
  const loads = members.map(({ holds }) => holds.length)
  return loads.length === count && loads.reduce((sum, load) => sum + load, 0) === 9 && (count === 1 || members.every(isContent(members)))
}

const isContent =
  (members: readonly { readonly holds: readonly unknown[]; readonly waitsFor: readonly string[] }[]) =>
  ({ holds }: { readonly holds: readonly { readonly stage: string }[] }): boolean =>
    members.every((other) => other.holds.length >= holds.length - 1 || !holds.some(({ stage }) => other.waitsFor.includes(stage)))

const verdicts = async (url: string): Promise<number> => Number(await ask(url, 'count(*) FROM banyan.verdicts'))

const sizeOf = (...tables: readonly string[]): string => tables.map((table) => `pg_total_relation_size('banyan.${table}')`).join(' + ')

const bytesOf = async (url: string): Promise<StoreBytes> => ({
  capture: Number(await ask(url, sizeOf('changes', 'transactions', 'events', 'journeys'))),
  decisions: Number(await ask(url, sizeOf('decisions', 'legacy_decisions', 'verdicts'))),
})

/** One value. */
const ask = async (url: string, what: string): Promise<unknown> => {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    return (await client.query<[unknown]>({ text: `SELECT ${what}`, rowMode: 'array' })).rows[0]?.[0]
  } finally {
    await client.end()
  }
}

const until = async (holds: () => Promise<boolean>, what: string): Promise<void> => {
  for (const giveUpMs = performance.now() + patienceMs; !(await holds()); await sleep(lookMs)) {
    if (performance.now() > giveUpMs) throw new BanyanError('internal', what, { hint: 'its error is above' })
  }
}

/** One that has ended is told as it was last seen. */
const lastSeen = new Map<number, number>()

const cpuOf = async ({ pid = 0 }: Child): Promise<number> => {
  const cpuMs = await processUsage(pid).then(
    (used) => used.cpuMs,
    () => lastSeen.get(pid) ?? 0,
  )
  lastSeen.set(pid, cpuMs)
  return cpuMs
}

const usage = async (client: pg.Client, children: readonly Child[]): Promise<Pick<Played, 'cpuMs' | 'serverCpuMs'>> => ({
  cpuMs: await Promise.all(children.map(cpuOf)),
  serverCpuMs: await serverUsage(client),
})

/** Of the server's first process, of those that it has started, and of those that have ended. */
const serverUsage = async (client: pg.Client): Promise<number> => {
  const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid')
  const postmaster = Number((await statOf(rows[0]?.pid ?? 0))[1])
  const all = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number)
  const own = await Promise.all(
    all.map(async (pid) => {
      const stat = await statOf(pid).catch(() => [])
      return pid === postmaster || Number(stat[1]) === postmaster ? (Number(stat[11]) + Number(stat[12])) * tickMs : 0
    }),
  )
  const ended = await statOf(postmaster)
  return own.reduce((sum, cpuMs) => sum + cpuMs, 0) + (Number(ended[13]) + Number(ended[14])) * tickMs
}

/** The kernel counts in hundredths of a second. */
const tickMs = 10

/** Fields of /proc/…/stat from the state on. */
const statOf = async (pid: number): Promise<readonly string[]> => {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}
