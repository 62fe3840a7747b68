import pg from 'pg'
import { test } from 'vitest'
import { postgres } from '../../../../adapters/postgres/change-source.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'
import { killedSnapshot } from '../../../support/killed-snapshot.ts'

test('a snapshot that is killed goes on: no gap, no double, and nothing that was stored is read again', { timeout: 90_000 }, async () => {
  const legacy = await freshDatabase()
  const client = new pg.Client({ connectionString: legacy.url })
  await client.connect()
  const options = {
    name: 'shop',
    url: legacy.url,
    tables: ['ord'],
    slot: legacy.name,
    publication: 'p',
    createPublication: true,
    snapshotChunkBytes: 4096,
  }
  try {
    await client.query('CREATE TABLE ord (region text, no int, qty int NOT NULL, PRIMARY KEY (region, no))')
    const query = async (sql: string): Promise<readonly Readonly<Record<string, unknown>>[]> => (await client.query(sql)).rows
    await killedSnapshot({ adapter: 'postgres', options, open: () => postgres(options), query })
  } finally {
    await client.end()
    await legacy.drop()
  }
})
