import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import pg from 'pg'
import { expect, vi } from 'vitest'
import { readPassword, serverUser } from '../../../../src/store/private-server/data-folder.ts'
import { findPostmaster, stopPostmaster } from '../../../../src/store/private-server/postmaster.ts'
import { usePrivateServer } from '../../../../src/store/private-server/use-private-server.ts'
import type { FaultProxy } from '../../../support/fault-proxy.ts'
import { startFaultProxy } from '../../../support/fault-proxy.ts'
import { checkHistory } from '../../../support/history/check-history.ts'
import { readHistory } from '../../../support/history/read-history.ts'
import type { Workload, WorkloadSession } from '../../../support/history/workload.ts'
import { createWorkload } from '../../../support/history/workload.ts'
import type { FaultConfigOptions } from './config-text.ts'
import { faultConfig } from './config-text.ts'
import type { Supervisor } from './supervisor.ts'
import { supervise } from './supervisor.ts'

/** A legacy database, and how Banyan reads it. */
export interface LegacyUnderWork {
  readonly adapter: FaultConfigOptions['adapter']
  /** Where the workload goes. */
  readonly url: string
  readonly connect: () => Promise<WorkloadSession>
  readonly tables: readonly string[]
  /** Options of the change source, whose connections go through the port. */
  readonly source: (port: number) => object
  /** Done when the tables are there, before anybody reads or writes them. */
  readonly begin?: () => Promise<void>
  /** Done while Banyan reads what was there before. */
  readonly meanwhile?: (supervisor: Supervisor) => Promise<void>
}

/** A server that may be killed, and what is different from one kind to another. */
export interface LegacyUnderFaults extends LegacyUnderWork {
  readonly kill: () => Promise<void>
  readonly restart: () => Promise<void>
  /** Begins new files of the log, and throws away those that nobody needs. */
  readonly rotate: () => Promise<void>
}

/** A workload on a legacy server, a proxy in front of it, and `banyan run` with a private store behind that. */
export interface Arena<L extends LegacyUnderWork = LegacyUnderFaults> extends AsyncDisposable {
  readonly legacy: L
  readonly workload: Workload
  readonly proxy: FaultProxy
  readonly supervisor: Supervisor
  /** Folder of the store. */
  readonly store: string
  /** `SIGKILL` of the store's server. */
  readonly killStore: () => Promise<void>
  /** Fails unless what is committed now is in the store soon. */
  readonly goesOn: () => Promise<void>
  /** Stops the workload, waits for the store, fails unless the whole history holds, and starts the workload again. */
  readonly check: () => Promise<void>
}

/** `publish`: options of `kafkaTopics`. `patienceMs`: longer than any deadline of Banyan's own. */
export const openArena = async <L extends LegacyUnderWork>(
  legacy: L,
  seed: number,
  { publish, patienceMs = 90_000 }: { readonly publish?: object; readonly patienceMs?: number } = {},
): Promise<Arena<L>> => {
  const folder = await mkdtemp(join(tmpdir(), 'banyan-faults-'))
  // As root the store runs as the user postgres, who has to get in.
  await chmod(folder, 0o755)
  const store = join(folder, 'store')
  const { hostname, port } = new URL(legacy.url)
  const proxy = await startFaultProxy({ host: hostname, port: Number(port) })
  const workload = await createWorkload({ seed, workers: 3, connect: legacy.connect, tables: legacy.tables })
  const config = join(folder, 'banyan.config.ts')
  await writeFile(
    config,
    faultConfig({
      adapter: legacy.adapter,
      source: legacy.source(proxy.port),
      folder: store,
      ...(publish === undefined ? {} : { publish }),
    }),
  )
  await legacy.begin?.()
  workload.start()
  const supervisor = supervise(['run', '--json', '--config', config], {})
  await legacy.meanwhile?.(supervisor)
  const watch = watchStore(store)
  const caughtUp = async (id: string): Promise<void> => {
    const found = async (): Promise<boolean> =>
      (await watch.ask(`SELECT 1 FROM banyan.events WHERE key = '${id}'`)).length > 0 || supervisor.isUnexplained()
    await vi.waitUntil(found, { timeout: patienceMs, interval: 15 })
  }
  const snapshotDone = async (): Promise<boolean> =>
    (await watch.ask(`SELECT 1 FROM banyan.capture_cursors WHERE phase = 'stream'`)).length > 0
  await vi.waitUntil(snapshotDone, { timeout: patienceMs, interval: 50 })
  return {
    legacy,
    workload,
    proxy,
    supervisor,
    store,
    killStore: async () => {
      const postmaster = await findPostmaster(store)
      if (postmaster !== null) process.kill(postmaster.pid, 'SIGKILL')
    },
    goesOn: async () => caughtUp(await workload.close()),
    check: async () => {
      await workload.pause()
      await caughtUp(await workload.close())
      expect(supervisor.takeUnexplained()).toEqual([])
      await using server = await connectionOf(store)
      const history = await readHistory({ workload, connect: legacy.connect, store: server.connection })
      expect(checkHistory(history)).toEqual([])
      expect(history.events.length).toBeGreaterThan(0)
      workload.start()
    },
    [Symbol.asyncDispose]: async () => {
      await workload.pause()
      await supervisor.stop()
      proxy.close()
      watch.close()
      await stopPostmaster(store)
      await rm(folder, { recursive: true, force: true, maxRetries: 5 })
    },
  }
}

/** The store's server, as one more user of it. */
export const connectionOf = async (folder: string): Promise<{ readonly connection: pg.ClientConfig } & AsyncDisposable> => {
  const server = await usePrivateServer(folder)
  return { connection: server.connection, [Symbol.asyncDispose]: server.release }
}

interface StoreWatch {
  /** What the store says; nothing while it is not there, which it need not be. */
  readonly ask: (sql: string) => Promise<readonly unknown[]>
  readonly close: () => void
}

/** Asks the store's server where there is one, and never starts it. */
const watchStore = (folder: string): StoreWatch => {
  let client: pg.Client | null = null
  const connect = async (): Promise<pg.Client | null> => {
    const found = await findPostmaster(folder)
    if (found?.ready !== true) return null
    const { host, port } = found
    const made = new pg.Client({ host, port, user: serverUser, password: await readPassword(folder), database: 'postgres' })
    made.on('error', () => {
      client = null
    })
    await made.connect()
    return made
  }
  return {
    ask: async (sql) => {
      try {
        client ??= await connect()
        return client === null ? [] : (await client.query<Record<string, unknown>>(sql)).rows
      } catch {
        client = null
        return []
      }
    },
    close: () => void client?.end().catch(() => undefined),
  }
}
