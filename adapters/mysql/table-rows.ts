import type { Connection } from 'mysql2'
import type { CatalogueTable } from './catalogue.ts'
import { quotedName } from './connect.ts'
import { failure } from './failure.ts'
import { itemQueue } from './item-queue.ts'
import type { Settings } from './options.ts'
import { selectExpression } from './text-codec.ts'

/** One row as the server sent it: bytes by column, null for NULL. */
export type SentRow = readonly (Buffer | null)[]

/** All rows of a table in chunks of about `snapshotChunkBytes`; the socket is paused while nobody takes them. */
export async function* tableChunks(connection: Connection, table: CatalogueTable, settings: Settings): AsyncGenerator<readonly SentRow[]> {
  const queue = itemQueue<readonly SentRow[]>({
    highWaterBytes: 2 * settings.snapshotChunkBytes,
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  })
  let rows: SentRow[] = []
  let sizeBytes = 0
  const flush = (): void => {
    if (rows.length > 0) queue.push(rows, sizeBytes)
    rows = []
    sizeBytes = 0
  }
  const query = connection.query({ sql: selectSql(table), rowsAsArray: true, typeCast: false })
  query.on('error', (error: unknown) => queue.fail(failure(error, settings)))
  query.on('result', (sent: unknown) => {
    const row = sent as SentRow
    rows.push(row)
    for (const value of row) sizeBytes += (value?.length ?? 0) + 8
    if (sizeBytes >= settings.snapshotChunkBytes) flush()
  })
  query.on('end', () => {
    flush()
    queue.end()
  })
  for (let chunk = await queue.take(); chunk !== null; chunk = await queue.take()) yield chunk
}

const selectSql = ({ ref, columns }: CatalogueTable): string =>
  `SELECT ${columns.map(selectExpression).join(', ')} FROM ${quotedName(ref.schema)}.${quotedName(ref.table)}`
