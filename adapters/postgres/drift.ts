import type pg from 'pg'
import { escapeIdentifier, escapeLiteral } from 'pg'
import type { BanyanError } from '../../src/model/errors.ts'
import type { CatalogueTable } from './catalogue.ts'
import { readTables } from './catalogue.ts'
import { rowsOf } from './connect.ts'
import { sourceError } from './failure.ts'
import type { Settings } from './options.ts'

/** What a publication sends, as far as it concerns the captured tables. */
export interface Published {
  /** Operations that it does not send; null: there is no such publication. */
  readonly silent: readonly string[] | null
  readonly tables: readonly CatalogueTable[]
  /** Tables that it sends and nobody captures. */
  readonly others: readonly string[]
}

export const readPublished = async (client: pg.Client, settings: Settings): Promise<Published> => {
  const name = escapeLiteral(settings.publication)
  const [row] = await rowsOf(
    client,
    `SELECT pubinsert, pubupdate, pubdelete, pubtruncate, (
       SELECT json_agg(schemaname || '.' || tablename ORDER BY 1) FROM (
         SELECT schemaname, tablename FROM pg_publication_tables t WHERE t.pubname = p.pubname
           AND (schemaname, tablename) NOT IN (${settings.tables.map((ref) => `(${escapeLiteral(ref.schema)}, ${escapeLiteral(ref.table)})`).join(', ')})
         LIMIT 100) other) AS others
     FROM pg_publication p WHERE pubname = ${name}`,
  )
  const tables = await readTables(client, settings)
  if (row === undefined) return { silent: null, tables, others: [] }
  return {
    silent: ['insert', 'update', 'delete', 'truncate'].filter((op) => row[`pub${op}`] === 'f'),
    tables,
    others: JSON.parse(row['others'] ?? '[]') as readonly string[],
  }
}

/** Why changes may be missing since the stream was started; null: they are not. */
export const lostByDrift = (settings: Settings, before: Published, now: Published): BanyanError | null => {
  const publication = escapeIdentifier(settings.publication)
  if (now.silent === null) return changed(settings, 'is gone', `make it again: banyan doctor prints the SQL`)
  const silenced = now.silent.filter((op) => before.silent?.includes(op) !== true)
  if (silenced.length > 0) {
    return changed(
      settings,
      `no longer sends ${silenced.join(', ')}`,
      `ALTER PUBLICATION ${publication} SET (publish = 'insert, update, delete, truncate');`,
    )
  }
  for (const earlier of before.tables) {
    const found = tableDrift(
      earlier,
      now.tables.find((table) => table.ref.name === earlier.ref.name),
    )
    if (found !== null) return changed(settings, found, 'mend it as banyan doctor says')
  }
  return null
}

/** What is new and takes nothing away, for people. */
export const addedByDrift = (settings: Settings, before: Published, now: Published): string | null => {
  const added = now.others.filter((name) => !before.others.includes(name))
  if (added.length === 0) return null
  return `publication ${settings.publication} now also sends ${added.join(', ')}, which is not captured: name it in the option tables to capture it`
}

const tableDrift = (before: CatalogueTable, now: CatalogueTable | undefined): string | null => {
  const name = before.ref.name
  if (now === undefined) return `cannot send ${name} any more: the table is gone or was renamed`
  if (now.published === null) return `no longer covers ${name}`
  if (now.rowFilter !== before.rowFilter) return `sends other rows of ${name} than before: ${now.rowFilter ?? 'all'}`
  const hidden = hiddenColumns(now).filter((column) => !hiddenColumns(before).includes(column))
  return hidden.length === 0 ? null : `no longer sends ${hidden.join(', ')} of ${name}`
}

/** Columns of the table that the publication does not send. */
const hiddenColumns = (table: CatalogueTable): readonly string[] =>
  table.columns.filter((column) => column.generated === '' && table.published?.includes(column.name) !== true).map((column) => column.name)

const changed = (settings: Settings, what: string, mend: string): BanyanError =>
  sourceError(
    settings,
    'source-publication-changed',
    `publication ${settings.publication} ${what}: changes may be missing from now on`,
    `${mend}; what was changed meanwhile is in no log, and only a new snapshot into an empty store has it`,
  )
