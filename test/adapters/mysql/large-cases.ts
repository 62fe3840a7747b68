import { test } from 'vitest'
import type { MysqlServer } from '../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'
import { expectLargeValues } from '../../support/large-values.ts'
import { startMysqlHarness } from '../../support/mysql-harness.ts'

/** Registers the test of values of many megabytes. */
export const largeCases = (server: MysqlServer): void => {
  test('values of 16 MiB are the same by snapshot, by stream and by SELECT, a few at a time', async () => {
    await using harness = await startMysqlHarness(server)
    await using session = await harness.session()
    await session.run('CREATE TABLE big (id int PRIMARY KEY, n int, body longblob)')
    await using source = harness.openWith({ tables: ['big'] })
    const connection = await openMysql(harness.url)
    const values = (rows: number, repeats: number): readonly string[] =>
      Array.from({ length: rows }, (_, index) => `(${index + 1}, 0, repeat(unhex(left(sha2(${index + 1}, 256), 32)), ${repeats}))`)
    try {
      await expectLargeValues({
        source,
        run: session.run,
        insert: (rows, repeats) => `INSERT INTO big VALUES ${values(rows, repeats).join(', ')}`,
        hashes: async () => {
          const rows = await mysqlRows(connection, 'SELECT id, sha2(body, 256) AS hash FROM big ORDER BY id')
          return new Map(rows.map((row) => [Number(row['id']), String(row['hash'])]))
        },
      })
    } finally {
      connection.destroy()
    }
  }, 120_000)
}
