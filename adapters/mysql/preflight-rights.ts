import { rowsOf } from './connect.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'

/** Rights of the user, as its grants say them. One minimal GRANT mends what is missing. */
export const checkRights = async (facts: PreflightFacts): Promise<readonly Finding[]> => {
  const { connection, server, settings } = facts
  const rows = await rowsOf(connection, 'SHOW GRANTS')
  const grants = rows.map((row) => Object.values(row)[0] ?? '')
  const [me] = await rowsOf(connection, 'SELECT CURRENT_USER() AS name')
  const user = userName(me?.['name'] ?? '')
  const schemas = [...new Set(settings.tables.map(({ schema }) => schema))]
  // Rights that come with a role are not spelled out.
  const roles = grants.some((grant) => /^GRANT [`'"]/.test(grant))
  const missing = (name: string, has: boolean, mend: string): Finding => {
    if (has) return finding(name, 'ok', `${user} may`)
    if (roles) return finding(name, 'warn', `${user} may only if one of its roles may`, mend)
    return finding(name, 'refuse', `${user} may not`, mend, 'source-privilege')
  }
  return [
    missing(
      'read the log',
      hasGlobal(grants, ['REPLICATION SLAVE', 'REPLICATION SLAVE ADMIN']),
      `GRANT REPLICATION SLAVE ON *.* TO ${user};`,
    ),
    missing(
      'see where the log is',
      hasGlobal(grants, ['REPLICATION CLIENT', 'BINLOG MONITOR', 'SUPER']),
      `GRANT REPLICATION CLIENT ON *.* TO ${user};`,
    ),
    ...(server.flavour === 'mariadb'
      ? []
      : [
          missing(
            'lock tables for the start of a snapshot',
            schemas.every((schema) => hasOnSchema(grants, 'LOCK TABLES', schema)),
            schemas.map((schema) => `GRANT LOCK TABLES ON \`${schema}\`.* TO ${user};`).join(' '),
          ),
        ]),
  ]
}

const userName = (text: string): string => {
  const at = text.lastIndexOf('@')
  return `'${text.slice(0, at)}'@'${text.slice(at + 1)}'`
}

const rightsOf = (grant: string): readonly string[] => (/^GRANT (.*?) ON /.exec(grant)?.[1] ?? '').split(/,\s*/)

const has = (grant: string, names: readonly string[]): boolean =>
  rightsOf(grant).some((right) => right === 'ALL PRIVILEGES' || names.includes(right))

const hasGlobal = (grants: readonly string[], names: readonly string[]): boolean =>
  grants.some((grant) => grant.includes(' ON *.* TO ') && has(grant, names))

const hasOnSchema = (grants: readonly string[], name: string, schema: string): boolean =>
  hasGlobal(grants, [name]) || grants.some((grant) => schemaMatches(grant, schema) && has(grant, [name]))

/** The schema of a grant is a pattern: `_` and `%` stand for others unless escaped. */
const schemaMatches = (grant: string, schema: string): boolean => {
  const pattern = / ON [`"](.*?)[`"]\.\* TO /.exec(grant)?.[1]
  if (pattern === undefined) return false
  const source = pattern.replaceAll(/\\?[_%]|[.*+?^${}()|[\]\\]/g, (part) =>
    part === '_' ? '.' : part === '%' ? '.*' : `\\${part.at(-1)}`,
  )
  return new RegExp(`^${source}$`).test(schema)
}
