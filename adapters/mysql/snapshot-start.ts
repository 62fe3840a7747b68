import type { Connection } from 'mysql2'
import type { Connections } from './connect.ts'
import { quotedName, rowsOf } from './connect.ts'
import { failure } from './failure.ts'
import type { LogEnd } from './log-end.ts'
import { gtidsAt, readLogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import type { Server } from './server.ts'

/** A connection that sees one state of all tables, and the place in the log that this state is of. */
export interface SnapshotStart extends LogEnd {
  readonly connection: Connection
}

const beginSql = 'START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY'

/**
 * Begins a transaction that sees exactly what had committed at a place of the log. MariaDB tells that place and locks
 * nothing. MySQL does not: there the captured tables are locked against writers while it begins, which takes
 * milliseconds once those who are writing have committed; they are waited for up to `lockWaitMs`.
 */
export const startSnapshot = async (connections: Connections, settings: Settings, server: Server): Promise<SnapshotStart> => {
  const connection = await connections.open()
  try {
    await rowsOf(connection, 'SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ')
    await rowsOf(connection, `SET SESSION ${server.flavour === 'mysql' ? 'max_execution_time' : 'max_statement_time'} = 0`)
    const start =
      server.flavour === 'mariadb' ? await beginWithPlace(connection, server) : await beginLocked(connections, connection, settings, server)
    return { connection, ...start }
  } catch (error) {
    throw failure(error, settings)
  }
}

const beginWithPlace = async (connection: Connection, server: Server): Promise<LogEnd> => {
  await rowsOf(connection, beginSql)
  const rows = await rowsOf(connection, "SHOW STATUS LIKE 'binlog_snapshot_%'")
  const status = new Map(rows.map((row) => [(row['Variable_name'] ?? '').toLowerCase(), row['Value'] ?? '']))
  const place = { file: status.get('binlog_snapshot_file') ?? '', offset: Number(status.get('binlog_snapshot_position') ?? 0) }
  const { at } = await readLogEnd(connection, server)
  return { place, at, gtids: (await gtidsAt(connection, place)) ?? '' }
}

const beginLocked = async (connections: Connections, connection: Connection, settings: Settings, server: Server): Promise<LogEnd> => {
  const lock = await connections.open()
  try {
    await rowsOf(lock, `SET SESSION lock_wait_timeout = ${Math.max(1, Math.round(settings.lockWaitMs / 1000))}`)
    const tables = settings.tables.map(({ schema, table }) => `${quotedName(schema)}.${quotedName(table)} READ`)
    await rowsOf(lock, `LOCK TABLES ${tables.join(', ')}`)
    await rowsOf(connection, beginSql)
    return await readLogEnd(connection, server)
  } finally {
    connections.close(lock)
  }
}
