import type { SourceName } from '../model/ids.ts'
import type { TableVersion } from '../model/table-shape.ts'
import { fromBody, toBody } from './body.ts'
import type { Database, Session } from './database.ts'
import type { Dictionary } from './dictionary.ts'

/** What is told of a place takes the place of all that was told of it before: a pause that is over does not stay beside what came of it. */
export const writeTableVersions = async ({ rows }: Session, sourceId: number, versions: readonly TableVersion[]): Promise<void> => {
  const positions = [...new Set(versions.map(({ position }) => position))]
  if (positions.length === 0) return
  await rows('DELETE FROM banyan.table_versions WHERE source_id = $1 AND position = ANY ($2::text[]) AND name = ANY ($3::text[])', [
    sourceId,
    positions,
    [...new Set(versions.map(({ table }) => table))],
  ])
  await rows(
    `INSERT INTO banyan.table_versions (source_id, ordinal, position, name, body)
     SELECT $1, * FROM unnest($2::int[], $3::text[], $4::text[], $5::text[])`,
    [
      sourceId,
      versions.map((_, ordinal) => ordinal),
      versions.map(({ position }) => position),
      versions.map(({ table }) => table),
      versions.map((version) => toBody(version)),
    ],
  )
}

export const readTableVersions = async (
  database: Database,
  dictionary: Dictionary,
  source: SourceName,
): Promise<readonly TableVersion[]> => {
  const sourceId = await dictionary.knownSourceId(source)
  if (sourceId === null) return []
  return database.run(async ({ rows }) => {
    const found = await rows('SELECT body FROM banyan.table_versions WHERE source_id = $1 ORDER BY position, ordinal, name', [sourceId])
    return found.map(([body]) => fromBody<TableVersion>(body as string))
  })
}
