import type { BanyanError } from '../../src/model/errors.ts'
import type { BinlogEvent } from './binlog-event.ts'
import { eventType } from './binlog-event.ts'
import { undecodable } from './undecodable.ts'

/** The failure of a statement in the log that changed rows without saying which. */
export const statementFormat = (): BanyanError =>
  undecodable(
    'a statement where rows are expected: some session writes in statement format',
    'SET GLOBAL binlog_format = ROW; end the sessions that chose another one, and begin again with a snapshot into an empty store',
  )

/** @throws BanyanError for what carries changes in a form that is not read, and for what is unknown and not marked as ignorable. */
export const passOver = ({ type, ignorable }: BinlogEvent): void => {
  switch (type) {
    case eventType.executeLoadQuery:
      throw statementFormat()
    case eventType.incident:
      throw undecodable('word of an incident: the server lost changes', 'begin again with a snapshot into an empty store')
    case eventType.partialUpdateRows:
      throw undecodable(
        'a partial JSON update',
        "SET GLOBAL binlog_row_value_options = ''; and begin again with a snapshot into an empty store",
      )
    case eventType.transactionPayload:
      throw undecodable(
        'a compressed transaction',
        'SET GLOBAL binlog_transaction_compression = OFF; and begin again with a snapshot into an empty store',
      )
    default:
      if (compressed.has(type)) {
        throw undecodable('a compressed event', 'SET GLOBAL log_bin_compress = OFF; and begin again with a snapshot into an empty store')
      }
      if (!ignorable && !harmless.has(type)) throw undecodable(`an event of the unknown type ${type}`)
  }
}

/** `log_bin_compress` of MariaDB. */
const compressed: ReadonlySet<number> = new Set([165, 166, 167, 168, 169, 170, 171])

/** Stop, context of statements, heartbeats, ids executed before, texts of statements, group replication, checkpoints, encryption. */
const harmless: ReadonlySet<number> = new Set([3, 5, 13, 14, 27, 28, 29, 35, 36, 37, 41, 160, 161, 163, 164])
