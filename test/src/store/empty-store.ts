import pg from 'pg'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import type { Store } from '../../../src/ports/store.ts'
import { openStore } from '../../../src/store/open.ts'
import type { FreshDatabase } from '../../support/fresh-database.ts'
import { freshDatabase } from '../../support/fresh-database.ts'

export interface TestStore {
  readonly store: () => Store
  readonly url: () => string
}

/** An empty store for each test of a file, in a database of the file's own. */
export const emptyStore = (): TestStore => {
  let database: FreshDatabase
  let store: Store
  beforeAll(async () => {
    database = await freshDatabase()
  })
  afterAll(() => database.drop())
  beforeEach(async () => {
    const client = new pg.Client({ connectionString: database.url })
    await client.connect()
    await client.query('DROP SCHEMA IF EXISTS banyan CASCADE')
    await client.end()
    store = await openStore({ url: database.url })
    return () => store[Symbol.asyncDispose]()
  })
  return { store: () => store, url: () => database.url }
}

export const collect = async <T>(pages: AsyncIterable<readonly T[]>): Promise<readonly T[]> => (await Array.fromAsync(pages)).flat()
