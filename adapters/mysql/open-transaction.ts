import type { BinlogEvent } from './binlog-event.ts'
import type { Relation } from './relation.ts'
import { countChanges, readRowsHead, recordKind } from './row-record.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import type { TransactionLog } from '../log/transaction-log.ts'
import { undecodable } from './undecodable.ts'

/** Captured rows of one group, undecoded. */
export interface GroupRows {
  readonly count: number
  readonly relations: readonly Relation[]
  readonly log: SealedLog
}

/** The group that is being received. */
export interface OpenTransaction {
  /** `described`: tables by the log's id; null for one that is not captured. */
  readonly rows: (event: BinlogEvent, described: (tableId: number) => Relation | null | undefined) => void
  readonly truncate: (relation: Relation) => void
  /** Says something of a table of which no row is touched. */
  readonly tell: (relation: Relation) => void
  /** Changes so far. */
  readonly count: () => number
  readonly seal: () => GroupRows
}

/** Ends a statement, and names no table. */
const noTable = 0xff_ffff
const noBytes = Buffer.alloc(0)

export const openTransaction = (log: TransactionLog): OpenTransaction => {
  const used: Relation[] = []
  let count = 0
  const placeOf = (relation: Relation): number => {
    const known = used.lastIndexOf(relation)
    return known >= 0 ? known : used.push(relation) - 1
  }
  return {
    rows: (event, described) => {
      const { tableId, kind, columns, from } = readRowsHead(event)
      const relation = described(tableId)
      if (relation === null || (relation === undefined && tableId === noTable)) return
      if (relation === undefined) throw undecodable('a row of a table that it did not describe')
      if (columns !== relation.codecs.length) throw undecodable(`rows of ${relation.table} with ${columns} columns`)
      const found = countChanges(kind, event.body, from, relation)
      if (found === 0) return
      log.append(kind, placeOf(relation), event.body, from)
      count += found
    },
    truncate: (relation) => {
      log.append(recordKind.truncate, placeOf(relation), noBytes, 0)
      count += 1
    },
    tell: (relation) => {
      used.push(relation)
    },
    count: () => count,
    seal: () => ({ count, relations: used, log: log.seal() }),
  }
}
