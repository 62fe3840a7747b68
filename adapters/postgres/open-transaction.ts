import { kindOf, recordKind } from './change-record.ts'
import { readTruncate, undecodable } from './pgoutput.ts'
import type { Relation } from './relation.ts'
import type { TransactionLog } from '../log/transaction-log.ts'

/** Tables by OID; null for one that is not captured. */
type Described = ReadonlyMap<number, Relation | null>

/** A transaction that is being received: its captured rows go to the log, undecoded. */
export interface OpenTransaction {
  readonly row: (bytes: Buffer, described: Described) => void
  readonly truncate: (bytes: Buffer, described: Described) => void
  /** Changes so far. */
  readonly count: () => number
  /** Forgets all but the first so many changes, which end there in the log. */
  readonly cut: (lengthBytes: number, count: number) => void
  /** Tables of the log's records, by place. */
  readonly relations: () => readonly Relation[]
}

export const openTransaction = (log: TransactionLog): OpenTransaction => {
  const used: Relation[] = []
  let count = 0
  const placeOf = (relation: Relation): number => {
    const known = used.lastIndexOf(relation)
    return known >= 0 ? known : used.push(relation) - 1
  }
  return {
    row: (bytes, described) => {
      const relation = described.get(bytes.readUInt32BE(1))
      if (relation === undefined) throw undecodable('a row of a table that it did not describe')
      if (relation === null) return
      const kind = kindOf(bytes, relation.keyPlaces)
      log.append(kind, placeOf(relation), bytes, 5)
      count += kind === recordKind.rekey ? 2 : 1
    },
    truncate: (bytes, described) => {
      for (const oid of readTruncate(bytes)) {
        const relation = described.get(oid) ?? null
        if (relation === null) continue
        log.append(recordKind.truncate, placeOf(relation), bytes, bytes.length)
        count += 1
      }
    },
    count: () => count,
    cut: (lengthBytes, changes) => {
      log.cut(lengthBytes)
      count = changes
    },
    relations: () => used,
  }
}
