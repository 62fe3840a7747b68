import { escapeIdentifier, escapeLiteral } from 'pg'
import { rowsOf } from './connect.ts'
import type { CatalogueTable } from './catalogue.ts'
import type { TableRef } from './options.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'

/** One finding a table: it exists, can be read, and its updates carry a key. */
export const checkTables = async (facts: PreflightFacts): Promise<readonly Finding[]> => {
  const missing = facts.settings.tables.filter((ref) => !facts.tables.some((table) => table.ref.name === ref.name))
  const present = missing.length === 0 ? [] : await allTables(facts)
  return [...missing.map((ref) => unknownTable(ref, present)), ...facts.tables.map((table) => checkTable(table, facts))]
}

const allTables = async ({ client }: PreflightFacts): Promise<readonly string[]> => {
  const rows = await rowsOf(
    client,
    `SELECT schemaname || '.' || tablename AS name FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema') LIMIT 5000`,
  )
  return rows.map((row) => row['name'] ?? '')
}

const unknownTable = (ref: TableRef, present: readonly string[]): Finding => {
  const near = present
    .map((name) => ({ name, steps: Math.min(distance(name, `${ref.schema}.${ref.table}`), distance(name.split('.')[1] ?? '', ref.table)) }))
    .filter(({ name, steps }) => steps <= 3 || name.includes(ref.table))
    .sort((left, right) => left.steps - right.steps)
    .slice(0, 3)
    .map(({ name }) => name)
  const mend = near.length === 0 ? 'correct the option tables' : `did you mean ${near.join(' or ')}?`
  return finding(`table ${ref.name}`, 'refuse', `does not exist in schema ${ref.schema}`, mend)
}

/** Levenshtein distance. */
const distance = (left: string, right: string): number => {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (const [index, char] of [...left].entries()) {
    const next = [index + 1]
    for (let at = 1; at <= right.length; at += 1) {
      const swap = (row[at - 1] ?? 0) + (char === right[at - 1] ? 0 : 1)
      next.push(Math.min(swap, (row[at] ?? 0) + 1, (next[at - 1] ?? 0) + 1))
    }
    row = next
  }
  return row.at(-1) ?? 0
}

const checkTable = (table: CatalogueTable, facts: PreflightFacts): Finding => {
  const name = `table ${table.ref.name}`
  const quoted = `${escapeIdentifier(table.ref.schema)}.${escapeIdentifier(table.ref.table)}`
  if (table.kind !== 'r' && table.kind !== 'p') return finding(name, 'refuse', 'is a view or a foreign table', 'name the tables behind it')
  if (!table.selectable) return finding(name, 'refuse', 'may not be read', `GRANT SELECT ON ${quoted} TO current_user;`, 'source-privilege')
  const generated = table.columns
    .filter((column) => column.generated !== '' && table.published?.includes(column.name) !== true)
    .map((column) => column.name)
  if (table.identity === 'f' && table.sendsGenerated && generated.length > 0) {
    return finding(
      name,
      'refuse',
      `REPLICA IDENTITY FULL with the generated column ${generated.join(', ')}, which is not sent: PostgreSQL 18 then refuses the application's own updates`,
      `ALTER TABLE ${quoted} REPLICA IDENTITY DEFAULT;`,
    )
  }
  if (table.identity === 'f') {
    if (table.keyColumns.length > 0) return finding(name, 'ok', 'old rows come in full')
    return finding(name, 'warn', 'has no primary key: its rows cannot be told apart', `ALTER TABLE ${quoted} ADD PRIMARY KEY (…);`)
  }
  if (table.identity === 'n' || table.keyColumns.length === 0) return noIdentity(table, quoted, facts)
  return finding(name, 'ok', `key ${table.keyColumns.join(', ')}`)
}

/** Once a publication sends updates of such a table, the server rejects the application's UPDATE and DELETE. */
const noIdentity = (table: CatalogueTable, quoted: string, facts: PreflightFacts): Finding =>
  finding(
    `table ${table.ref.name}`,
    'refuse',
    `has no replica identity: with publication ${escapeLiteral(facts.settings.publication)} the application's UPDATE and DELETE fail`,
    table.keyColumns.length > 0 ? `ALTER TABLE ${quoted} REPLICA IDENTITY DEFAULT;` : `ALTER TABLE ${quoted} REPLICA IDENTITY FULL;`,
  )
