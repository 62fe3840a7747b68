import { expect, test } from 'vitest'
import { managedService } from '../../../adapters/mysql/managed-service.ts'
import { checkRetention } from '../../../adapters/mysql/preflight-retention.ts'

/** What a service's servers say of themselves, in a fake of it: none can run here. */
const fake = (version: string, variables: Readonly<Record<string, string>>): Parameters<typeof managedService>[0] => ({
  version,
  variables: new Map(Object.entries(variables)),
})

test.each([
  ['Amazon RDS', fake('8.0.36', { basedir: '/rdsdbbin/mysql/' }), 'CALL mysql.rds_set_configuration', 'DB parameter group'],
  [
    'Amazon Aurora',
    fake('8.0.32', { basedir: '/rdsdbbin/oscar/', aurora_version: '3.06.0' }),
    'CALL mysql.rds_set_configuration',
    'DB cluster parameter group',
  ],
  ['Google Cloud SQL', fake('8.0.31-google', {}), 'set the flag binlog_expire_logs_seconds', 'flag'],
  [
    'Azure Database for MySQL',
    fake('8.0.37-azure', { version_comment: 'MySQL Community Server - Azure' }),
    'set the server parameter binlog_expire_logs_seconds',
    'server parameter',
  ],
])('%s is known by what its servers say, in a fake of it, and the mends are those of the service', (name, server, keep, setting) => {
  const service = managedService(server)
  expect(service?.name).toBe(name)
  expect(service?.setting('binlog_row_image', 'FULL')).toContain(setting)
  const [retention] = checkRetention(
    { ...server, variables: new Map([...server.variables, ['binlog_expire_logs_seconds', '0']]) } as never,
    service,
    undefined,
  )
  expect(retention).toMatchObject({ verdict: 'warn', mend: expect.stringContaining(keep) })
})

test('a server of one is none', () => {
  expect(managedService(fake('10.11.6-MariaDB', { basedir: '/usr', version_comment: 'Debian 12' }))).toBeNull()
  expect(managedService(fake('9.7.4', { basedir: '/usr/', version_comment: 'MySQL Community Server - GPL' }))).toBeNull()
})
