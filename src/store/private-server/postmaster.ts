import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { open, readFile, readlink, realpath, rm, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import { BanyanError } from '../../model/errors.ts'
import type { Account } from './account.ts'
import type { Binaries } from './binaries.ts'
import { dataFolder } from './data-folder.ts'
import { folderError } from './folder-error.ts'
import { processIdentity } from './process-identity.ts'

const pollMs = 10
const patienceMs = 60_000
const logLimitBytes = 1_000_000

/** What a running server says of itself. */
export interface Postmaster {
  readonly pid: number
  readonly port: number
  /** The folder of its socket, or an address. */
  readonly host: string
  readonly ready: boolean
}

/** A port that was taken meanwhile, a start that another has won, memory of a killed server that its last backend still holds. */
const passing = /could not bind|could not create any TCP|lock file|still in use/

const settings: Readonly<Record<string, string>> = {
  max_connections: '60',
  shared_buffers: '128MB',
  // Durable on purpose: capture tells the legacy to forget what was committed here.
  fsync: 'on',
  synchronous_commit: 'on',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '15min',
  io_method: 'sync',
  jit: 'off',
  max_parallel_workers_per_gather: '0',
  random_page_cost: '1.1',
  log_min_messages: 'warning',
  log_min_error_statement: 'panic',
  log_error_verbosity: 'terse',
  timezone: 'UTC',
}

/** `.s.PGSQL.65535`, and what the path of a socket may be long. */
const socketNameBytes = 16
const socketPathBytes = 100

/** A socket where its path is short enough: nobody can reach it over the network, and it costs less than TCP. Else the loopback. */
const listening = (data: string): Readonly<Record<string, string>> =>
  process.platform !== 'win32' && Buffer.byteLength(data) + socketNameBytes <= socketPathBytes && !data.includes(',')
    ? { listen_addresses: '', unix_socket_directories: data }
    : { listen_addresses: '127.0.0.1', unix_socket_directories: '' }

/** The server that runs on this folder's data, whoever started it; null when none does. */
export const findPostmaster = async (folder: string): Promise<Postmaster | null> => {
  const data = dataFolder(folder)
  const lines = await readFile(join(data, 'postmaster.pid'), 'utf8').then(
    (text) => text.split('\n'),
    () => [],
  )
  const pid = Number(lines[0])
  if (!(pid > 0) || processIdentity(pid) === null) return null
  if (!(await worksIn(pid, data))) {
    // Another process got the number of our dead server, which would keep the next server from starting.
    await rm(join(data, 'postmaster.pid'), { force: true })
    return null
  }
  const socket = lines[4]?.trim() ?? ''
  return { pid, port: Number(lines[3] ?? 0), host: socket === '' ? '127.0.0.1' : socket, ready: lines[7]?.trim() === 'ready' }
}

const worksIn = async (pid: number, data: string): Promise<boolean> => {
  if (process.platform !== 'linux') return true
  try {
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data))
  } catch {
    return false
  }
}

/** Starts a server that outlives this process, or joins one that another start has left, and waits until it answers. */
export const startPostmaster = async (folder: string, binaries: Binaries, account: Account | null): Promise<Postmaster> => {
  const until = Date.now() + patienceMs
  for (let failures = 0; ; ) {
    const found = await findPostmaster(folder)
    if (found?.ready === true) return found
    if (found === null) {
      const child = await launch(folder, binaries, account)
      if (await becomesReady(folder, child, until)) continue
      failures += 1
      const words = await logTail(folder)
      if (failures >= 50 || !passing.test(words)) throw folderError(words, folder)
      await sleep(100)
    }
    if (Date.now() > until) throw folderError(`it did not answer in ${patienceMs / 1000} s: ${await logTail(folder)}`, folder)
    await sleep(pollMs)
  }
}

const launch = async (folder: string, binaries: Binaries, account: Account | null): Promise<ChildProcess> => {
  const port = await freePort()
  const logPath = join(folder, 'server.log')
  if (
    await stat(logPath).then(
      (found) => found.size > logLimitBytes,
      () => false,
    )
  )
    await truncate(logPath)
  const log = await open(logPath, 'a', 0o600)
  try {
    const flags = Object.entries({ ...settings, ...listening(dataFolder(folder)), port: String(port) }).flatMap(([name, value]) => [
      '-c',
      `${name}=${value}`,
    ])
    const child = spawn(binaries.postgres, ['-D', dataFolder(folder), ...flags], {
      ...account,
      cwd: '/',
      // A session of its own: a Ctrl-C at the terminal must not reach the server before its users are done.
      detached: true,
      env: { PATH: process.env['PATH'], LC_ALL: 'C' },
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    await new Promise<void>((resolve, reject) => {
      child.once('spawn', resolve)
      child.once('error', (error) => reject(folderError(error, binaries.postgres)))
    })
    return child
  } finally {
    await log.close()
  }
}

const becomesReady = async (folder: string, child: ChildProcess, until: number): Promise<boolean> => {
  while (child.exitCode === null && child.signalCode === null && Date.now() < until) {
    const found = await findPostmaster(folder)
    if (found?.ready === true && found.pid === child.pid) return true
    await sleep(pollMs)
  }
  return false
}

/** Ends the server and waits until it has gone. */
export const stopPostmaster = async (folder: string): Promise<void> => {
  const running = await findPostmaster(folder)
  if (running === null) return
  const signals: readonly { readonly after: number; readonly signal: NodeJS.Signals }[] = [
    { after: 0, signal: 'SIGINT' },
    { after: 30_000, signal: 'SIGQUIT' },
  ]
  const began = Date.now()
  for (const { after, signal } of signals) {
    while (Date.now() - began < after && processIdentity(running.pid) !== null) await sleep(pollMs)
    if (processIdentity(running.pid) === null) return
    process.kill(running.pid, signal)
  }
  while (processIdentity(running.pid) !== null) {
    if (Date.now() - began > patienceMs) {
      throw new BanyanError('store-unreachable', 'the store server does not stop', {
        hint: `end process ${running.pid} by hand`,
        where: folder,
      })
    }
    await sleep(pollMs)
  }
}

const logTail = (folder: string): Promise<string> =>
  readFile(join(folder, 'server.log'), 'utf8').then(
    (text) => text.trim().split('\n').slice(-4).join('\n'),
    () => 'no log',
  )

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const probe = createServer()
    probe.once('error', reject)
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address()
      probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0))
    })
  })
