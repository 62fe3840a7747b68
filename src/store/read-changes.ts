import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { SourceName } from '../model/ids.ts'
import type { ChangePage, ChangeQuery } from '../ports/change-log.ts'
import type { ChangeCells } from './change-row.ts'
import { changeSelectColumns, toChange, toHeader, transactionSelectColumns } from './change-row.ts'
import type { Session } from './database.ts'
import type { Dictionary } from './dictionary.ts'

/** Selected changes as change events. Those of a transaction that is not committed yet have no header and are left out. */
export const toChanges = async (
  session: Session,
  dictionary: Dictionary,
  source: { readonly name: SourceName; readonly id: number },
  cells: readonly (readonly unknown[])[],
): Promise<readonly ChangeEvent[]> => {
  const rows = cells as readonly ChangeCells[]
  const tables = await dictionary.tableNames(source.name, new Set(rows.map((row) => row[3])))
  const headers = await readHeaders(session, source, new Set(rows.map((row) => row[0])))
  return rows.flatMap((row) => {
    const header = headers.get(row[0])
    const table = tables.get(row[3])
    return header === undefined || table === undefined ? [] : [toChange(header, table, row)]
  })
}

const readHeaders = async (
  { rows }: Session,
  source: { readonly name: SourceName; readonly id: number },
  positions: ReadonlySet<string>,
): Promise<ReadonlyMap<string, TransactionHeader>> => {
  const found = await rows(`SELECT ${transactionSelectColumns} FROM banyan.transactions WHERE source_id = $1 AND position = ANY ($2)`, [
    source.id,
    [...positions],
  ])
  return new Map(found.map((cells) => [String(cells[0]), toHeader(source.name, cells)]))
}

/** About `limit` changes in log order: one more is asked for, to see whether the last transaction is whole. */
export const readChanges = async (
  session: Session,
  dictionary: Dictionary,
  sourceId: number,
  query: ChangeQuery,
): Promise<readonly ChangeEvent[]> => {
  const tables = query.tables === undefined ? null : await dictionary.knownTableIds(query.source, query.tables)
  const ids = query.tables?.flatMap((table) => tables?.get(table) ?? [])
  const only = ids === undefined ? '' : 'AND c.table_id = ANY ($5)'
  const values = [sourceId, query.after ?? '', query.upTo, query.limit + 1, ...(ids === undefined ? [] : [ids])]
  const first = await session.rows(
    `SELECT ${changeSelectColumns} FROM banyan.changes c
     WHERE c.source_id = $1 AND c.position > $2 AND c.position <= $3 ${only}
     ORDER BY c.source_id, c.position, c.ordinal LIMIT $4`,
    values,
  )
  const source = { name: query.source, id: sourceId }
  const surplus = first[query.limit]
  const last = first[query.limit - 1]
  if (surplus === undefined || last === undefined) return toChanges(session, dictionary, source, first)
  const whole = first.slice(0, query.limit)
  if (surplus[0] !== last[0]) return toChanges(session, dictionary, source, whole)
  const rest = await session.rows(
    `SELECT ${changeSelectColumns} FROM banyan.changes c
     WHERE c.source_id = $1 AND c.position = $2 AND c.ordinal > $3 ${only.replace('$5', '$4')} ORDER BY c.ordinal`,
    [sourceId, last[0], last[1], ...(ids === undefined ? [] : [ids])],
  )
  return toChanges(session, dictionary, source, [...whole, ...rest])
}

/** So many changes behind a point, whatever transactions they are of. */
export const readChangePage = async (
  session: Session,
  dictionary: Dictionary,
  sourceId: number,
  { source, after, upTo, limit }: ChangePage,
): Promise<readonly ChangeEvent[]> => {
  const found = await session.rows(
    `SELECT ${changeSelectColumns} FROM banyan.changes c
     WHERE c.source_id = $1 AND (c.position, c.ordinal) > ($2, $3) AND c.position <= $4
     ORDER BY c.source_id, c.position, c.ordinal LIMIT $5`,
    [sourceId, after?.position ?? '', after?.ordinal ?? -1, upTo, limit],
  )
  return toChanges(session, dictionary, { name: source, id: sourceId }, found)
}
