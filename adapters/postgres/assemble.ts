import type { EpochMs } from '../../src/model/ids.ts'
import { formatLsn } from './lsn.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { openTransaction } from './open-transaction.ts'
import type { Begin } from './pgoutput.ts'
import { messageType, readBegin, readCommitEnd, readStreamCommit, requireIgnored, undecodable } from './pgoutput.ts'
import type { Relation, RelationSources } from './relation.ts'
import { runningTransactions } from './running-transactions.ts'
import type { TableShapes } from './table-shapes.ts'
import { tableShapes } from './table-shapes.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import type { HeldMemory, TransactionLog } from '../log/transaction-log.ts'

/** A whole transaction, its changes still as the server sent them. */
export interface RawTransaction {
  readonly begin: Begin
  readonly endLsn: bigint
  readonly count: number
  readonly relations: readonly Relation[]
  readonly log: SealedLog
  /** A table of it has a type that the catalogue must be asked about before decoding. */
  readonly needsTypes: boolean
}

export interface Assembler {
  /** One pgoutput message. */
  readonly message: (bytes: Buffer) => void
  /** A transaction, or a piece of one, has begun to come and is not yet complete. */
  readonly inFlight: () => boolean
  readonly discard: () => void
}

export interface AssemblerOptions {
  readonly sources: RelationSources
  /** `held`: what several hold together; null for the one that comes whole. */
  readonly newLog: (held: HeldMemory | null) => TransactionLog
  /** Whole transactions with at least one captured change. */
  readonly onTransaction: (transaction: RawTransaction) => void
  /** The end of a transaction without one. */
  readonly onEmpty: (endLsn: bigint, committedAt: EpochMs) => void
}

/**
 * Builds whole transactions from pgoutput messages, whether they come whole at their commit or in pieces before it. Only
 * captured rows are kept, undecoded.
 */
export const assembler = (options: AssemblerOptions): Assembler => {
  const shapes = tableShapes(options.sources)
  const log = options.newLog(null)
  const running = runningTransactions({ sources: options.sources, newLog: options.newLog })
  let open: Received | null = null
  const message = (bytes: Buffer): void => {
    switch (bytes[0]) {
      case messageType.insert:
      case messageType.update:
      case messageType.delete:
        required(open).rows.row(bytes, shapes.byOid)
        break
      case messageType.begin:
        // The rows of the one before would become rows of this one.
        if (open !== null) throw undecodable('a transaction that begins inside of another')
        open = { begin: readBegin(bytes), rows: openTransaction(log), log }
        break
      case messageType.commit: {
        const received = required(open)
        open = null
        deliver(options, shapes, received, readCommitEnd(bytes))
        break
      }
      case messageType.relation:
        shapes.describe(bytes)
        break
      case messageType.truncate:
        required(open).rows.truncate(bytes, shapes.byOid)
        break
      case messageType.streamStart:
        running.start(bytes)
        break
      case messageType.streamCommit: {
        const { begin, endLsn } = readStreamCommit(bytes)
        const committed = running.take(begin.xid)
        // From now on the server takes its shapes for known.
        shapes.adopt(committed.shapes)
        deliver(options, shapes, { ...committed, begin }, endLsn)
        break
      }
      case messageType.streamAbort:
        running.abort(bytes)
        break
      default:
        requireIgnored(bytes)
    }
  }
  return {
    message: (bytes) => {
      try {
        if (!running.inPiece()) message(bytes)
        else if (bytes[0] === messageType.streamStop) running.stop()
        else running.message(bytes)
      } catch (error) {
        if (!(error instanceof RangeError)) throw error
        const place = open === null ? '' : `, in the transaction that commits at ${formatLsn(open.begin.commitLsn)}`
        throw undecodable(`a message that is shorter than what it says of itself${place}`)
      }
    },
    inFlight: () => open !== null || running.inPiece(),
    discard: () => {
      open = null
      log.discard()
      running.discard()
    },
  }
}

interface Received {
  readonly begin: Begin
  readonly rows: OpenTransaction
  readonly log: TransactionLog
}

const deliver = (options: AssemblerOptions, shapes: TableShapes, { begin, rows, log }: Received, endLsn: bigint): void => {
  if (rows.count() === 0) {
    log.discard()
    options.onEmpty(endLsn, begin.committedAt)
    return
  }
  const needsTypes = shapes.takeNeedsTypes()
  options.onTransaction({ begin, endLsn, count: rows.count(), relations: rows.relations(), log: log.seal(), needsTypes })
}

const required = (open: Received | null): Received => {
  if (open === null) throw undecodable('a row or a commit outside a transaction')
  return open
}
