import { encode } from '../../src/model/canonical.ts'
import type { ChangeEvent, LegacyTransaction } from '../../src/model/change-event.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../src/model/ids.ts'
import type { Row, Value } from '../../src/model/value.ts'
import type { SourceTable } from '../../src/ports/change-source.ts'
import type { RowOf } from '../../rules/recall.ts'

/** One change of a hand-made transaction; what is left out is what a source would most often send. */
export interface MadeChange {
  readonly op: ChangeEvent['op']
  readonly table: string
  readonly key?: readonly Value[]
  readonly before?: Row
  readonly after?: Row
  readonly beforeKind?: ChangeEvent['beforeKind']
  readonly omitted?: readonly string[]
}

/** A transaction made by hand, at commit time `at` (ms after the first of March 2026, 09:30 UTC). */
export const transaction = (
  made: readonly MadeChange[],
  { at = 0, snapshot = false }: { readonly at?: number; readonly snapshot?: boolean } = {},
): LegacyTransaction => {
  const committedAt = epochMs(Date.UTC(2026, 2, 1, 9, 30) + at)
  const header = {
    source: sourceName('oms'),
    position: position(`0:${String(at).padStart(10, '0')}`),
    id: String(at),
    beganAt: null,
    committedAt,
    capturedAt: committedAt,
    count: made.length,
    snapshot,
  }
  const changes = made.map(
    (change, ordinal): ChangeEvent => ({
      transaction: header,
      ordinal,
      op: change.op,
      table: tableName(change.table),
      key: change.key === undefined ? null : rowKey(encode(change.key)),
      before: change.before ?? null,
      after: change.after ?? null,
      beforeKind: change.beforeKind ?? (change.before === undefined ? 'none' : 'full'),
      omitted: change.omitted ?? [],
    }),
  )
  return { kind: 'transaction', header, token: resumeToken(header.position), changes: () => changes }
}

/** A captured table: its key columns (`name type`) and other columns. */
export const table = (name: string, key: readonly string[], others: readonly string[] = []): SourceTable => ({
  name: tableName(name),
  columns: [...key, ...others].map((column, index) => {
    const [columnName = '', type = 'text'] = column.split(/ (.*)/)
    return { name: columnName, type, nullable: false, keyOrder: index < key.length ? index + 1 : null }
  }),
})

/** The rows as of just before a transaction, all in memory. */
export const remembered = (rows: readonly { readonly table: string; readonly key: readonly Value[]; readonly row: Row }[]): RowOf => {
  const known = new Map(rows.map((one) => [`${one.table} ${encode(one.key)}`, one.row]))
  return (name, key) => known.get(`${name} ${key}`) ?? null
}
