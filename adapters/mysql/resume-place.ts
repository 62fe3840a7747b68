import type { Connection } from 'mysql2'
import type { BanyanError } from '../../src/model/errors.ts'
import type { BinlogPlace, MysqlToken } from './binlog-place.ts'
import { quoted, rowsOf } from './connect.ts'
import { sourceError } from './failure.ts'
import { gtidsAt } from './log-end.ts'
import type { Settings } from './options.ts'
import type { Server } from './server.ts'

export interface ResumeCheck {
  readonly connection: Connection
  readonly settings: Settings
  readonly server: Server
  readonly token: MysqlToken
  /** GTIDs that the server has executed; MySQL only. */
  readonly executed: string
}

/**
 * The server still has the log from the token on, and it is the log that the token is of: one that was reset, or restored
 * from a backup, can have other changes at the same places.
 *
 * @throws BanyanError source-position-lost
 */
export const checkPlace = async (check: ResumeCheck): Promise<void> => {
  const fault = await placeFault(check)
  if (fault !== null) throw lost(check, fault)
}

/** Null: reading can go on from the token. */
export const placeFault = async ({ connection, token, server, executed }: Omit<ResumeCheck, 'settings'>): Promise<string | null> => {
  const logs = await rowsOf(connection, 'SHOW BINARY LOGS')
  const holds = ({ file, offset }: BinlogPlace): boolean =>
    logs.some((log) => log['Log_name'] === file && Number(log['File_size']) >= offset)
  if (!holds(token.from) || !holds(token.end)) {
    return `the server has no log ${token.from.file} up to byte ${token.from.offset}; the oldest is ${logs[0]?.['Log_name'] ?? 'none'}`
  }
  if (token.gtids === '') return null
  const same =
    server.flavour === 'mariadb'
      ? (await gtidsAt(connection, token.end)) === token.gtids
      : await isSubset(connection, token.gtids, executed)
  return same
    ? null
    : `the log of the server at ${token.end.file}, byte ${token.end.offset}, is not the one that was read before: it was reset or restored`
}

const isSubset = async (connection: Connection, gtids: string, executed: string): Promise<boolean> => {
  const [row] = await rowsOf(connection, `SELECT GTID_SUBSET(${quoted(gtids)}, ${quoted(executed)}) AS inside`)
  return row?.['inside'] === '1'
}

const lost = ({ settings }: ResumeCheck, message: string): BanyanError =>
  sourceError(
    settings,
    'source-position-lost',
    message,
    'begin again with a snapshot into an empty store, and let the server keep its log for longer (binlog_expire_logs_seconds)',
  )
