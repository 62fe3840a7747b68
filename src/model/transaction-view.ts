import type { ChangeId, TableName } from './ids.ts'
import { changeId } from './ids.ts'
import type { ChangeEvent, TransactionHeader } from './change-event.ts'
import type { Row, Value } from './value.ts'
import { sameValue } from './value.ts'

/** A transaction as rules and legacy answers look at it. All iterables are lazy; large transactions stay on disk. */
export interface TransactionView {
  readonly header: TransactionHeader
  /** New rows of a table. */
  readonly created: (table: TableName) => IteratorObject<Row>
  /** Rows after an update. */
  readonly updated: (table: TableName) => IteratorObject<Row>
  /** Rows before their deletion (key columns only, unless the source sends more). */
  readonly deleted: (table: TableName) => IteratorObject<Row>
  /** Rows whose column changed, optionally only from and to the given values. */
  readonly transitioned: (table: TableName, column: string, values?: { readonly from?: Value; readonly to?: Value }) => IteratorObject<Row>
  /** All changes of a table, or of all tables. */
  readonly changes: (table?: TableName) => IteratorObject<ChangeEvent>
  /** The change that a row of this view came from. */
  readonly causeOf: (row: Row) => ChangeId | undefined
}

/** The rows around a change, asked of whoever remembers what the source did not send. */
export interface RowRecall {
  /** Null: nobody knows. Undefined: not known yet; the change is passed over. */
  readonly beforeOf: (change: ChangeEvent) => Row | null | undefined
  readonly afterOf: (change: ChangeEvent) => Row | null
}

const asSent: RowRecall = { beforeOf: (change) => change.before, afterOf: (change) => change.after }

export const transactionView = (
  header: TransactionHeader,
  changes: () => Iterable<ChangeEvent>,
  recall: RowRecall = asSent,
): TransactionView => {
  const causes = new WeakMap<Row, ChangeId>()
  const note = (row: Row | null, change: ChangeEvent): Row | null => {
    if (row !== null) causes.set(row, changeId(header.position, change.ordinal))
    return row
  }
  function* all(table?: TableName): Generator<ChangeEvent, undefined> {
    for (const change of changes()) if (table === undefined || change.table === table) yield change
  }
  function* noted(table?: TableName): Generator<ChangeEvent, undefined> {
    for (const change of all(table)) {
      note(change.before, change)
      note(change.after, change)
      yield change
    }
  }
  function* rows(table: TableName, op: 'create' | 'update' | 'delete'): Generator<Row, undefined> {
    for (const change of all(table)) {
      if (change.op !== op) continue
      const row = note((op === 'delete' ? recall.beforeOf(change) : recall.afterOf(change)) ?? null, change)
      if (row !== null) yield row
    }
  }
  function* moved(table: TableName, column: string, values: { from?: Value; to?: Value }): Generator<Row, undefined> {
    for (const change of all(table)) {
      if (change.op !== 'update' || change.after === null) continue
      const to = change.after[column]
      if (to === undefined || (values.to !== undefined && !sameValue(to, values.to))) continue
      const before = recall.beforeOf(change)
      const from = before?.[column]
      if (before === undefined || sameValue(from, to) || (values.from !== undefined && !sameValue(from, values.from))) continue
      const after = note(recall.afterOf(change), change)
      if (after !== null) yield after
    }
  }
  return {
    header,
    created: (table) => rows(table, 'create'),
    updated: (table) => rows(table, 'update'),
    deleted: (table) => rows(table, 'delete'),
    transitioned: (table, column, values = {}) => moved(table, column, values),
    changes: (table) => noted(table),
    causeOf: (row) => causes.get(row),
  }
}
