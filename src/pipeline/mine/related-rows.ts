import { encode } from '../../model/canonical.ts'
import type { ChangeId, RowKey, SourceName, TableName } from '../../model/ids.ts'
import type { LogPoint } from '../../model/read.ts'
import type { Row, Value } from '../../model/value.ts'
import type { ChangeLog, RowAt } from '../../ports/change-log.ts'
import type { SourceTable } from '../../ports/change-source.ts'

/** What a decision is looked up by. */
export interface RelatedQuery {
  readonly causes: readonly string[]
  /** Rows are taken as of just before this point. */
  readonly before: LogPoint
}

/** Rows by table: the ones that caused the trigger, and those that they point to. */
export type RelatedRows = ReadonlyMap<TableName, Row>

/** How far from the causing row a related row may be: order line → order → customer. */
const maxHops = 2

/** `{position}#{ordinal}`, or null for the id of an event. */
const pointOf = (cause: string): LogPoint | null => {
  const at = cause.lastIndexOf('#')
  return at < 0 ? null : { position: cause.slice(0, at) as LogPoint['position'], ordinal: Number(cause.slice(at + 1)) }
}

const later = (a: LogPoint, b: LogPoint): LogPoint =>
  a.position > b.position || (a.position === b.position && a.ordinal >= b.ordinal) ? a : b

/** Key columns of a table, in key order; empty when it has no key. */
const keyColumns = (table: SourceTable): readonly string[] =>
  table.columns
    .filter((column) => column.keyOrder !== null)
    .sort((a, b) => (a.keyOrder ?? 0) - (b.keyOrder ?? 0))
    .map((column) => column.name)

const keyIn = (row: Row, columns: readonly string[]): RowKey | null => {
  const values: Value[] = []
  for (const column of columns) {
    const value = row[column]
    if (value === undefined || value === null) return null
    values.push(value)
  }
  return encode(values) as RowKey
}

/**
 * Finds, for many decisions at once, the rows that caused their triggers and the rows that these point to by columns
 * of the same names as another table's key. Nothing that the decision itself wrote is seen: all is as of before it.
 */
export const relatedRows = async (input: {
  readonly log: ChangeLog
  readonly source: SourceName
  readonly tables: readonly SourceTable[]
  readonly queries: readonly RelatedQuery[]
}): Promise<readonly RelatedRows[]> => {
  const { log, source, queries } = input
  const keyed = input.tables.map((table) => ({ name: table.name, columns: keyColumns(table) })).filter((table) => table.columns.length > 0)
  const points = queries.map((query) => query.causes.flatMap((cause) => pointOf(cause) ?? []))
  const causing = await log.changesAt(source, points.flat())
  const byId = new Map(causing.map((change) => [`${change.transaction.position}#${change.ordinal}` as ChangeId, change]))
  const found = queries.map(() => new Map<TableName, Row>())
  const before = queries.map((query, index) => {
    let at = query.before
    for (const point of points[index] ?? []) {
      const change = byId.get(`${point.position}#${point.ordinal}` as ChangeId)
      if (change?.after !== null && change !== undefined) found[index]?.set(change.table, change.after)
      at = later(at, { position: point.position, ordinal: point.ordinal + 1 })
    }
    return at
  })
  for (let hop = 0; hop < maxHops; hop++) {
    const asked: (RowAt & { readonly index: number })[] = []
    for (const [index, rows] of found.entries()) {
      const known = [...rows.values()]
      for (const table of keyed) {
        if (rows.has(table.name)) continue
        const key = known.reduce<RowKey | null>((chosen, row) => chosen ?? keyIn(row, table.columns), null)
        const at = before[index]
        if (key !== null && at !== undefined) asked.push({ index, table: table.name, key, before: at })
      }
    }
    if (asked.length === 0) break
    const answered = await log.rowsAt(source, asked)
    for (const [place, row] of answered) {
      const one = asked[place]
      if (one !== undefined) found[one.index]?.set(one.table, row)
    }
  }
  return found
}
