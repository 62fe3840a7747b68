import type { Connection } from 'mysql2'
import { epochOf } from './binlog-place.ts'
import { rowsOf } from './connect.ts'

/** What kind of server it is, and how it is set. */
export interface Server {
  readonly flavour: 'mysql' | 'mariadb'
  readonly version: string
  readonly epoch: string
  /** Global variables that matter here, by lower-case name; a server leaves out those that it does not know. */
  readonly variables: ReadonlyMap<string, string>
  /** Commit times are known to the microsecond; else to the whole second. */
  readonly exactTimes: boolean
}

const names = [
  'version',
  'server_id',
  'server_uuid',
  'gtid_domain_id',
  'gtid_mode',
  'log_bin',
  'binlog_format',
  'binlog_row_image',
  'binlog_row_metadata',
  'binlog_row_value_options',
  'binlog_transaction_compression',
  'log_bin_compress',
  'binlog_expire_logs_seconds',
  'expire_logs_days',
  'log_slave_updates',
  'log_replica_updates',
  'innodb_native_foreign_keys',
  'replica_preserve_commit_order',
  'slave_preserve_commit_order',
  'read_only',
  'version_comment',
  'basedir',
  'aurora_version',
  'max_binlog_total_size',
  'binlog_space_limit',
]

export const readServer = async (connection: Connection): Promise<Server> => {
  const rows = await rowsOf(
    connection,
    `SHOW GLOBAL VARIABLES WHERE Variable_name IN (${names.map((name) => `'${name}'`).join(', ')}) OR Variable_name LIKE 'azure\\_%'`,
  )
  const variables = new Map(rows.map((row) => [(row['Variable_name'] ?? '').toLowerCase(), row['Value'] ?? '']))
  const version = variables.get('version') ?? ''
  const flavour = /mariadb/i.test(version) ? 'mariadb' : 'mysql'
  const ofMariadb = `${variables.get('gtid_domain_id') ?? 0}-${variables.get('server_id') ?? 0}`
  const id = flavour === 'mysql' ? (variables.get('server_uuid') ?? '0') : ofMariadb
  return { flavour, version, variables, epoch: epochOf({ flavour, id }), exactTimes: flavour === 'mysql' && isAtLeast(version, 8, 0) }
}

/** Whether a version text says so much or more. */
export const isAtLeast = (version: string, major: number, minor: number): boolean => {
  const [, ownMajor, ownMinor] = /^(\d+)\.(\d+)/.exec(version) ?? []
  return Number(ownMajor) > major || (Number(ownMajor) === major && Number(ownMinor) >= minor)
}
