import type { ChangeEvent } from '../../model/change-event.ts'
import type { RowKey, TableName } from '../../model/ids.ts'
import type { Row } from '../../model/value.ts'
import { rowAddress } from '../../ports/capture-store.ts'
import type { RowMemory } from './row-memory.ts'

export interface RowAddress {
  readonly table: TableName
  readonly key: RowKey
}

export interface CompleteOptions {
  readonly memory: RowMemory
  /** Tables whose old rows are looked at: where the log has none, the row's last version is put in, marked as `filled`. */
  readonly oldRowsOf: ReadonlySet<TableName>
  /** Rows that changes after these lack too: they are fetched together. */
  readonly ahead?: () => readonly RowAddress[]
}

/**
 * The changes as they will be stored: columns that the source left out (unchanged TOAST), and old rows that it did not send, are filled
 * from the row's last version, which may be an earlier change of the same transaction, and may have had another key.
 */
export const completeChanges = async (
  changes: readonly ChangeEvent[],
  { memory, oldRowsOf, ahead }: CompleteOptions,
): Promise<readonly ChangeEvent[]> => {
  const lacking = lackedRows(changes, oldRowsOf)
  if (lacking.length === 0) return changes
  const isUnknown = lacking.some(({ table, key }) => memory.rowOf(table, key) === undefined)
  await memory.fetch(isUnknown && ahead !== undefined ? [...lacking, ...ahead()] : lacking)
  const earlier = new Map<string, Row | null>()
  let deleted: Row | null = null
  return changes.map((change, at) => {
    if (change.key === null) return change
    const address = rowAddress(change.table, change.key)
    const here = earlier.has(address) ? earlier.get(address) : memory.rowOf(change.table, change.key)
    const last = hasMoved(change, changes[at - 1]) ? deleted : here
    const isPartial = change.omitted.length > 0 && change.after !== null && last !== null && last !== undefined
    const whole = isPartial ? { ...change, after: { ...last, ...change.after } } : change
    deleted = change.op === 'delete' ? (here ?? null) : null
    earlier.set(address, change.op === 'delete' ? null : whole.after)
    return here && lacksOldRow(change, oldRowsOf) ? { ...whole, before: here, beforeKind: 'filled' } : whole
  })
}

/** The rows that have to be known before these changes are complete. */
export const lackedRows = (changes: readonly ChangeEvent[], oldRowsOf: ReadonlySet<TableName>): readonly RowAddress[] => {
  const lacking: RowAddress[] = []
  for (const [at, change] of changes.entries()) {
    if (change.omitted.length === 0 && !lacksOldRow(change, oldRowsOf)) continue
    const before = changes[at - 1]
    const key = hasMoved(change, before) ? before.key : change.key
    if (key !== null) lacking.push({ table: change.table, key })
  }
  return lacking
}

/** What the log itself says of an old row is never replaced. */
const lacksOldRow = ({ op, table, beforeKind }: ChangeEvent, oldRowsOf: ReadonlySet<TableName>): boolean =>
  (op === 'update' || op === 'delete') && (beforeKind === 'none' || beforeKind === 'key') && oldRowsOf.has(table)

/** Where a new key takes the place of an old one, what was not sent stood under the old one. It is the only way in which a new row is partial. */
export const isMoved = ({ op, omitted }: ChangeEvent): boolean => op === 'create' && omitted.length > 0

const hasMoved = (change: ChangeEvent, before: ChangeEvent | undefined): before is ChangeEvent =>
  isMoved(change) && before?.op === 'delete' && before.table === change.table
