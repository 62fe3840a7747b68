import type pg from 'pg'
import { escapeIdentifier, escapeLiteral } from 'pg'
import type { CatalogueTable } from './catalogue.ts'
import type { Copy } from './copy.ts'
import { startCopy } from './copy.ts'
import { failure } from './failure.ts'
import { itemQueue } from '../log/item-queue.ts'
import type { Settings } from './options.ts'

/** A chunk is decoded at once and lives until it is durable: with more rows than a batch has, most of the time goes to collecting garbage. */
const chunkRows = 500

/** Lines of COPY as they came, one behind the other: an object for each would cost more than what is in it. */
export interface CopyChunk {
  readonly bytes: Buffer
  readonly rows: number
}

/** Lines of COPY, in chunks of about `snapshotChunkBytes`; the socket is paused while nobody takes them. */
export async function* tableChunks(client: pg.Client, settings: Settings, sql: string): AsyncGenerator<CopyChunk> {
  let copy: Copy | null = null
  let paused = false
  const flow = (stop: boolean): void => {
    paused = stop
    if (stop) copy?.pause()
    else copy?.resume()
  }
  const highWaterBytes = 2 * settings.snapshotChunkBytes
  const queue = itemQueue<CopyChunk>({ highWaterBytes, pause: () => flow(true), resume: () => flow(false) })
  const block = Buffer.allocUnsafe(settings.snapshotChunkBytes)
  let used = 0
  let rows = 0
  const flush = (): void => {
    if (rows > 0) queue.push({ bytes: Buffer.from(block.subarray(0, used)), rows }, used)
    used = 0
    rows = 0
  }
  const onMessage = (line: Buffer): void => {
    if (used + line.length > block.length) flush()
    if (line.length > block.length) {
      queue.push({ bytes: Buffer.from(line), rows: 1 }, line.length)
      return
    }
    used += line.copy(block, used)
    rows += 1
    if (rows >= chunkRows) flush()
  }
  copy = await startCopy(client, { sql, onMessage }).catch((error: unknown) => {
    throw failure(error, settings)
  })
  if (paused) copy.pause()
  copy.finished.then(
    () => {
      flush()
      queue.end()
    },
    (error: unknown) => queue.fail(failure(error, settings)),
  )
  for (let chunk = await queue.take(); chunk !== null; chunk = await queue.take()) yield chunk
}

/** Columns and rows as the publication sends them: a snapshot row and a streamed row of one table look alike. */
const rowsSql = (table: CatalogueTable, conditions: readonly string[], order: string): string => {
  const columns = (table.published ?? []).map((name) => escapeIdentifier(name)).join(', ')
  const from = `${table.kind === 'p' ? '' : 'ONLY '}${escapeIdentifier(table.ref.schema)}.${escapeIdentifier(table.ref.table)}`
  const all = [...conditions, ...(table.rowFilter === null ? [] : [`(${table.rowFilter})`])]
  return `COPY (SELECT ${columns} FROM ${from}${all.length === 0 ? '' : ` WHERE ${all.join(' AND ')}`}${order}) TO STDOUT`
}

/** All rows in the order of the key, after `last`. Without a key: all rows, in any order. */
export const rowsAfterSql = (table: CatalogueTable, key: readonly string[], last: readonly string[] | null): string =>
  rowsSql(table, last === null ? [] : [`${listed(key)} > ${literals(last)}`], key.length === 0 ? '' : ` ORDER BY ${names(key)}`)

/** Those of the given keys that are there, as far as `last` (null: all). */
export const rowsAtSql = (
  table: CatalogueTable,
  key: readonly string[],
  keys: readonly (readonly string[])[],
  last: readonly string[] | null,
): string =>
  rowsSql(
    table,
    [`${listed(key)} IN (${keys.map(literals).join(', ')})`, ...(last === null ? [] : [`${listed(key)} <= ${literals(last)}`])],
    '',
  )

const names = (key: readonly string[]): string => key.map((name) => escapeIdentifier(name)).join(', ')

/** The server takes each literal for one of the column's own type. */
const listed = (key: readonly string[]): string => `(${names(key)})`
const literals = (values: readonly string[]): string => `(${values.map((value) => escapeLiteral(value)).join(', ')})`
