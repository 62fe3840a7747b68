import type { RowKey, SourceName, TableName } from '../model/ids.ts'
import { decode } from '../model/canonical.ts'
import type { Row } from '../model/value.ts'
import { rowAddress } from '../ports/capture-store.ts'
import type { RowAt } from '../ports/change-log.ts'
import { toRow } from './change-row.ts'
import type { Database, Session } from './database.ts'
import type { Dictionary } from './dictionary.ts'

/**
 * Of every asked key the newest change before its point (or at all), unless the table was truncated since. One look into
 * changes_row each; a key's place among the asked comes back as text row number.
 */
const newestChange = (bounded: boolean): string => `
  SELECT asked.place, c.after, c.omitted, c.position, c.ordinal
  FROM unnest($1::int[], $2::text[]${bounded ? ', $3::text[], $4::int[]' : ''}) WITH ORDINALITY
    AS asked (table_id, key${bounded ? ', position, ordinal' : ''}, place)
  CROSS JOIN LATERAL (
    SELECT after, omitted, op, position, ordinal FROM banyan.changes v
    WHERE v.table_id = asked.table_id AND v.key = asked.key
      ${bounded ? 'AND (v.position, v.ordinal) < (asked.position, asked.ordinal)' : ''}
    ORDER BY v.position DESC, v.ordinal DESC LIMIT 1
  ) c
  WHERE c.after IS NOT NULL AND c.op <> 'd' AND NOT EXISTS (
    SELECT FROM banyan.changes t
    WHERE t.op = 't' AND t.table_id = asked.table_id AND (t.position, t.ordinal) > (c.position, c.ordinal)
      ${bounded ? 'AND (t.position, t.ordinal) < (asked.position, asked.ordinal)' : ''}
  )`

const withBound = newestChange(true)
const withoutBound = newestChange(false)

interface Address {
  readonly table: TableName
  readonly key: RowKey
}

export const latestRows = async (
  database: Database,
  dictionary: Dictionary,
  source: SourceName,
  keys: readonly Address[],
): Promise<ReadonlyMap<string, Row>> => {
  const tables = await dictionary.tableIds(source, new Set(keys.map((asked) => asked.table)))
  return database.run(async (session) => {
    const found = await session.rows(withoutBound, [keys.map((asked) => tables.get(asked.table)), keys.map((asked) => asked.key)])
    const rows = new Map<string, Row>()
    for (const cells of found) {
      const asked = keys[Number(cells[0]) - 1]
      const tableId = asked === undefined ? undefined : tables.get(asked.table)
      if (asked === undefined || tableId === undefined) continue
      rows.set(rowAddress(asked.table, asked.key), await completeRow(session, tableId, asked.key, cells))
    }
    return rows
  })
}

export const rowsAt = async (
  database: Database,
  dictionary: Dictionary,
  source: SourceName,
  asked: readonly RowAt[],
): Promise<ReadonlyMap<number, Row>> => {
  const tables = await dictionary.knownTableIds(source, new Set(asked.map((one) => one.table)))
  const known = asked.flatMap((one, index) => {
    const tableId = tables.get(one.table)
    return tableId === undefined ? [] : [{ ...one, tableId, index }]
  })
  return database.run(async (session) => {
    const found = await session.rows(withBound, [
      known.map((one) => one.tableId),
      known.map((one) => one.key),
      known.map((one) => one.before.position),
      known.map((one) => one.before.ordinal),
    ])
    const rows = new Map<number, Row>()
    for (const cells of found) {
      const one = known[Number(cells[0]) - 1]
      if (one !== undefined) rows.set(one.index, await completeRow(session, one.tableId, one.key, cells))
    }
    return rows
  })
}

/** Columns that the source left out of a change (unchanged TOAST) have the value of an earlier change of the row. */
const completeRow = async (session: Session, tableId: number, key: RowKey, cells: readonly unknown[]): Promise<Row> => {
  const [, after, omitted, position, ordinal] = cells as [unknown, string, string | null, string, number]
  const row = toRow(after) ?? {}
  let missing = (omitted === null ? [] : (decode(omitted) as readonly string[])).filter((column) => row[column] === undefined)
  if (missing.length === 0) return row
  const filled: Record<string, Row[string]> = { ...row }
  const earlier = await session.rows(
    `SELECT after, op FROM banyan.changes WHERE table_id = $1 AND key = $2 AND (position, ordinal) < ($3, $4)
     ORDER BY position DESC, ordinal DESC LIMIT 100`,
    [tableId, key, position, ordinal],
  )
  for (const [text, op] of earlier as readonly (readonly [string | null, string])[]) {
    const past = op === 'd' ? null : toRow(text)
    // Before its deletion this was another row.
    if (past === null || missing.length === 0) break
    for (const column of missing) if (past[column] !== undefined) filled[column] = past[column]
    missing = missing.filter((column) => filled[column] === undefined)
  }
  return filled
}
