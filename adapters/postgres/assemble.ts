import type { EpochMs } from '../../src/model/ids.ts'
import type { OpenTransaction } from './open-transaction.ts'
import { openTransaction } from './open-transaction.ts'
import type { Begin } from './pgoutput.ts'
import { messageType, readBegin, readCommitEnd, readRelation, undecodable } from './pgoutput.ts'
import type { Relation, RelationSources } from './relation.ts'
import { hasUnknownType, relationOf } from './relation.ts'
import type { SealedLog, TransactionLog } from '../log/transaction-log.ts'

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
  /** A transaction has begun and is not yet complete. */
  readonly inFlight: () => boolean
  readonly discard: () => void
}

export interface AssemblerOptions {
  readonly sources: RelationSources
  readonly log: TransactionLog
  /** Whole transactions with at least one captured change. */
  readonly onTransaction: (transaction: RawTransaction) => void
  /** The end of a transaction without one. */
  readonly onEmpty: (endLsn: bigint, committedAt: EpochMs) => void
}

/** Builds whole transactions from pgoutput messages. Only captured rows are kept, undecoded. */
export const assembler = (options: AssemblerOptions): Assembler => {
  const { sources, log } = options
  const described = new Map<number, Relation | null>()
  let open: OpenTransaction | null = null
  let needsTypes = false
  const describe = (bytes: Buffer): void => {
    const message = readRelation(bytes)
    const relation = relationOf(message, sources)
    described.set(message.oid, relation)
    if (relation !== null && hasUnknownType(message, sources.types())) needsTypes = true
  }
  const commit = (bytes: Buffer): void => {
    const { begin, count, relations } = required(open)
    const endLsn = readCommitEnd(bytes)
    open = null
    if (count() === 0) {
      options.onEmpty(endLsn, begin.committedAt)
      return
    }
    const raw = { begin, endLsn, count: count(), relations: relations(), log: log.seal(), needsTypes }
    needsTypes = false
    options.onTransaction(raw)
  }
  return {
    message: (bytes) => {
      switch (bytes[0]) {
        case messageType.insert:
        case messageType.update:
        case messageType.delete:
          required(open).row(bytes, described)
          break
        case messageType.begin:
          open = openTransaction(readBegin(bytes), log)
          break
        case messageType.commit:
          commit(bytes)
          break
        case messageType.relation:
          describe(bytes)
          break
        case messageType.truncate:
          required(open).truncate(bytes, described)
          break
        case messageType.origin:
        case messageType.type:
        case messageType.message:
          break
        default:
          throw undecodable(`a message of the unknown type ${bytes[0]}`)
      }
    },
    inFlight: () => open !== null,
    discard: () => {
      open = null
      log.discard()
    },
  }
}

const required = (open: OpenTransaction | null): OpenTransaction => {
  if (open === null) throw undecodable('a row or a commit outside a transaction')
  return open
}
