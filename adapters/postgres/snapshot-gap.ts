import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../src/model/change-event.ts'
import type { ResumeToken, RowKey, TableName } from '../../src/model/ids.ts'
import type { Row, Value } from '../../src/model/value.ts'
import type { CatalogueTable } from './catalogue.ts'
import { decodeLines } from './decode-lines.ts'
import type { SnapshotOptions } from './snapshot.ts'
import { stateTransaction } from './snapshot.ts'
import type { SnapshotProgress, TableProgress } from './snapshot-progress.ts'
import type { CopyChunk } from './table-chunks.ts'
import { rowsAtSql, tableChunks } from './table-chunks.ts'

export interface GapOptions extends SnapshotOptions {
  /** How far the snapshot had come under its earlier view. */
  readonly begun: SnapshotProgress
  /** The token that says so: it holds until all is put right. */
  readonly token: ResumeToken
  /** What has committed between the earlier view and this one. */
  readonly since: AsyncIterable<SourceItem>
}

/** Keys that are asked for together. */
const askedTogether = 500

type Touched = Map<RowKey, Row>

/**
 * Puts right what was read under an earlier view: the log says which rows were touched since, and this view what has become
 * of them. Each of these is deleted and, if it is still there, read again; rows that the snapshot has not come to are left to it. A
 * table that was truncated is read from its beginning. Returns how far the snapshot has come then, as if it had always had
 * this view.
 */
export async function* gapItems(options: GapOptions): AsyncGenerator<SourceItem, SnapshotProgress> {
  let { ordinal } = options.begun
  const tables = new Map(Object.entries(options.begun.tables))
  const touched = new Map<TableName, Touched>()
  let count = 0
  const restored = async (): Promise<readonly LegacyTransaction[]> => {
    const items: LegacyTransaction[] = []
    for (const [name, rows] of touched) {
      const item = await restoredRows(options, { name, rows, at: tables.get(name) }, ordinal)
      if (item === null) continue
      items.push(item)
      ordinal += item.header.count
    }
    touched.clear()
    count = 0
    return items
  }
  for await (const item of options.since) {
    if (item.kind === 'progress') continue
    for (const change of item.changes()) {
      const begun = tables.get(change.table)
      if (begun === undefined) continue
      if (change.op === 'truncate') {
        yield* await restored()
        yield truncated(options, change, ordinal)
        ordinal += 1
        tables.delete(change.table)
      } else {
        touch(touched, change, begun)
        count += 1
      }
      if (count >= askedTogether) yield* await restored()
    }
  }
  yield* await restored()
  return { ordinal, tables: Object.fromEntries(tables) }
}

const touch = (touched: Map<TableName, Touched>, { table, key, after, before }: ChangeEvent, begun: TableProgress): void => {
  const row = after ?? before
  if (key === null || row === null) return
  const rows = touched.get(table) ?? new Map<RowKey, Row>()
  touched.set(table, rows)
  rows.set(key, Object.fromEntries(begun.key.map((name) => [name, row[name] ?? null])))
}

const restoredRows = async (
  options: GapOptions,
  { name, rows, at }: { readonly name: TableName; readonly rows: Touched; readonly at: TableProgress | undefined },
  first: number,
): Promise<LegacyTransaction | null> => {
  const table = options.catalogue.tables.find((each) => each.ref.name === name)
  if (table === undefined || at === undefined) return null
  const keys = [...rows.values()].map((row) => at.key.map((column) => literalText(row[column] ?? null)))
  const chunks: CopyChunk[] = []
  for await (const chunk of tableChunks(options.client, options.settings, rowsAtSql(table, at.key, keys, at.last))) chunks.push(chunk)
  const read = chunks.reduce((count, chunk) => count + chunk.rows, 0)
  const lines = { bytes: Buffer.concat(chunks.map((chunk) => chunk.bytes)), rows: read }
  const decode = (header: TransactionHeader): readonly ChangeEvent[] => [
    ...deletions(table, rows, { header, first }),
    ...decodeLines(lines, table, options.catalogue, { header, first: first + rows.size }),
  ]
  return stateTransaction(options, { count: rows.size + read, first, token: options.token, decode })
}

const deletions = (
  table: CatalogueTable,
  rows: Touched,
  { header, first }: { readonly header: TransactionHeader; readonly first: number },
): readonly ChangeEvent[] =>
  [...rows].map(([key, before], index) => ({
    transaction: header,
    ordinal: first + index,
    op: 'delete',
    table: table.ref.name,
    key,
    before,
    after: null,
    beforeKind: 'key',
    omitted: [],
  }))

const truncated = (options: GapOptions, change: ChangeEvent, first: number): LegacyTransaction =>
  stateTransaction(options, {
    count: 1,
    first,
    token: options.token,
    decode: (header) => [{ ...change, transaction: header, ordinal: first }],
  })

/** A key's value as the server reads it, whatever its column's type. */
const literalText = (value: Value): string => (value instanceof Uint8Array ? `\\x${Buffer.from(value).toString('hex')}` : String(value))
