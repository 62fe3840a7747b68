import { setTimeout as sleep } from 'node:timers/promises'
import type { Connection } from 'mysql2'
import type { SourceLoad } from '../../src/ports/change-source.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { quoted, rowsOf } from './connect.ts'
import { readLogEnd } from './log-end.ts'
import type { Settings } from './options.ts'
import type { Server } from './server.ts'

interface Count {
  readonly atMs: number
  readonly place: BinlogPlace
  readonly changes: number
  readonly upSeconds: number
}

/** Rows that the engine has changed, in all tables: what the servers count without being asked to. */
const counters = ['Innodb_rows_inserted', 'Innodb_rows_updated', 'Innodb_rows_deleted'] as const
/** Of servers that have none of these: the same with the rows of internal tables. */
const handlers = ['Handler_write', 'Handler_update', 'Handler_delete'] as const

const count = async (connection: Connection, server: Server): Promise<Count> => {
  const names = [...counters, ...handlers, 'Uptime_since_flush_status'].map(quoted)
  const rows = await rowsOf(connection, `SHOW GLOBAL STATUS WHERE Variable_name IN (${names.join(', ')})`)
  const status = new Map(rows.map((row) => [row['Variable_name'] ?? '', Number(row['Value'] ?? 0)]))
  const used = counters.some((name) => status.has(name)) ? counters : handlers
  return {
    atMs: performance.now(),
    place: (await readLogEnd(connection, server)).place,
    changes: used.reduce((sum, name) => sum + (status.get(name) ?? 0), 0),
    upSeconds: status.get('Uptime_since_flush_status') ?? 0,
  }
}

/** Bytes between two places; the files between them are asked for. */
const logBetween = async (connection: Connection, from: BinlogPlace, to: BinlogPlace): Promise<number> => {
  if (from.file === to.file) return Math.max(0, to.offset - from.offset)
  const sizes = (await rowsOf(connection, 'SHOW BINARY LOGS')).map((row) => [row['Log_name'] ?? '', Number(row['File_size'] ?? 0)] as const)
  const first = sizes.findIndex(([name]) => name === from.file)
  const last = sizes.findIndex(([name]) => name === to.file)
  const whole = sizes.slice(Math.max(0, first), Math.max(0, last)).reduce((sum, [, size]) => sum + size, 0)
  return Math.max(0, whole - (first < 0 ? 0 : from.offset) + to.offset)
}

const readRowBytes = async (connection: Connection, settings: Settings): Promise<number | null> => {
  const wanted = settings.tables.map(({ schema, table }) => `(${quoted(schema)}, ${quoted(table)})`).join(', ')
  const [row] = await rowsOf(
    connection,
    `SELECT SUM(AVG_ROW_LENGTH * TABLE_ROWS) / SUM(TABLE_ROWS) AS bytes FROM information_schema.TABLES WHERE (TABLE_SCHEMA, TABLE_NAME) IN (${wanted})`,
  )
  const bytes = row?.['bytes'] ?? null
  return bytes === null ? null : Number(bytes)
}

export const readLoad = async (connection: Connection, settings: Settings, server: Server, watchMs: number): Promise<SourceLoad> => {
  const first = await count(connection, server)
  await sleep(watchMs)
  const last = await count(connection, server)
  const seconds = Math.max(1, last.atMs - first.atMs) / 1_000
  return {
    watchedMs: 1_000 * seconds,
    changesPerSecond: Math.max(0, last.changes - first.changes) / seconds,
    counted: 'whole server',
    usualChangesPerSecond: last.upSeconds === 0 ? null : last.changes / last.upSeconds,
    logBytesPerSecond: (await logBetween(connection, first.place, last.place)) / seconds,
    rowBytes: await readRowBytes(connection, settings),
  }
}
