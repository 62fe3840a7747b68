import type pg from 'pg'
import type { EpochMs } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import { rowsOf } from './connect.ts'
import { parseLsn } from './lsn.ts'

/** The end of the log at an instant of the server: everything that had committed by then is before it. */
export interface LogEnd {
  readonly lsn: bigint
  readonly at: EpochMs
}

/** A commit gets its time a moment before it is in the log: the time of a log's end is told with this reserve. */
const commitSkewMs = 200

/** On a primary or a standby. The clock is read first, so that the log is never older than its time. */
const logEndSql = `
  WITH now AS MATERIALIZED (SELECT extract(epoch FROM clock_timestamp()) * 1000 AS at)
  SELECT now.at, CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() ELSE pg_current_wal_insert_lsn() END AS lsn,
    (SELECT setting FROM pg_settings WHERE name = 'wal_sender_timeout') AS sender_timeout_ms, current_setting('server_version_num') AS version
  FROM now`

export interface ServerFacts {
  /** How long the server waits for a word of its readers; 0: for ever. */
  readonly senderTimeoutMs: number
  /** As the server has it: 180004. */
  readonly serverVersion: number
}

export const readLogEnd = async (client: pg.Client): Promise<LogEnd & ServerFacts> => {
  const [row] = await rowsOf(client, logEndSql)
  return {
    lsn: adjustedEnd(parseLsn(row?.['lsn'] ?? '0/0')),
    at: epochMs(Number(row?.['at'] ?? 0) - commitSkewMs),
    senderTimeoutMs: Number(row?.['sender_timeout_ms'] ?? 0),
    serverVersion: Number(row?.['version'] ?? 0),
  }
}

const pageBytes = 8192n
const pageHeaderBytes = 24n
const segmentHeaderBytes = 40n

/**
 * The insert position at the start of a page points behind the page's header, which the end of the last record does not:
 * without this, a reader would wait for a record that nobody writes.
 */
export const adjustedEnd = (insert: bigint): bigint => {
  const inPage = insert % pageBytes
  return inPage === pageHeaderBytes || inPage === segmentHeaderBytes ? insert - inPage : insert
}
