import type { ChangeEvent, LegacyTransaction } from '../src/model/change-event.ts'
import type { ChangeId, Position, RowKey, TableName } from '../src/model/ids.ts'
import { changeId } from '../src/model/ids.ts'
import type { RowRecall } from '../src/model/transaction-view.ts'
import { unknownBefore } from '../src/model/transaction-view.ts'
import type { Row } from '../src/model/value.ts'
import type { ChangesOf } from './changes-by-table.ts'
import type { RowKeys } from './row-keys.ts'

/** A row as of just before a transaction. Null: no such row. Undefined: not in memory, it must be fetched. */
export type RowOf = (table: TableName, key: RowKey) => Row | null | undefined

export interface RowAddress {
  readonly table: TableName
  readonly key: RowKey
}

/** Rows around and behind the changes of one transaction: what it did itself, laid over what was there before. */
export interface Recall extends RowRecall {
  /** The row after the whole transaction, and the change of it that made it so, if any. */
  readonly finalRow: (table: TableName, key: RowKey) => { readonly row: Row | null; readonly cause: ChangeId | null } | undefined
  /** Rows that were asked for and not in memory. While there are any, all answers are provisional. */
  readonly missing: () => readonly RowAddress[]
}

/** What the transaction made of a row so far; null: deleted. */
interface Step {
  readonly row: Row | null
  readonly cause: ChangeId
}

interface TableSteps {
  readonly latest: Map<RowKey, Step>
  /** Change → the step before it on the same row, where there was one in this transaction. */
  readonly previous: Map<number, Step>
  /** Change → its row with the omitted columns filled in. */
  readonly completed: Map<number, Row>
  truncatedBy: ChangeId | null
}

/** Memory grows with the changes of those tables only that are looked up or whose old rows the source does not send. */
export const createRecall = (input: {
  readonly tx: Pick<LegacyTransaction, 'header'>
  readonly changes: ChangesOf
  readonly keys: RowKeys
  readonly rowOf: RowOf
}): Recall => {
  const { tx, changes, keys, rowOf } = input
  const tables = new Map<TableName, TableSteps>()
  const missing = new Map<string, RowAddress>()

  const fetched = (table: TableName, key: RowKey): Row | null | undefined => {
    const row = rowOf(table, key)
    if (row === undefined) missing.set(`${table} ${key}`, { table, key })
    return row
  }
  const stepsOf = (table: TableName): TableSteps => {
    const known = tables.get(table)
    if (known !== undefined) return known
    const steps = walk(tx.header.position, changes, table, keys, fetched)
    tables.set(table, steps)
    return steps
  }
  /** Null: nobody knows it. */
  const lastRow = (change: ChangeEvent): Row | null | undefined => {
    const key = oldKey(change, keys)
    const step = key === null ? undefined : stepsOf(change.table).previous.get(change.ordinal)
    return key === null || step !== undefined ? (step?.row ?? null) : fetched(change.table, key)
  }
  const afterOf = (change: ChangeEvent): Row | null =>
    change.omitted.length === 0 ? change.after : (stepsOf(change.table).completed.get(change.ordinal) ?? change.after)
  return {
    beforeOf: (change) => {
      if (isOldRowKnown(change)) return change.before
      const row = lastRow(change)
      if (row !== null) return row
      if (change.op === 'delete') return change.before
      throw unknownBefore(change)
    },
    afterOf,
    whole: (change) => {
      const before = isOldRowKnown(change) || change.op === 'truncate' || change.op === 'message' ? null : lastRow(change)
      if (before) return { ...change, before, beforeKind: 'filled', after: afterOf(change) }
      return change.omitted.length === 0 ? change : { ...change, after: afterOf(change) }
    },
    finalRow: (table, key) => {
      const { latest, truncatedBy } = stepsOf(table)
      const step = latest.get(key)
      if (step !== undefined) return step
      if (truncatedBy !== null) return { row: null, cause: truncatedBy }
      const row = fetched(table, key)
      return row === undefined ? undefined : { row, cause: null }
    },
    missing: () => [...missing.values()],
  }
}

const isOldRowKnown = ({ op, beforeKind }: ChangeEvent): boolean =>
  beforeKind === 'full' || beforeKind === 'filled' || op === 'create' || op === 'read'

const oldKey = (change: ChangeEvent, keys: RowKeys): RowKey | null =>
  change.before === null ? change.key : (keys.ofRow(change.table, change.before) ?? change.key)

const walk = (at: Position, changes: ChangesOf, table: TableName, keys: RowKeys, fetched: RowOf): TableSteps => {
  const steps: TableSteps = { latest: new Map(), previous: new Map(), completed: new Map(), truncatedBy: null }
  const { latest, previous, completed } = steps
  for (const change of changes(table)) {
    if (change.table !== table) continue
    const cause = changeId(at, change.ordinal)
    if (change.op === 'truncate') {
      latest.clear()
      steps.truncatedBy = cause
    }
    if (change.key === null || change.op === 'message' || change.op === 'truncate') continue
    const from = oldKey(change, keys) ?? change.key
    const last = latest.get(from) ?? (steps.truncatedBy === null ? undefined : { row: null, cause: steps.truncatedBy })
    if (last !== undefined) previous.set(change.ordinal, last)
    if (from !== change.key) latest.set(from, { row: null, cause })
    const before = change.omitted.length === 0 ? null : last === undefined ? fetched(table, from) : last.row
    const after = before === null || before === undefined ? change.after : complete(change, before)
    if (after !== null && after !== change.after) completed.set(change.ordinal, after)
    latest.set(change.key, { row: change.op === 'delete' ? null : after, cause })
  }
  return steps
}

/** Columns that did not change and were not sent have the value that they had before. */
const complete = (change: ChangeEvent, before: Row): Row | null => {
  if (change.after === null) return null
  const kept = change.omitted.flatMap((column) => {
    const value = before[column]
    return value === undefined ? [] : [[column, value] as const]
  })
  return { ...change.after, ...Object.fromEntries(kept) }
}
