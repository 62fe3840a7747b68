import type { ChangeEvent, LegacyTransaction } from '../src/model/change-event.ts'
import type { TableName } from '../src/model/ids.ts'

/** The changes of one table (of all, when none is named), in order; those of a large transaction are of all tables always. */
export type ChangesOf = (table?: TableName) => Iterable<ChangeEvent>

/** Beyond this, a transaction is read from where it is each time, and never held. */
const heldChanges = 10_000

/** Rules look at one table at a time, so a transaction of usual size is sorted by table once. */
export const changesByTable = (tx: LegacyTransaction): ChangesOf => {
  if (tx.header.count > heldChanges) return () => tx.changes()
  let sorted: ReadonlyMap<TableName, readonly ChangeEvent[]> | null = null
  return (table) => {
    if (table === undefined) return tx.changes()
    sorted ??= Map.groupBy(tx.changes(), (change) => change.table)
    return sorted.get(table) ?? []
  }
}
