import type { Server } from './server.ts'

/** Somebody else's MySQL or MariaDB: there is no SET GLOBAL, and the log is purged by rules of its own. */
export interface ManagedService {
  readonly name: string
  /** What turns the log on, which no variable does there. */
  readonly log: string
  /** How a setting of the server is changed. */
  readonly setting: (name: string, value: string) => string
  /** What keeps the log for so long; null: the setting `binlog_expire_logs_seconds` does. */
  readonly keep: ((hours: number) => string) | null
  /** What the server says of how long it keeps its log is not what the service does. */
  readonly purges: string
}

const amazon = (name: string, group: string, log: string): ManagedService => ({
  name,
  log,
  setting: (setting, value) => `set ${setting} = ${value} in the ${group}`,
  keep: (hours) => `CALL mysql.rds_set_configuration('binlog retention hours', ${hours});`,
  purges: `${name} purges its log as soon as it needs it no more, whatever binlog_expire_logs_seconds says, unless 'binlog retention hours' is set (CALL mysql.rds_show_configuration tells)`,
})

const azure: ManagedService = {
  name: 'Azure Database for MySQL',
  log: 'binary logging is on there',
  setting: (setting, value) => `set the server parameter ${setting} = ${value}`,
  keep: null,
  purges: 'Azure purges its log as soon as no replica of its own reads it where binlog_expire_logs_seconds is 0',
}

const google: ManagedService = {
  name: 'Google Cloud SQL',
  log: 'enable point-in-time recovery (binary logging) of the instance',
  setting: (setting, value) => `set the flag ${setting} = ${value} of the instance`,
  keep: null,
  purges: 'Cloud SQL keeps its log for as long as its transaction log retention says, in days',
}

/** Null: a server of one's own, or one that cannot be told from it. By what the servers of each service say of themselves. */
export const managedService = ({ variables, version }: Pick<Server, 'variables' | 'version'>): ManagedService | null => {
  const backups = 'turn automated backups on (a retention of a day or more): binary logging comes with them'
  if (variables.has('aurora_version'))
    return amazon('Amazon Aurora', 'DB cluster parameter group', 'set binlog_format = ROW in the DB cluster parameter group and reboot')
  if (/^\/rdsdbbin\//.test(variables.get('basedir') ?? '')) return amazon('Amazon RDS', 'DB parameter group', backups)
  if (/-google/.test(version)) return google
  if (
    /azure/i.test(`${version} ${variables.get('version_comment') ?? ''}`) ||
    [...variables.keys()].some((name) => name.startsWith('azure_'))
  )
    return azure
  return null
}
