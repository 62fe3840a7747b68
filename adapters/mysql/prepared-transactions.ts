import type { BinlogPlace } from './binlog-place.ts'
import { comparePlaces } from './binlog-place.ts'
import type { GroupRows } from './open-transaction.ts'

export interface Prepared {
  readonly rows: GroupRows
  /** Where its rows begin: a reader that starts anew must start there. */
  readonly start: BinlogPlace
}

/** Transactions that are prepared (XA) and neither committed nor rolled back, by their XID. */
export interface PreparedTransactions {
  readonly hold: (xid: string, prepared: Prepared) => void
  /** Null: none of that XID is known. */
  readonly take: (xid: string) => GroupRows | null
  /** Null: none is held. */
  readonly earliest: () => BinlogPlace | null
  readonly release: () => void
}

export const preparedTransactions = (): PreparedTransactions => {
  const held = new Map<string, Prepared>()
  return {
    hold: (xid, prepared) => {
      held.set(xid, prepared)
    },
    take: (xid) => {
      const prepared = held.get(xid)
      held.delete(xid)
      return prepared?.rows ?? null
    },
    earliest: () => {
      let first: BinlogPlace | null = null
      for (const { start } of held.values()) if (first === null || comparePlaces(start, first) < 0) first = start
      return first
    },
    release: () => {
      for (const { rows } of held.values()) rows.log.release()
      held.clear()
    },
  }
}
