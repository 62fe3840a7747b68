import type { HeldMemory, TransactionLog } from '../log/transaction-log.ts'
import { heldMemory } from '../log/transaction-log.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { openTransaction } from './open-transaction.ts'
import { cutXid, messageType, requireIgnored, undecodable } from './pgoutput.ts'
import type { RelationSources } from './relation.ts'
import type { TableShapes } from './table-shapes.ts'
import { tableShapes } from './table-shapes.ts'

/** One that is received in pieces while it still runs. */
export interface RunningTransaction {
  readonly rows: OpenTransaction
  readonly log: TransactionLog
  /** They hold inside of it only, until it commits. */
  readonly shapes: TableShapes
}

/** All that are received in pieces. Their memory is bounded together. */
export interface RunningTransactions {
  readonly start: (bytes: Buffer) => void
  readonly stop: () => void
  /** A message inside a piece. Changes its bytes. */
  readonly message: (bytes: Buffer) => void
  /** Of the whole, or of a part that began with a savepoint. */
  readonly abort: (bytes: Buffer) => void
  /** Hands over one that has committed. */
  readonly take: (xid: number) => RunningTransaction
  readonly inPiece: () => boolean
  readonly discard: () => void
}

export interface RunningOptions {
  readonly sources: RelationSources
  readonly newLog: (held: HeldMemory) => TransactionLog
}

export const runningTransactions = ({ sources, newLog }: RunningOptions): RunningTransactions => {
  const running = new Map<number, Running>()
  const held = heldMemory()
  let current: Running | null = null
  return {
    start: (bytes) => {
      const xid = bytes.readUInt32BE(1)
      current = running.get(xid) ?? begin(sources, newLog(held))
      running.set(xid, current)
    },
    stop: () => {
      current?.log.rest()
      current = null
    },
    message: (bytes) => {
      if (current === null) throw undecodable('a piece of a transaction that did not begin')
      current.message(bytes)
    },
    abort: (bytes) => {
      const xid = bytes.readUInt32BE(1)
      const part = bytes.readUInt32BE(5)
      const aborted = running.get(xid)
      if (part !== xid) aborted?.abortPart(part)
      else if (running.delete(xid)) aborted?.log.discard()
    },
    take: (xid) => {
      const committed = running.get(xid)
      if (committed === undefined) throw undecodable(`the commit of a transaction of which nothing came: ${xid}`)
      running.delete(xid)
      return committed
    },
    inPiece: () => current !== null,
    discard: () => {
      for (const { log } of running.values()) log.discard()
      running.clear()
      current = null
    },
  }
}

interface Running extends RunningTransaction {
  readonly message: (bytes: Buffer) => void
  readonly abortPart: (xid: number) => void
}

const begin = (sources: RelationSources, log: TransactionLog): Running => {
  const rows = openTransaction(log)
  const shapes = tableShapes(sources)
  const parts = partsOf(log, rows)
  return {
    rows,
    log,
    shapes,
    message: (bytes) => {
      const xid = bytes.readUInt32BE(1)
      const message = cutXid(bytes)
      switch (message[0]) {
        case messageType.insert:
        case messageType.update:
        case messageType.delete:
          parts.note(xid)
          rows.row(message, shapes.byOid)
          break
        case messageType.truncate:
          parts.note(xid)
          rows.truncate(message, shapes.byOid)
          break
        case messageType.relation:
          shapes.describe(message)
          break
        default:
          requireIgnored(message)
      }
    },
    abortPart: (xid) => {
      parts.abort(xid)
      // The server describes every table anew after it: the part may have altered one.
      shapes.forget()
    },
  }
}

interface Parts {
  readonly note: (xid: number) => void
  readonly abort: (xid: number) => void
}

/**
 * Where each part (the transaction itself, or what began with a savepoint) has its first change. Parts are nested, so
 * that everything since then is rolled back with it. Numbers in rows: there may be a million parts.
 */
const partsOf = (log: TransactionLog, rows: OpenTransaction): Parts => {
  const known = new Set<number>()
  const xids: number[] = []
  const lengths: number[] = []
  const counts: number[] = []
  let latest = -1
  return {
    note: (xid) => {
      if (xid === latest || known.has(xid)) return
      latest = xid
      known.add(xid)
      xids.push(xid)
      lengths.push(log.lengthBytes())
      counts.push(rows.count())
    },
    abort: (xid) => {
      // A part without a captured change leaves nothing to forget.
      if (!known.has(xid)) return
      const first = xids.lastIndexOf(xid)
      rows.cut(lengths[first] ?? 0, counts[first] ?? 0)
      for (const gone of xids.splice(first)) known.delete(gone)
      lengths.length = first
      counts.length = first
      latest = -1
    },
  }
}
