import type { ChangeEvent } from '../../model/change-event.ts'
import type { RowKey, TableName } from '../../model/ids.ts'
import type { Row } from '../../model/value.ts'
import { rowAddress } from '../../ports/capture-store.ts'
import type { RowMemory } from './row-memory.ts'

/**
 * The changes as they will be stored: columns that the source left out (unchanged TOAST) are filled from the row's last
 * version, which may be an earlier change of the same transaction, and may have had another key.
 */
export const completeChanges = async (changes: readonly ChangeEvent[], memory: RowMemory): Promise<readonly ChangeEvent[]> => {
  const partial = changes.flatMap((change, at) => (change.omitted.length > 0 ? lastPlaces(change, changes[at - 1]) : []))
  if (partial.length === 0) return changes
  await memory.fetch(partial)
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
    return whole
  })
}

/** Where a new key takes the place of an old one, what was not sent stood under the old one. It is the only way in which a new row is partial. */
export const isMoved = ({ op, omitted }: ChangeEvent): boolean => op === 'create' && omitted.length > 0

const hasMoved = (change: ChangeEvent, before: ChangeEvent | undefined): before is ChangeEvent =>
  isMoved(change) && before?.op === 'delete' && before.table === change.table

const lastPlaces = (
  change: ChangeEvent,
  before: ChangeEvent | undefined,
): readonly { readonly table: TableName; readonly key: RowKey }[] => {
  const key = hasMoved(change, before) ? before.key : change.key
  return key === null ? [] : [{ table: change.table, key }]
}
