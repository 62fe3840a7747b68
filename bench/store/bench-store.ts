import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import type { Store } from '../../src/ports/store.ts'
import { openStore } from '../../src/store/open.ts'
import { usePrivateServer } from '../../src/store/private-server/use-private-server.ts'

export interface BenchStore {
  readonly store: Store
  /** A bare connection to the same server. */
  readonly client: pg.Client
}

/** A store on a private server of its own, which is gone afterwards. */
export const withBenchStore = async <T>(work: (bench: BenchStore) => Promise<T>): Promise<T> => {
  const parent = await mkdtemp(join(tmpdir(), 'banyan-bench-'))
  await chmod(parent, 0o755)
  const folder = join(parent, 'store')
  const server = await usePrivateServer(folder)
  const store = await openStore({ folder })
  const client = new pg.Client(server.connection)
  await client.connect()
  try {
    return await work({ store, client })
  } finally {
    await client.end()
    await store[Symbol.asyncDispose]()
    await server.release()
    await rm(parent, { recursive: true, force: true })
  }
}
