import type { ChangeEvent, LegacyTransaction, TransactionHeader } from '../../src/model/change-event.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import { decodeChanges } from './decode-change.ts'
import type { Relation } from './relation.ts'
import { recordHead } from '../log/transaction-log.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import { undecodable } from './undecodable.ts'

export interface TransactionParts {
  readonly header: TransactionHeader
  readonly token: ResumeToken
  readonly log: SealedLog
  readonly relations: readonly Relation[]
}

/** Decoded anew, block by block, at every look: whoever looks often holds what it saw. */
export const streamedTransaction = ({ header, token, log, relations }: TransactionParts): LegacyTransaction => ({
  kind: 'transaction',
  header,
  token,
  described: relations,
  changes: () => decodeBlocks(header, log, relations),
})

function* decodeBlocks(header: TransactionHeader, log: SealedLog, relations: readonly Relation[]): Generator<ChangeEvent> {
  let ordinal = 0
  const next = (): number => ordinal++
  for (const block of log.blocks()) {
    for (let at = 0; at < block.length; ) {
      const changes: ChangeEvent[] = []
      const body = at + recordHead
      const end = body + block.readUInt32BE(at)
      decodeRecord(block, at, end, { relations, sink: { header, next, push: (change) => changes.push(change) } })
      at = end
      yield* changes
    }
  }
}

interface RecordContext {
  readonly relations: readonly Relation[]
  readonly sink: Parameters<typeof decodeChanges>[3]
}

const decodeRecord = (block: Buffer, at: number, end: number, { relations, sink }: RecordContext): void => {
  const relation = relations[block.readUInt16BE(at + 4)]
  if (relation === undefined) throw undecodable('a row without a table')
  try {
    decodeChanges(block.readUInt8(at + 6), block.subarray(at + recordHead, end), relation, sink)
  } catch (error) {
    if (error instanceof RangeError) throw undecodable(`a value of ${relation.table} that is cut off`)
    throw error
  }
}
