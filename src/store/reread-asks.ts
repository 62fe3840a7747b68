import type { SourceName, TableName } from '../model/ids.ts'
import { tableName } from '../model/ids.ts'
import type { CaptureStore } from '../ports/capture-store.ts'
import type { Database, Session } from './database.ts'
import type { Dictionary } from './dictionary.ts'

/** What others ask of whoever captures: tables to read again. */
export const rereadAsks = (database: Database, dictionary: Dictionary): Pick<CaptureStore, 'askReread' | 'askedReread'> => ({
  askReread: async (source: SourceName, tables: readonly TableName[]) => {
    const sourceId = await dictionary.sourceId(source)
    await database.run(({ rows }) =>
      rows('INSERT INTO banyan.reread_asks (source_id, table_name) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING', [
        sourceId,
        tables,
      ]),
    )
  },
  askedReread: async (source: SourceName) => {
    const sourceId = await dictionary.knownSourceId(source)
    if (sourceId === null) return []
    const found = await database.run(({ rows }) =>
      rows('SELECT table_name FROM banyan.reread_asks WHERE source_id = $1 ORDER BY asked_at, table_name', [sourceId]),
    )
    return found.map(([name]) => tableName(name as string))
  },
})

/** Part of the commit that has their end. */
export const answerRereads = async ({ rows }: Session, sourceId: number, tables: readonly TableName[]): Promise<void> => {
  if (tables.length === 0) return
  await rows('DELETE FROM banyan.reread_asks WHERE source_id = $1 AND table_name = ANY ($2::text[])', [sourceId, tables])
}
