import process from 'node:process'
import { BanyanError } from '../model/errors.ts'
import type { Store } from '../ports/store.ts'
import { archiveReader } from './archive-reader.ts'
import { watchCapture } from './captured.ts'
import { captureStore } from './capture-store.ts'
import { changeLog } from './change-log.ts'
import type { Epochs } from './claim-store.ts'
import { claimStore } from './claim-store.ts'
import { classifyStore } from './classify-store.ts'
import type { Database } from './database.ts'
import { openDatabase } from './database.ts'
import { openDictionary } from './dictionary.ts'
import { migrate } from './migrate.ts'
import { giveWay } from './private-server/give-way.ts'
import { pairStore } from './pair-store.ts'
import { usePrivateServer } from './private-server/use-private-server.ts'
import { publishStore } from './publish-store.ts'
import { createRecentChanges } from './recent-changes.ts'
import { shadowStore } from './shadow-store.ts'

/**
 * A folder for a private server, or the URL of a PostgreSQL, where the store keeps to the schema `banyan`. With `givesWay` this process and
 * the private server run behind all others on the machine.
 */
export type StoreOptions = { readonly folder: string; readonly givesWay?: boolean } | { readonly url: string }

/**
 * Opens the store, making or starting its server and bringing its schema up to date as needed. Dispose it: the last
 * user of a folder stops the server.
 *
 * @throws BanyanError store-folder, store-full, store-unreachable, store-version, config-invalid.
 */
export const openStore = (options: StoreOptions): Promise<Store> =>
  'url' in options ? openAt(options.url) : openIn(options.folder, options.givesWay ?? false)

const openIn = async (folder: string, givesWay: boolean): Promise<Store> => {
  const server = await usePrivateServer(folder)
  const giving = givesWay ? giveWay([process.pid, server.pid]) : null
  const release = (): Promise<void> => {
    giving?.[Symbol.dispose]()
    return server.release()
  }
  try {
    return await storeOn(openDatabase(server.connection, folder), folder, release)
  } catch (error) {
    await release()
    throw error
  }
}

const openAt = async (url: string): Promise<Store> => {
  const parsed = URL.canParse(url) ? new URL(url) : null
  if (parsed === null || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new BanyanError('config-invalid', 'the store url is not a PostgreSQL url', {
      hint: 'write it as postgres://user:password@host:port/database',
    })
  }
  const where = `${parsed.host}${parsed.pathname}`
  return storeOn(openDatabase({ connectionString: url }, where), where, async () => undefined)
}

const storeOn = async (database: Database, where: string, release: () => Promise<void>): Promise<Store> => {
  try {
    await database.reach()
    await migrate(database, where)
  } catch (error) {
    await database.close()
    throw error
  }
  const dictionary = openDictionary(database)
  // The watch reads through the log, and the log waits through the watch.
  const watch = watchCapture((source) => log.captureCursor(source))
  const epochs: Epochs = new Map()
  const parts = { database, dictionary, watch, epochs, recent: createRecentChanges(), committed: watch.committed }
  const log = changeLog(parts)
  return {
    ...captureStore(parts),
    ...log,
    ...shadowStore(parts),
    ...pairStore(parts),
    ...classifyStore(parts),
    ...archiveReader(parts),
    ...publishStore(parts),
    ...claimStore(parts),
    [Symbol.asyncDispose]: once(async () => {
      watch.close()
      await database.close()
      await release()
    }),
  }
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let done: Promise<void> | null = null
  return () => (done ??= work())
}
