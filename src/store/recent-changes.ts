import type { ChangeEvent, TransactionHeader } from '../model/change-event.ts'
import type { Position, SourceName } from '../model/ids.ts'
import type { CaptureBatch } from '../ports/capture-store.ts'
import type { ChangeQuery } from '../ports/change-log.ts'

/** What this process captured last: the stages beside capture read it a moment later, and need not ask the server for what is still at hand. */
export interface RecentChanges {
  /** After a batch's commit, with all of its changes; null: some were appended before, or they were not held. */
  readonly committed: (batch: Pick<CaptureBatch, 'source' | 'cursor' | 'transactions'>, changes: readonly ChangeEvent[] | null) => void
  /** Whether anybody has read changes of this source, so that it pays to hold them. */
  readonly isRead: (source: SourceName) => boolean
  /** Another process may have captured since. */
  readonly forget: (source: SourceName) => void
  /** As {@link ChangeLog.readChanges} tells it; null when not all of it is at hand. */
  readonly read: (query: ChangeQuery) => readonly ChangeEvent[] | null
}

/** Everything in `(after, upTo]`. */
interface Held {
  after: Position
  upTo: Position
  count: number
  readonly batches: { readonly upTo: Position; readonly changes: readonly ChangeEvent[] }[]
}

/** About two of capture's largest batches. */
const mostChanges = 6_000

export const createRecentChanges = (): RecentChanges => {
  const all = new Map<SourceName, Held>()
  const readers = new Set<SourceName>()
  return {
    isRead: (source) => readers.has(source),
    committed: (batch, given) => {
      const { source, cursor } = batch
      const held = all.get(source)
      const changes = given === null ? null : asStored(batch.transactions, given)
      const upTo = cursor.position
      if (held === undefined || changes === null) {
        all.set(source, { after: upTo, upTo, count: 0, batches: [] })
        return
      }
      held.upTo = upTo
      held.count += changes.length
      if (changes.length > 0) held.batches.push({ upTo, changes })
      while (held.count > mostChanges) {
        const oldest = held.batches.shift()
        if (oldest === undefined) return
        held.after = oldest.upTo
        held.count -= oldest.changes.length
      }
    },
    forget: (source) => void all.delete(source),
    read: (query) => {
      readers.add(query.source)
      const held = all.get(query.source)
      if (held === undefined || query.after === null || query.after < held.after || query.upTo > held.upTo) return null
      return found(held, { ...query, after: query.after })
    },
  }
}

/** The batch's own headers are what is stored, and not what a change was read with. Null: it has changes of a transaction that came earlier. */
const asStored = (transactions: readonly TransactionHeader[], changes: readonly ChangeEvent[]): readonly ChangeEvent[] | null => {
  const headers = new Map(transactions.map((header) => [header.position, header]))
  const stored: ChangeEvent[] = []
  for (const change of changes) {
    const transaction = headers.get(change.transaction.position)
    if (transaction === undefined) return null
    stored.push(transaction === change.transaction ? change : { ...change, transaction })
  }
  return stored
}

const found = ({ batches }: Held, { after, upTo, tables, limit }: ChangeQuery & { readonly after: Position }): readonly ChangeEvent[] => {
  const asked = tables === undefined ? null : new Set(tables)
  const changes: ChangeEvent[] = []
  let last: Position | null = null
  for (const batch of batches) {
    if (batch.upTo <= after) continue
    for (const change of batch.changes) {
      const { position } = change.transaction
      if (position <= after || (asked !== null && !asked.has(change.table))) continue
      if (position > upTo || (changes.length >= limit && position !== last)) return changes
      changes.push(change)
      last = position
    }
  }
  return changes
}
