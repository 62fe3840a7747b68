import type { Connection } from 'mysql2'
import type { Row, Value } from '../../src/model/value.ts'
import { itemQueue } from '../log/item-queue.ts'
import type { CatalogueColumn, CatalogueTable } from './catalogue.ts'
import { quotedName } from './connect.ts'
import { failure } from './failure.ts'
import { keyLiteral } from './key-text.ts'
import type { Settings } from './options.ts'
import { selectExpression, textCodec } from './text-codec.ts'

/** One row as the server sent it: bytes by column, null for NULL. */
export type SentRow = readonly (Buffer | null)[]

/** A part lives until it is durable: with more rows than a batch has, most of the time goes to collecting garbage. */
const chunkRows = 2_000

export interface RowChunk {
  readonly rows: readonly Row[]
  readonly last: SentRow
}

/** Rows of a statement that selects the table's columns, in chunks of about `snapshotChunkBytes`; the socket is paused while nobody takes them. */
export async function* rowChunks(
  connection: Connection,
  settings: Settings,
  table: CatalogueTable,
  sql: string,
): AsyncGenerator<RowChunk, undefined> {
  const queue = itemQueue<RowChunk>({
    highWaterBytes: 2 * settings.snapshotChunkBytes,
    pause: () => connection.pause(),
    resume: () => connection.resume(),
  })
  const decode = rowDecoder(table)
  let rows: Row[] = []
  let last: SentRow = []
  let sizeBytes = 0
  const flush = (): void => {
    if (rows.length > 0) queue.push({ rows, last }, sizeBytes)
    rows = []
    sizeBytes = 0
  }
  const query = connection.query({ sql, rowsAsArray: true, typeCast: false })
  query.on('error', (error: unknown) => queue.fail(failure(error, settings)))
  query.on('result', (sent: unknown) => {
    last = sent as SentRow
    try {
      rows.push(decode(last))
    } catch (error) {
      queue.fail(failure(error, settings))
      return
    }
    for (const value of last) sizeBytes += (value?.length ?? 0) + 8
    if (sizeBytes >= settings.snapshotChunkBytes || rows.length >= chunkRows) flush()
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

type KeyText = readonly string[]

/** All rows, behind `last`, in the order of the key: from its index, never by a sort, which would fill the legacy's disk. */
export const rowsAfterSql = (table: CatalogueTable, key: readonly CatalogueColumn[], last: KeyText | null): string => {
  const order = key.length === 0 ? '' : ` ORDER BY ${key.map(({ name }) => quotedName(name)).join(', ')}`
  return `${selectSql(table, key)}${last === null ? '' : ` WHERE ${behind(key, last)}`}${order}`
}

/** Those of the given keys that are there, as far as `last` (null: all). */
export const rowsAtSql = (
  table: CatalogueTable,
  key: readonly CatalogueColumn[],
  keys: readonly KeyText[],
  last: KeyText | null,
): string => {
  const wanted = keys.map((each) => `(${equal(key, literals(key, each))})`).join(' OR ')
  return `${selectSql(table, key)} WHERE (${wanted})${last === null ? '' : ` AND NOT (${behind(key, last)})`}`
}

const selectSql = ({ ref, columns }: CatalogueTable, key: readonly CatalogueColumn[]): string =>
  `SELECT ${columns.map(selectExpression).join(', ')} FROM ${quotedName(ref.schema)}.${quotedName(ref.table)}${key.length === 0 ? '' : ' FORCE INDEX (PRIMARY)'}`

/** Written out: MariaDB finds nothing by `(a, b) IN ((1, 'ä'))` where the column has another character set. */
const equal = (key: readonly CatalogueColumn[], values: readonly string[]): string =>
  key.map(({ name }, place) => `${quotedName(name)} = ${values[place] ?? ''}`).join(' AND ')

const literals = (key: readonly CatalogueColumn[], text: KeyText): readonly string[] =>
  key.map((column, place) => keyLiteral(column, text[place] ?? ''))

/** Written out, because the server finds no range of its index by `(a, b) > (1, 2)`. */
const behind = (key: readonly CatalogueColumn[], last: KeyText): string => {
  const values = literals(key, last)
  const terms = key.map((_, place) =>
    key
      .slice(0, place + 1)
      .map(({ name }, at) => `${quotedName(name)} ${at === place ? '>' : '='} ${values[at] ?? ''}`)
      .join(' AND '),
  )
  return terms.map((term) => `(${term})`).join(' OR ')
}
