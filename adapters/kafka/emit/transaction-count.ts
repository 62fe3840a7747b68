import type { TransactionHeader } from '../../../src/model/change-event.ts'
import type { ProducerRecord } from '../produce/transactional-producer.ts'
import { boundarySchemas } from './connect-schema.ts'
import type { EmitSettings } from './emit-settings.ts'
import type { JsonBytes } from './json-bytes.ts'
import type { LogPlace } from './log-place.ts'

/** Counts the changes of a transaction as they are written, in all and by table. */
export interface TransactionCount {
  readonly id: string
  readonly committedAtMs: number
  /** The `transaction` block of the next change of a table. */
  readonly write: (out: JsonBytes, collection: string) => void
  readonly total: () => number
  readonly byTable: ReadonlyMap<string, number>
}

export const transactionCount = ({ id, committedAt }: TransactionHeader, place: LogPlace): TransactionCount => {
  // PostgreSQL's connector adds a place to the number, which comes round again.
  const name = place.connector === 'postgresql' ? `${id}:${place.lsn}` : id
  const head = Buffer.from(`,"transaction":{"id":${JSON.stringify(name)},"total_order":`)
  const byTable = new Map<string, number>()
  let total = 0
  return {
    id: name,
    committedAtMs: Math.floor(committedAt),
    write: (out, collection) => {
      total += 1
      const ofTable = (byTable.get(collection) ?? 0) + 1
      byTable.set(collection, ofTable)
      out.bytes(head)
      out.integer(total)
      out.ascii(',"data_collection_order":')
      out.integer(ofTable)
      out.ascii('}')
    },
    total: () => total,
    byTable,
  }
}

/** What begins or ends a transaction, for the topic that puts them together. */
export const boundaryRecord = (
  { connector, schemas }: EmitSettings,
  status: 'BEGIN' | 'END',
  { id, committedAtMs, total, byTable }: TransactionCount,
): ProducerRecord => {
  const isEnd = status === 'END'
  const value = {
    status,
    id,
    event_count: isEnd ? total() : null,
    data_collections: isEnd ? [...byTable].map(([name, count]) => ({ data_collection: name, event_count: count })) : null,
    ts_ms: committedAtMs,
  }
  const json = (payload: unknown, schema: unknown, isOn: boolean): Buffer =>
    Buffer.from(JSON.stringify(isOn ? { schema, payload } : payload))
  return {
    topic: connector.transactionTopic,
    // One order for all of them, however many partitions the topic was made with.
    partition: 0,
    key: json({ id }, boundarySchemas.key, schemas.key),
    value: json(value, boundarySchemas.value, schemas.value),
  }
}
