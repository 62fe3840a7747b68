import { expect, test } from 'vitest'
import { changesOf, endOf, readCurrent } from '../../../src/testing/change-source/harness.ts'
import type { PostgresHarness, PostgresHarnessOptions } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

type SourceOptions = Parameters<PostgresHarness['openWith']>[0]

/** What snapshot and stream tell of rows that are there before, and of others that come later. */
const told = async (harness: PostgresHarness, options: SourceOptions, later: string): Promise<readonly string[]> => {
  await using session = await harness.session()
  await using source = harness.openWith(options)
  const first = await readCurrent(source, null)
  await session.run(later)
  const all = changesOf([...first, ...(await readCurrent(source, endOf(first)))])
  return all.map(({ op, table, after }) => `${op} ${table} ${JSON.stringify(after)}`)
}

const run = async (harness: PostgresHarness, sql: string): Promise<void> => {
  await using session = await harness.session()
  await session.run(sql)
}

/** Registers what depends on the kind of a table, for one version of the server. */
export const tableCases = (version: 15 | 18, options: PostgresHarnessOptions): void => {
  const parts = `
    create table part (id int primary key) partition by range (id);
    create table part_1 partition of part for values from (0) to (9); create table part_2 partition of part for values from (9) to (99);
    insert into part values (1), (10);`

  test(`partitions come under the name of their table, or under their own (PostgreSQL ${version})`, async () => {
    await using harness = await startPostgresHarness(options)
    const { schema } = harness
    await run(harness, `${parts} create publication ${schema} for table part with (publish_via_partition_root = true)`)
    expect(await told(harness, { tables: ['part'] }, 'insert into part values (2), (11)')).toEqual([
      'read part {"id":1}',
      'read part {"id":10}',
      'create part {"id":2}',
      'create part {"id":11}',
    ])
    await using leaf = harness.openWith({ tables: ['part_1'] })
    await expect(readCurrent(leaf, null)).rejects.toMatchObject({
      code: 'source-preflight',
      hint: expect.stringContaining('name the partitioned table'),
    })
    await run(harness, `alter publication ${schema} set (publish_via_partition_root = false)`)
    await using root = harness.openWith({ tables: ['part'] })
    await expect(readCurrent(root, null)).rejects.toMatchObject({
      code: 'source-preflight',
      hint: expect.stringContaining('publish_via_partition_root = true'),
    })
    expect(await told(harness, { tables: ['part_1'], slot: `${harness.slot}b` }, 'insert into part values (3), (12)')).toEqual([
      'read part_1 {"id":1}',
      'read part_1 {"id":2}',
      'create part_1 {"id":3}',
    ])
    await run(harness, `select pg_drop_replication_slot('${harness.slot}b')`)
  })

  test(`a column list holds for snapshot and stream alike (PostgreSQL ${version})`, async () => {
    await using harness = await startPostgresHarness(options)
    await run(harness, `create publication ${harness.schema} for table pair (region, no); insert into pair values ('EU', 1, 'hidden')`)
    expect(await told(harness, { tables: ['pair'] }, `insert into pair values ('EU', 2, 'hidden')`)).toEqual([
      'read pair {"region":"EU","no":1}',
      'create pair {"region":"EU","no":2}',
    ])
  })

  test(`generated columns are not sent unless the publication says so, by snapshot and stream alike (PostgreSQL ${version})`, async () => {
    await using harness = await startPostgresHarness(options)
    const { schema } = harness
    await run(
      harness,
      `create table made (id int primary key, twice int generated always as (id * 2) stored);
       create publication ${schema} for table made; insert into made values (1)`,
    )
    expect(await told(harness, { tables: ['made'] }, 'insert into made values (2)')).toEqual(['read made {"id":1}', 'create made {"id":2}'])
    if (version < 18) return
    await run(harness, `alter publication ${schema} set (publish_generated_columns = stored); alter table made replica identity full`)
    expect(await told(harness, { tables: ['made'], slot: `${harness.slot}b` }, 'update made set id = 3 where id = 2')).toEqual([
      'read made {"id":1,"twice":2}',
      'read made {"id":2,"twice":4}',
      'delete made null',
      'create made {"id":3,"twice":6}',
    ])
    await run(harness, `select pg_drop_replication_slot('${harness.slot}b')`)
  })
}
