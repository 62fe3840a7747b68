import type { Connection } from 'mysql2'
import pg from 'pg'
import { mysqlRows, openMysql } from '../../../fixtures/services/mysql-server.ts'
import type { TextRow } from './history.ts'
import type { WorkloadSession } from './workload.ts'

const asText = { getTypeParser: () => (text: string) => text }

/** A session of the workload on PostgreSQL. */
export const postgresSession = async (url: string): Promise<WorkloadSession> => {
  const client = new pg.Client({ connectionString: url, types: asText as unknown as pg.CustomTypesConfig, connectionTimeoutMillis: 5_000 })
  client.on('error', () => undefined)
  await client.connect()
  return {
    run: async (sql) => {
      await client.query(sql)
    },
    rows: async (sql) => (await client.query<Record<string, string | null>>(sql)).rows,
    close: () => void client.end().catch(() => undefined),
  }
}

/** A session of the workload on MySQL or MariaDB. */
export const mysqlSession = async (url: string): Promise<WorkloadSession> => {
  const connection = await openMysql(url, { multipleStatements: true, connectTimeout: 5_000, supportBigNumbers: true })
  await mysqlRows(connection, "SET time_zone = '+00:00', sql_mode = 'NO_BACKSLASH_ESCAPES'")
  return {
    run: async (sql) => {
      await mysqlRows(connection, sql)
    },
    rows: async (sql) => (await textRows(connection, sql)) as readonly TextRow[],
    close: () => connection.destroy(),
  }
}

const textRows = async (connection: Connection, sql: string): Promise<readonly TextRow[]> =>
  (await mysqlRows(connection, sql)).map((row) =>
    Object.fromEntries(Object.entries(row).map(([name, value]) => [name, value === null ? null : String(value)])),
  )
