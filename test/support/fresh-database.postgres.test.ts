import pg from 'pg'
import { expect, test } from 'vitest'
import { freshDatabase } from './fresh-database.ts'

test('a fresh database decodes logically and can be dropped with its slots', async () => {
  const database = await freshDatabase()
  const client = new pg.Client({ connectionString: database.url })
  client.on('error', () => {})
  await client.connect()
  await client.query(`SELECT pg_create_logical_replication_slot('${database.name}', 'pgoutput')`)
  const { rows } = await client.query('SHOW wal_level')
  expect(rows).toEqual([{ wal_level: 'logical' }])
  await database.drop()
})
