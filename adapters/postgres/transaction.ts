import type { ChangeEvent, LegacyTransaction, TransactionHeader } from '../../src/model/change-event.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { ResumeToken } from '../../src/model/ids.ts'
import { recordHead } from '../log/transaction-log.ts'
import { decodeChange } from './decode-change.ts'
import { undecodable } from './pgoutput.ts'
import type { Relation } from './relation.ts'
import type { SealedLog } from '../log/sealed-log.ts'

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
    const changes: ChangeEvent[] = []
    const sink = { header, next, push: (change: ChangeEvent) => changes.push(change) }
    for (let at = 0; at < block.length; ) {
      const body = at + recordHead
      const end = body + block.readUInt32BE(at)
      const relation = relations[block.readUInt16BE(at + 4)]
      if (relation === undefined) throw undecodable('a row without a table')
      decodeWhole(block[at + 6] ?? 0, block.subarray(body, end), relation, sink)
      at = end
    }
    yield* changes
  }
}

const decodeWhole: typeof decodeChange = (kind, bytes, relation, sink) => {
  try {
    decodeChange(kind, bytes, relation, sink)
  } catch (error) {
    if (error instanceof BanyanError && error.where === null) throw undecodableAt(error, sink.header)
    if (error instanceof RangeError) throw undecodableAt(undecodable(`a row of ${relation.table} that is cut off`), sink.header)
    throw error
  }
}

const undecodableAt = ({ code, message, hint }: BanyanError, { source, position }: TransactionHeader): BanyanError =>
  new BanyanError(code, message, { hint, where: `${source} at ${position}` })
