import type { CatalogueTable } from './catalogue.ts'
import { isReadable } from './charset.ts'
import { quotedName, rowsOf } from './connect.ts'
import { errorCode } from './failure.ts'
import type { Finding, PreflightFacts } from './finding.ts'
import { finding } from './finding.ts'
import type { TableRef } from './options.ts'
import { isAtLeast } from './server.ts'

/** One finding a table, and one for each foreign key through which its rows change unseen. */
export const checkTables = async (facts: PreflightFacts): Promise<readonly Finding[]> => {
  const missing = facts.settings.tables.filter((ref) => !facts.tables.some((table) => table.ref.name === ref.name))
  const present = missing.length === 0 ? [] : await visibleTables(facts)
  const found: Finding[] = missing.map((ref) => unknownTable(ref, present))
  for (const table of facts.tables) found.push(await checkTable(table, facts))
  return [...found, ...(await checkCascades(facts))]
}

const visibleTables = async ({ connection }: PreflightFacts): Promise<readonly string[]> => {
  const rows = await rowsOf(
    connection,
    `SELECT CONCAT(TABLE_SCHEMA, '.', TABLE_NAME) AS name FROM information_schema.TABLES
     WHERE TABLE_SCHEMA NOT IN ('information_schema', 'performance_schema', 'mysql', 'sys') LIMIT 5000`,
  )
  return rows.map((row) => row['name'] ?? '')
}

const unknownTable = (ref: TableRef, present: readonly string[]): Finding => {
  const near = present
    .map((name) => ({
      name,
      steps: Math.min(distance(name, `${ref.schema}.${ref.table}`), distance(name.slice(name.indexOf('.') + 1), ref.table)),
    }))
    .filter(({ name, steps }) => steps <= 3 || name.includes(ref.table))
    .sort((left, right) => left.steps - right.steps)
    .slice(0, 3)
    .map(({ name }) => name)
  const mend =
    near.length === 0
      ? `correct the option tables, or GRANT SELECT ON ${quotedName(ref.schema)}.${quotedName(ref.table)}`
      : `did you mean ${near.join(' or ')}?`
  return finding(`table ${ref.name}`, 'refuse', `does not exist in schema ${ref.schema}, or may not be seen`, mend)
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

const checkTable = async (table: CatalogueTable, { connection, charsets }: PreflightFacts): Promise<Finding> => {
  const name = `table ${table.ref.name}`
  const whole = `${quotedName(table.ref.schema)}.${quotedName(table.ref.table)}`
  if (!table.isTable) return finding(name, 'refuse', 'is a view', 'name the tables behind it')
  const denied = await deniedRead(connection, whole)
  if (denied) return finding(name, 'refuse', 'may not be read', `GRANT SELECT ON ${whole} TO CURRENT_USER();`, 'source-privilege')
  for (const { name: column, type, charset } of table.columns) {
    if (/mariadb-5\.3/.test(type))
      return finding(name, 'refuse', `${column} keeps times in the form before MariaDB 10.1`, `ALTER TABLE ${whole} FORCE;`)
    if (/COMPRESSED/.test(type))
      return finding(name, 'refuse', `${column} is compressed`, `ALTER TABLE ${whole} MODIFY ${quotedName(column)} … without COMPRESSED;`)
    if (charset !== null && !isReadable(charset, charsets.pages)) {
      return finding(
        name,
        'refuse',
        `${column} is in the character set ${charset}, which is not read`,
        `ALTER TABLE ${whole} CONVERT TO CHARACTER SET utf8mb4;`,
      )
    }
  }
  if (!/^InnoDB$|^ROCKSDB$/i.test(table.engine)) {
    return finding(
      name,
      'warn',
      `has the engine ${table.engine}: a snapshot of it is not of one instant`,
      `ALTER TABLE ${whole} ENGINE = InnoDB;`,
    )
  }
  if (table.keyColumns.length === 0) {
    return finding(name, 'warn', 'has no primary key: its rows cannot be told apart', `ALTER TABLE ${whole} ADD PRIMARY KEY (…);`)
  }
  return finding(name, 'ok', `key ${table.keyColumns.join(', ')}`)
}

const deniedRead = async (connection: PreflightFacts['connection'], whole: string): Promise<boolean> => {
  try {
    await rowsOf(connection, `SELECT 1 FROM ${whole} LIMIT 0`)
    return false
  } catch (error) {
    if (errorCode(error) === 'ER_TABLEACCESS_DENIED_ERROR') return true
    throw error
  }
}

/** InnoDB itself follows foreign keys, and what it changes so is in no log; MySQL 9.6 and later do it where it is logged. */
const checkCascades = async ({ connection, server, tables }: PreflightFacts): Promise<readonly Finding[]> => {
  const logged =
    server.flavour === 'mysql' && isAtLeast(server.version, 9, 6) && server.variables.get('innodb_native_foreign_keys') !== 'ON'
  if (logged) return []
  const found: Finding[] = []
  for (const { ref, isTable } of tables) {
    // The catalogue shows foreign keys to those only who may do more than read.
    const [row] = isTable ? await rowsOf(connection, `SHOW CREATE TABLE ${quotedName(ref.schema)}.${quotedName(ref.table)}`) : []
    for (const [, name = '', parent = '', rules = ''] of (row?.['Create Table'] ?? '').matchAll(foreignKey)) {
      const acts = [...rules.matchAll(/ON (?:DELETE|UPDATE) (?:CASCADE|SET NULL|SET DEFAULT)/g)].map(([rule]) => rule)
      if (acts.length > 0) found.push(cascade(ref, { name, parent, rules: acts.join(' and ') }))
    }
  }
  return found
}

const foreignKey = /CONSTRAINT `((?:[^`]|``)+)` FOREIGN KEY \([^)]*\) REFERENCES ([^(]+) \([^)]*\)([^,\n]*)/g

const cascade = (ref: TableRef, { name, parent, rules }: Readonly<Record<'name' | 'parent' | 'rules', string>>): Finding =>
  finding(
    `foreign key ${name} of ${ref.name}`,
    'warn',
    `${rules}: what a change of ${parent.replaceAll('`', '')} does to ${ref.name} is not in the log`,
    `rules must not rely on changes of ${ref.name} that come this way; ON DELETE RESTRICT and a DELETE of the children are logged`,
  )
