import { escapeIdentifier, escapeLiteral } from 'pg'
import type { CatalogueTable } from './catalogue.ts'
import { rowsOf } from './connect.ts'
import type { Settings } from './options.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'

/** For the captured tables only: a publication of ALL TABLES breaks updates of every table without a key. */
export const createPublicationSql = (settings: Settings): string =>
  `CREATE PUBLICATION ${escapeIdentifier(settings.publication)} FOR TABLE ${settings.tables.map(({ schema, table }) => quoted(schema, table)).join(', ')} ` +
  'WITH (publish_via_partition_root = true);'

const quoted = (schema: string, table: string): string => `${escapeIdentifier(schema)}.${escapeIdentifier(table)}`

/** It exists, sends all operations of all tables, and hides neither rows nor columns. */
export const checkPublication = async (facts: PreflightFacts): Promise<readonly Finding[]> => {
  const { client, settings, tables } = facts
  const name = `publication ${settings.publication}`
  const [row] = await rowsOf(client, `SELECT * FROM pg_publication WHERE pubname = ${escapeLiteral(settings.publication)}`)
  if (row === undefined) {
    if (settings.createPublication) return [finding(name, 'ok', 'will be created at the start, for the captured tables only')]
    return [finding(name, 'refuse', 'does not exist', createPublicationSql(settings))]
  }
  const found: Finding[] = []
  if (row['puballtables'] === 't')
    found.push(finding(name, 'warn', 'covers ALL TABLES: tables without a key refuse UPDATE and DELETE', null))
  const silent = ['insert', 'update', 'delete', 'truncate'].filter((op) => row[`pub${op}`] === 'f')
  if (silent.length > 0) {
    const mend = `ALTER PUBLICATION ${escapeIdentifier(settings.publication)} SET (publish = 'insert, update, delete, truncate');`
    found.push(finding(name, 'refuse', `does not send ${silent.join(', ')}`, mend))
  }
  found.push(...tables.flatMap((table) => coverage(table, settings, row['pubviaroot'] === 't')))
  return found.length > 0 ? found : [finding(name, 'ok', `covers ${tables.length} tables`)]
}

const coverage = (table: CatalogueTable, settings: Settings, viaRoot: boolean): readonly Finding[] => {
  const name = `publication ${settings.publication}`
  const publication = escapeIdentifier(settings.publication)
  const found: Finding[] = []
  if (table.kind === 'p' && !viaRoot) {
    const mend = `ALTER PUBLICATION ${publication} SET (publish_via_partition_root = true);`
    found.push(finding(name, 'refuse', `sends changes of ${table.ref.name} under the names of its partitions`, mend))
  } else if (table.published === null && table.isPartition && viaRoot) {
    const mend = `name the partitioned table in the option tables; or ALTER PUBLICATION ${publication} SET (publish_via_partition_root = false);`
    found.push(finding(name, 'refuse', `sends changes of ${table.ref.name} under the name of its partitioned table`, mend))
  } else if (table.published === null) {
    const mend = `ALTER PUBLICATION ${publication} ADD TABLE ${quoted(table.ref.schema, table.ref.table)};`
    found.push(finding(name, 'refuse', `does not cover ${table.ref.name}`, mend))
  }
  if (table.rowFilter !== null) {
    found.push(
      finding(name, 'warn', `sends only rows of ${table.ref.name} where ${table.rowFilter}: an update can look like a create or a delete`),
    )
  }
  const hidden = table.columns.filter((column) => column.generated === '' && table.published?.includes(column.name) === false)
  if (hidden.length > 0) {
    found.push(finding(name, 'warn', `hides ${hidden.map((column) => column.name).join(', ')} of ${table.ref.name}`))
  }
  return found
}
