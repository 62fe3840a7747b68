import pg from 'pg'
import { test } from 'vitest'
import { expectLargeValues } from '../../support/large-values.ts'
import type { PostgresHarnessOptions } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'

/** Registers the test of values of many megabytes, which this server keeps out of line (TOAST). */
export const largeCases = (version: number, options: PostgresHarnessOptions): void => {
  test(`values of 16 MiB are the same by snapshot, by stream and by SELECT, a few at a time (PostgreSQL ${version})`, async () => {
    await using harness = await startPostgresHarness(options)
    await using session = await harness.session()
    await session.run('CREATE TABLE big (id int PRIMARY KEY, n int, body bytea)')
    await session.run('ALTER TABLE big ALTER body SET STORAGE EXTERNAL')
    await using source = harness.openWith({ tables: ['big'] })
    const client = new pg.Client({ connectionString: harness.url, options: `-c search_path=${harness.schema}` })
    await client.connect()
    try {
      await expectLargeValues({
        source,
        run: session.run,
        insert: (rows, repeats) =>
          `INSERT INTO big SELECT id, 0, decode(repeat(md5(id::text), ${repeats}), 'hex') FROM generate_series(1, ${rows}) id`,
        hashes: async () => {
          const found = await client.query<{ id: number; hash: string }>(
            `SELECT id, encode(sha256(body), 'hex') AS hash FROM big ORDER BY id`,
          )
          return new Map(found.rows.map(({ id, hash }) => [id, hash]))
        },
      })
    } finally {
      await client.end()
    }
  }, 120_000)
}
