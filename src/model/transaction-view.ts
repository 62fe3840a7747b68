import type { ChangeId, TableName } from './ids.ts'
import { changeId } from './ids.ts'
import { BanyanError } from './errors.ts'
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
  /** The change with what is known of its rows. */
  readonly whole: (change: ChangeEvent) => ChangeEvent
}

const asSent: RowRecall = { beforeOf: (change) => change.before, afterOf: (change) => change.after, whole: (change) => change }

const heldChanges = 10_000

/** Nobody may guess that a column changed. `column` left out: nothing of the old row is known. */
export const unknownBefore = ({ table, key }: ChangeEvent, column?: string): BanyanError =>
  new BanyanError(
    'rule-invalid',
    column === undefined
      ? `whether a column of ${table} ${key ?? '(no key)'} changed is not known: nobody has its old row`
      : `whether ${column} of ${table} ${key ?? '(no key)'} changed is not known: nobody has its old value`,
    { hint: 'begin with a snapshot, or let the source send whole old rows (PostgreSQL: REPLICA IDENTITY FULL)', where: table },
  )

/** `changes` is told which table is looked for; it may give others too. */
export const transactionView = (
  header: TransactionHeader,
  changes: (table?: TableName) => Iterable<ChangeEvent>,
  recall: RowRecall = asSent,
): TransactionView => {
  // A weak map costs the collector dearly, so only a transaction that must not be held in memory gets one.
  const ordinals: Map<Row, number> | WeakMap<Row, number> = header.count > heldChanges ? new WeakMap<Row, number>() : new Map<Row, number>()
  const note = (row: Row | null, change: ChangeEvent): Row | null => {
    if (row !== null) ordinals.set(row, change.ordinal)
    return row
  }
  function* noted(table?: TableName): Generator<ChangeEvent, undefined> {
    for (const change of changes(table)) {
      if (table !== undefined && change.table !== table) continue
      const whole = recall.whole(change)
      note(whole.before, whole)
      note(whole.after, whole)
      yield whole
    }
  }
  function* rows(table: TableName, op: 'create' | 'update' | 'delete'): Generator<Row, undefined> {
    for (const change of changes(table)) {
      if (change.op !== op || change.table !== table) continue
      const row = note((op === 'delete' ? recall.beforeOf(change) : recall.afterOf(change)) ?? null, change)
      if (row !== null) yield row
    }
  }
  function* moved(table: TableName, column: string, values: { from?: Value; to?: Value }): Generator<Row, undefined> {
    for (const change of changes(table)) {
      if (change.op !== 'update' || change.table !== table || change.after === null) continue
      const to = change.after[column]
      if (to === undefined || (values.to !== undefined && !sameValue(to, values.to))) continue
      const before = recall.beforeOf(change)
      if (before === undefined) continue
      const from = before?.[column]
      if (from === undefined) throw unknownBefore(change, column)
      if (sameValue(from, to) || (values.from !== undefined && !sameValue(from, values.from))) continue
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
    causeOf: (row) => {
      const ordinal = ordinals.get(row)
      return ordinal === undefined ? undefined : changeId(header.position, ordinal)
    },
  }
}
