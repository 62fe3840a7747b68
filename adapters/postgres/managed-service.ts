import type pg from 'pg'
import { escapeIdentifier } from 'pg'
import { rowsOf } from './connect.ts'

/** Somebody else's PostgreSQL: there is no ALTER SYSTEM, and nobody is superuser. */
export interface ManagedService {
  readonly name: string
  /** What turns logical decoding on. */
  readonly decoding: string
  /** How a setting of the server is changed. */
  readonly setting: (name: string, value: string) => string
  /** What lets a role replicate. */
  readonly replication: (role: string) => string
}

/** What tells one service from another; nothing of it is secret. */
export interface ServiceMarks {
  /** Roles that only such a service makes. */
  readonly roles: readonly string[]
  /** It has the function `aurora_version`. */
  readonly aurora: boolean
}

const alterRole = (role: string): string => `ALTER ROLE ${escapeIdentifier(role)} REPLICATION;`
const grantRole = (role: string): string => `GRANT rds_replication TO ${escapeIdentifier(role)};`

const amazon = (name: string, group: string): ManagedService => ({
  name,
  decoding: `set rds.logical_replication = 1 in the ${group} and reboot; it sets wal_level, which cannot be set itself`,
  setting: (setting, value) => `set ${setting} = ${value} in the ${group}`,
  replication: grantRole,
})

const byRole: readonly (readonly [role: string, service: ManagedService])[] = [
  ['rds_superuser', amazon('Amazon RDS', 'DB parameter group')],
  [
    'alloydbsuperuser',
    {
      name: 'Google AlloyDB',
      decoding: 'set the flag alloydb.logical_decoding = on; the instance restarts',
      setting: (setting, value) => `set the flag ${setting} = ${value} of the instance`,
      replication: alterRole,
    },
  ],
  [
    'cloudsqlsuperuser',
    {
      name: 'Google Cloud SQL',
      decoding: 'set the flag cloudsql.logical_decoding = on; the instance restarts',
      setting: (setting, value) => `set the flag ${setting} = ${value} of the instance`,
      replication: alterRole,
    },
  ],
  [
    'azure_pg_admin',
    {
      name: 'Azure Database for PostgreSQL',
      decoding: 'set the server parameter wal_level = LOGICAL and restart the server',
      setting: (setting, value) => `set the server parameter ${setting} = ${value}`,
      replication: alterRole,
    },
  ],
  [
    'neon_superuser',
    {
      name: 'Neon',
      decoding: 'enable logical replication in the settings of the project; its computes restart',
      setting: (setting, value) => `${setting} = ${value} can be set by the service only: ask its support`,
      replication: alterRole,
    },
  ],
  [
    'supabase_admin',
    {
      name: 'Supabase',
      decoding: 'set wal_level = logical by its command line (postgres-config update); the database restarts',
      setting: (setting, value) => `set ${setting} = ${value} by its command line (postgres-config update)`,
      replication: alterRole,
    },
  ],
]

/** Null: a server of one's own, or one that cannot be told from it. */
export const managedService = ({ roles, aurora }: ServiceMarks): ManagedService | null => {
  if (aurora) return amazon('Amazon Aurora', 'DB cluster parameter group')
  return byRole.find(([role]) => roles.includes(role))?.[1] ?? null
}

export const readServiceMarks = async (client: pg.Client): Promise<ServiceMarks> => {
  const rows = await rowsOf(
    client,
    `SELECT rolname AS name FROM pg_roles WHERE rolname IN (${byRole.map(([role]) => `'${role}'`).join(', ')})
     UNION ALL SELECT 'aurora_version' FROM pg_proc WHERE proname = 'aurora_version'`,
  )
  const names = rows.map((row) => row['name'] ?? '')
  return { roles: names, aurora: names.includes('aurora_version') }
}
