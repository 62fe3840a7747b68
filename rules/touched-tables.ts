import type { TransactionHeader } from '../src/model/change-event.ts'
import type { TableName } from '../src/model/ids.ts'
import { epochMs, position, sourceName } from '../src/model/ids.ts'
import type { Rule } from '../src/model/rule.ts'
import type { TransactionView } from '../src/model/transaction-view.ts'

/** What can wake a rule: a change of one of these tables; null when that cannot be told beforehand. */
export type TouchedTables = ReadonlySet<TableName> | null

const header: TransactionHeader = {
  source: sourceName('nowhere'),
  position: position(''),
  id: '',
  beganAt: null,
  committedAt: epochMs(0),
  capturedAt: epochMs(0),
  count: 0,
  snapshot: false,
}

/**
 * Shows `when` an empty transaction and notes the tables that it looks at. `when` is pure, so a transaction without a
 * change of these tables is to it as good as empty: it matches nothing there and can be skipped.
 */
export const touchedTables = (rule: Pick<Rule, 'when'>): TouchedTables => {
  const tables = new Set<TableName>()
  let unbounded = false
  const touch = (table?: TableName): IteratorObject<never> => {
    if (table === undefined) unbounded = true
    else tables.add(table)
    return Iterator.from([])
  }
  const view: TransactionView = {
    // What depends on the header differs from one empty transaction to the next.
    get header() {
      unbounded = true
      return header
    },
    created: touch,
    updated: touch,
    deleted: touch,
    transitioned: touch,
    changes: touch,
    causeOf: () => undefined,
  }
  try {
    for (const _ of rule.when(view)) return null
  } catch {
    return null
  }
  return unbounded ? null : tables
}
