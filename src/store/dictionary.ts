import { eq } from 'drizzle-orm'
import type { SourceName, TableName } from '../model/ids.ts'
import { tableName } from '../model/ids.ts'
import type { Database, Session } from './database.ts'
import { sources, sourceTables } from './schema.ts'

/** Small numbers for the names of sources and tables, which would else be repeated in every row. Never changed once given. */
export interface Dictionary {
  readonly sourceId: (source: SourceName) => Promise<number>
  /** Null for a source that nothing was ever stored of. */
  readonly knownSourceId: (source: SourceName) => Promise<number | null>
  /** Gives numbers to all, then says them without waiting. */
  readonly tableIds: (source: SourceName, tables: Iterable<TableName>) => Promise<ReadonlyMap<TableName, number>>
  /** Numbers of those of the wanted tables that have one. */
  readonly knownTableIds: (source: SourceName, wanted: Iterable<TableName>) => Promise<ReadonlyMap<TableName, number>>
  readonly tableNames: (source: SourceName, ids: Iterable<number>) => Promise<ReadonlyMap<number, TableName>>
  readonly sourceName: (id: number) => Promise<SourceName>
}

/**
 * On a connection of its own: names are asked for in the middle of other work too, and those who have the pool's last connections would wait
 * for one more.
 */
export const openDictionary = (database: Pick<Database, 'dedicated'>): Dictionary => {
  const connection = database.dedicated()
  const ask = <T>(work: (session: Session) => Promise<T>): Promise<T> => connection.run(work, 'fresh')
  const ids = new Map<SourceName, number>()
  const tables = new Map<SourceName, Map<TableName, number>>()
  const names = new Map<SourceName, Map<number, TableName>>()

  const knownSourceId = async (source: SourceName): Promise<number | null> => {
    const known = ids.get(source)
    if (known !== undefined) return known
    const [row] = await ask(({ orm }) => orm.select().from(sources).where(eq(sources.name, source)))
    if (row === undefined) return null
    ids.set(source, row.id)
    return row.id
  }
  const sourceId = async (source: SourceName): Promise<number> => {
    const known = await knownSourceId(source)
    if (known !== null) return known
    await ask(({ rows }) => rows('INSERT INTO banyan.sources (name) VALUES ($1) ON CONFLICT DO NOTHING', [source]))
    return sourceId(source)
  }
  const load = async (source: SourceName): Promise<Map<TableName, number>> => {
    const id = await knownSourceId(source)
    const rows = id === null ? [] : await ask(({ orm }) => orm.select().from(sourceTables).where(eq(sourceTables.sourceId, id)))
    const found = new Map(rows.map((row) => [tableName(row.name), row.id]))
    tables.set(source, found)
    names.set(source, new Map(rows.map((row) => [row.id, tableName(row.name)])))
    return found
  }
  return {
    sourceId,
    knownSourceId,
    tableIds: async (source, wanted) => {
      const known = tables.get(source) ?? (await load(source))
      const missing = [...new Set(wanted)].filter((table) => !known.has(table))
      if (missing.length === 0) return known
      const id = await sourceId(source)
      const insert = 'INSERT INTO banyan.source_tables (source_id, name) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING'
      await ask(({ rows }) => rows(insert, [id, missing]))
      return load(source)
    },
    knownTableIds: async (source, wanted) => {
      const known = tables.get(source)
      return known !== undefined && [...wanted].every((table) => known.has(table)) ? known : load(source)
    },
    tableNames: async (source, wanted) => {
      const known = names.get(source)
      if (known !== undefined && [...wanted].every((id) => known.has(id))) return known
      await load(source)
      return names.get(source) ?? new Map()
    },
    sourceName: async (id) => {
      for (const [name, known] of ids) if (known === id) return name
      const [row] = await ask(({ orm }) => orm.select().from(sources).where(eq(sources.id, id)))
      const name = (row?.name ?? '') as SourceName
      ids.set(name, id)
      return name
    },
  }
}
