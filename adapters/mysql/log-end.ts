import type { Connection } from 'mysql2'
import type { EpochMs } from '../../src/model/ids.ts'
import { epochMs } from '../../src/model/ids.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { BinlogPlace } from './binlog-place.ts'
import { quoted, rowsOf } from './connect.ts'
import { sortedMariadbGtids } from './gtids.ts'
import type { Server } from './server.ts'
import { isAtLeast } from './server.ts'

/** The end of the log at an instant of the server: everything that had committed by then is before it. */
export interface LogEnd {
  readonly place: BinlogPlace
  readonly at: EpochMs
  /** Executed GTIDs, which MySQL tells along with the place; empty else. */
  readonly gtids: string
}

/** A commit gets its time a moment before it is in the log: the time of a log's end is told with this reserve. */
const commitSkewMs = 200

/** The clock is read first, so that the log is never older than its time. */
export const readLogEnd = async (connection: Connection, server: Server): Promise<LogEnd> => {
  const [now] = await rowsOf(connection, 'SELECT UNIX_TIMESTAMP(NOW(6)) * 1000 AS at')
  const [status] = await rowsOf(connection, statusSql(server))
  const file = status?.['File'] ?? ''
  if (file === '') {
    throw new BanyanError('source-preflight', 'the server writes no binlog', {
      hint: 'set log_bin and server_id in the configuration and restart the server',
    })
  }
  const reserved = Number(now?.['at'] ?? 0) - commitSkewMs
  return {
    place: { file, offset: Number(status?.['Position'] ?? 0) },
    at: epochMs(server.exactTimes ? reserved : Math.floor(reserved / 1000) * 1000),
    gtids: (status?.['Executed_Gtid_Set'] ?? '').replaceAll(/\s/g, ''),
  }
}

const statusSql = ({ flavour, version }: Server): string =>
  flavour === 'mysql' && isAtLeast(version, 8, 2) ? 'SHOW BINARY LOG STATUS' : 'SHOW MASTER STATUS'

/** MariaDB: executed GTIDs at a place of the log; null where there is no such place. */
export const gtidsAt = async (connection: Connection, { file, offset }: BinlogPlace): Promise<string | null> => {
  const [row] = await rowsOf(connection, `SELECT BINLOG_GTID_POS(${quoted(file)}, ${offset}) AS gtids`)
  const gtids = row?.['gtids'] ?? null
  return gtids === null ? null : sortedMariadbGtids(gtids)
}
