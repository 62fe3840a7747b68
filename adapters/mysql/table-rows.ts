import type { Connection } from 'mysql2'
import type { Row, Value } from '../../src/model/value.ts'
import type { CatalogueTable } from './catalogue.ts'
import { quotedName } from './connect.ts'
import { failure } from './failure.ts'
import { itemQueue } from '../log/item-queue.ts'
import type { Settings } from './options.ts'
import { selectExpression, textCodec } from './text-codec.ts'

/** One row as the server sent it: bytes by column, null for NULL. */
type SentRow = readonly (Buffer | null)[]

/** All rows of a table in chunks of about `snapshotChunkBytes`; the socket is paused while nobody takes them. */
export async function* tableChunks(connection: Connection, table: CatalogueTable, settings: Settings): AsyncGenerator<readonly Row[]> {
  const queue = itemQueue<readonly Row[]>({
    highWaterBytes: 2 * settings.snapshotChunkBytes,
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  })
  const decode = rowDecoder(table)
  let rows: Row[] = []
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
    rows.push(decode(row))
    for (const value of row) sizeBytes += (value?.length ?? 0) + 8
    if (sizeBytes >= settings.snapshotChunkBytes) flush()
  })
  query.on('end', () => {
    flush()
    queue.end()
  })
  for (let chunk = await queue.take(); chunk !== null; chunk = await queue.take()) yield chunk
}

/** Decoded as they come: a buffer for each value would weigh many times what is in it. */
const rowDecoder = ({ columns }: CatalogueTable): ((sent: SentRow) => Row) => {
  const names = columns.map(({ name }) => name)
  const codecs = columns.map(textCodec)
  return (sent) => {
    const row: Record<string, Value> = {}
    for (let place = 0; place < names.length; place += 1) {
      const bytes = sent[place] ?? null
      row[names[place] ?? ''] = bytes === null ? null : (codecs[place]?.(bytes) ?? null)
    }
    return row
  }
}

const selectSql = ({ ref, columns }: CatalogueTable): string =>
  `SELECT ${columns.map(selectExpression).join(', ')} FROM ${quotedName(ref.schema)}.${quotedName(ref.table)}`
