import pg from 'pg'
import { expect, test } from 'vitest'
import type { SourceItem } from '../../../src/model/change-event.ts'
import type { TableShape } from '../../../src/model/table-shape.ts'
import { endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

const shapesOf = (items: readonly SourceItem[]): readonly (TableShape | null)[] =>
  items.flatMap((item) => (item.kind === 'transaction' ? (item.described ?? []).map(({ shape }) => shape) : []))

const types = [
  ...['boolean', 'bytea', 'name', 'bigint', 'smallint', 'integer', 'text', 'oid', 'json', 'jsonb', 'xml', 'point', 'cidr', 'real', 'uuid'],
  ...['double precision', 'macaddr8', 'money', 'macaddr', 'inet', 'character(7)', 'character varying', 'character varying(40)', 'date'],
  ...['time(3)', 'time', 'timestamp(0)', 'timestamp', 'timestamptz', 'timestamptz(3)', 'timetz', 'interval', 'bit(3)', 'bit varying(9)'],
  ...['bit varying', 'numeric', 'numeric(12,2)', 'numeric(4,-2)', 'numeric(3,5)', 'integer[]', 'character varying(5)[]', 'numeric(6,3)[]'],
  ...['mood', 'positive', 'mood[]'],
]

test('a table looks the same in the catalogue and in the log, and each type has the name that the server prints', async () => {
  await using harness = await startPostgresHarness({ source: { tables: ['every', 'account'] } })
  await using session = await harness.session()
  const columns = types.map((type, place) => `c${place} ${type}`).join(', ')
  await session.run(`CREATE TYPE mood AS ENUM ('low', 'high'); CREATE DOMAIN positive AS int CHECK (value > 0);
    CREATE TABLE every (id int PRIMARY KEY, ${columns}); INSERT INTO every VALUES (1)`)
  await using source = harness.openWith({})
  const snapshot = await readCurrent(source, null)
  const [every] = shapesOf(snapshot)
  await session.run('INSERT INTO every VALUES (2)')
  expect(shapesOf(await readCurrent(source, endOf(snapshot)))).toEqual([every])

  const client = new pg.Client({ connectionString: harness.url })
  await client.connect()
  const { rows } = await client.query<{ name: string; type: string }>(
    `SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
     WHERE attrelid = '${harness.schema}.every'::regclass AND attnum > 0 ORDER BY attnum`,
  )
  await client.end()
  const named = every?.columns.map(({ name, type }) => ({
    name,
    type: type.replaceAll(`${harness.schema}.`, '').replace(/^_(mood)$/, '$1[]'),
  }))
  expect(named).toEqual(rows.map(({ name, type }) => ({ name, type: type.replaceAll(`${harness.schema}.`, '') })))
  expect(every?.key).toEqual(['id'])
})

test('what a column holds is what its values are', async () => {
  await using harness = await startPostgresHarness()
  await using session = await harness.session()
  await session.run(`INSERT INTO account VALUES (1, 'A', 2, 3.5, 'n', now(), now())`)
  await using source = await harness.open()
  const items = await readCurrent(source, null)
  const [account] = shapesOf(items)
  const [transaction] = items.flatMap((item) => (item.kind === 'transaction' ? item : []))
  const [change] = transaction?.changes() ?? []
  const kind = (value: unknown): string => (typeof value === 'string' ? 'text' : typeof value)
  expect(account?.columns.map(({ holds }) => holds)).toEqual(account?.columns.map(({ name }) => kind(change?.after?.[name])))
})
