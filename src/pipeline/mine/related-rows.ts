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
  /** What the candidate read as of then, key by key: the row behind each, where no name leads to it. */
  readonly reads?: readonly ReadVersion[]
}

/** The version of a table's row that was read. */
export interface ReadVersion {
  readonly table: TableName
  readonly version: LogPoint
}

/** Rows by table: the ones that caused the trigger, and those that they point to. */
export type RelatedRows = ReadonlyMap<TableName, Row>

type RowLog = Pick<ChangeLog, 'changesAt' | 'rowsAt'>

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
 * Finds, for many decisions at once, the rows that caused their triggers, the rows that these point to by columns of the same names as
 * another table's key, and the rows behind what the candidate read. Nothing that the decision itself wrote is seen: all is as of before it.
 */
export const relatedRows = async (input: {
  readonly log: RowLog
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
  const hops = { log, source, keyed, before, found }
  await follow({ ...hops, most: maxHops })
  if (await addRead(input, found)) await follow({ ...hops, most: 1 })
  return found
}

interface Hops {
  readonly log: RowLog
  readonly source: SourceName
  readonly keyed: readonly { readonly name: TableName; readonly columns: readonly string[] }[]
  readonly before: readonly LogPoint[]
  readonly found: readonly Map<TableName, Row>[]
  readonly most: number
}

/** From the rows that are known to those that they name. */
const follow = async ({ log, source, keyed, before, found, most }: Hops): Promise<void> => {
  for (let hop = 0; hop < most; hop++) {
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
    if (asked.length === 0) return
    const answered = await log.rowsAt(source, asked)
    for (const [place, row] of answered) {
      const one = asked[place]
      if (one !== undefined) found[one.index]?.set(one.table, row)
    }
  }
}

/** Adds the rows that the candidate read of tables from which there is none yet. False where there was nothing to add. */
const addRead = async (
  { log, source, queries }: Pick<Parameters<typeof relatedRows>[0], 'log' | 'source' | 'queries'>,
  found: readonly Map<TableName, Row>[],
): Promise<boolean> => {
  const missing = queries.map(({ reads = [] }, index) => reads.filter(({ table }) => found[index]?.has(table) === false))
  const points = new Map(missing.flat().map(({ version }) => [nameOf(version), version]))
  if (points.size === 0) return false
  const changes = await log.changesAt(source, [...points.values()])
  const rows = new Map<string, Row>()
  const cut: (RowAt & { readonly name: string })[] = []
  for (const { after, omitted, table, key, transaction, ordinal } of changes) {
    const name = nameOf({ position: transaction.position, ordinal })
    if (after === null) continue
    rows.set(name, after)
    const before = { position: transaction.position, ordinal: ordinal + 1 }
    if (omitted.length > 0 && key !== null) cut.push({ name, table, key, before })
  }
  for (const [place, row] of cut.length === 0 ? [] : await log.rowsAt(source, cut)) rows.set(cut[place]?.name ?? '', row)
  for (const [index, reads] of missing.entries()) {
    for (const { table, version } of reads) {
      const row = rows.get(nameOf(version))
      if (row !== undefined && found[index]?.has(table) === false) found[index].set(table, row)
    }
  }
  return true
}

const nameOf = ({ position, ordinal }: LogPoint): string => `${position}#${ordinal}`
