import type { ChangeEvent, LegacyTransaction, SourceItem, TransactionHeader } from '../../src/model/change-event.ts'
import type { ResumeToken, RowKey, TableName } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'
import type { SnapshotProgress, TableProgress } from './snapshot-progress.ts'
import type { SnapshotView, TableChunk } from './snapshot-view.ts'
import { stateTransaction } from './snapshot-view.ts'

export interface GapOptions {
  readonly view: SnapshotView
  /** How far the snapshot had come under its earlier view. */
  readonly begun: SnapshotProgress
  /** Says so still, until all is put right; `ordinal` is that of the next change. */
  readonly token: (ordinal: number) => ResumeToken
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
  { view, token }: GapOptions,
  { name, rows, at }: { readonly name: TableName; readonly rows: Touched; readonly at: TableProgress | undefined },
  first: number,
): Promise<LegacyTransaction | null> => {
  const table = view.tables.find((each) => each.name === name)
  if (table === undefined || at === undefined) return null
  const keys = [...rows.values()].map((row) => at.key.map((column) => row[column] ?? null))
  const chunks: TableChunk[] = []
  for await (const chunk of table.rowsAt(keys, at.last)) chunks.push(chunk)
  const count = chunks.reduce((sum, chunk) => sum + chunk.rows, rows.size)
  const decode = (header: TransactionHeader): readonly ChangeEvent[] => {
    const changes = [...deletions(name, rows, header, first)]
    for (const chunk of chunks) changes.push(...chunk.decode(header, first + changes.length))
    return changes
  }
  return stateTransaction(view, { count, first, token: token(first + count), decode })
}

const deletions = (table: TableName, rows: Touched, transaction: TransactionHeader, first: number): readonly ChangeEvent[] =>
  [...rows].map(([key, before], index) => ({
    transaction,
    ordinal: first + index,
    op: 'delete',
    table,
    key,
    before,
    after: null,
    beforeKind: 'key',
    omitted: [],
  }))

const truncated = ({ view, token }: GapOptions, change: ChangeEvent, first: number): LegacyTransaction =>
  stateTransaction(view, {
    count: 1,
    first,
    token: token(first + 1),
    decode: (header) => [{ ...change, transaction: header, ordinal: first }],
  })
