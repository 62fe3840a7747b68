import { is } from 'drizzle-orm'
import { getTableConfig, PgTable } from 'drizzle-orm/pg-core'
import pg from 'pg'
import { expect, test } from 'vitest'
import * as schema from '../../../src/store/schema.ts'
import { emptyStore } from './empty-store.ts'

const { url } = emptyStore()

test('the drizzle schema and the migrated database say the same of every column', async () => {
  const client = new pg.Client({ connectionString: url() })
  await client.connect()
  const { rows } = await client.query<{ table: string; column: string; type: string; nullable: boolean; collation: string | null }>(
    `SELECT c.relname AS table, a.attname AS column, format_type(a.atttypid, a.atttypmod) AS type, NOT a.attnotnull AS nullable, l.collname AS collation
     FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid LEFT JOIN pg_collation l ON l.oid = a.attcollation
     WHERE c.relnamespace = 'banyan'::regnamespace AND c.relkind = 'r' AND c.relname <> 'migrations' AND a.attnum > 0`,
  )
  await client.end()
  const told = Object.values(schema)
    .filter((table) => is(table, PgTable))
    .flatMap((table) => {
      const { name, columns } = getTableConfig(table)
      return columns.map((column) => `${name}.${column.name} ${column.getSQLType()} ${column.notNull ? 'not null' : 'null'}`)
    })
  expect(told.sort()).toEqual(rows.map((row) => `${row.table}.${row.column} ${row.type} ${row.nullable ? 'null' : 'not null'}`).sort())
  expect(rows.filter((row) => row.type === 'text' && row.collation !== 'C')).toEqual([])
})
