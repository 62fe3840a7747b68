import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { SealedLog } from '../log/sealed-log.ts'
import type { TransactionLog } from '../log/transaction-log.ts'
import { recordHead, transactionLog } from '../log/transaction-log.ts'
import type { DebeziumChange } from './debezium-record.ts'
import type { DebeziumDecoder } from './decoder.ts'
import type { Front } from './partition-queue.ts'
import type { KafkaRecord } from './record.ts'
import { undecodable } from './undecodable.ts'

/** The changes of a transaction in order; beyond a size they wait on disk, as they came. */
export interface Collecting {
  readonly add: (change: DebeziumChange, front: Front) => void
  readonly count: () => number
  readonly seal: () => Collected
}

export interface Collected {
  readonly count: number
  /** Again and again, until it is released. */
  readonly changes: (header: TransactionHeader, firstOrdinal: number) => Iterable<ChangeEvent>
  /** Null: held in memory. */
  readonly log: SealedLog | null
}

export interface CollectingOptions {
  readonly decoder: DebeziumDecoder
  readonly spoolFolder: string
  readonly thresholdBytes: number
}

interface Held {
  readonly change: DebeziumChange
  readonly record: KafkaRecord
}

export const collecting = (options: CollectingOptions): Collecting => {
  let held: Held[] = []
  let bytes = 0
  let count = 0
  let log: TransactionLog | null = null
  const topics: string[] = []
  const spool = (record: KafkaRecord): void => {
    const known = topics.indexOf(record.topic)
    log?.append(0, known < 0 ? topics.push(record.topic) - 1 : known, packed(record), 0)
  }
  return {
    add: (change, { record, sizeBytes }) => {
      count += 1
      if (log !== null) {
        spool(record)
        return
      }
      held.push({ change, record })
      bytes += sizeBytes
      if (bytes <= options.thresholdBytes) return
      log = transactionLog({ spoolFolder: options.spoolFolder, thresholdBytes: 0 })
      for (const each of held) spool(each.record)
      held = []
    },
    count: () => count,
    seal: () => {
      if (log === null) return { count, log: null, changes: inMemory(held) }
      const sealed = log.seal()
      return { count, log: sealed, changes: (header, first) => onDisk(sealed, topics, options.decoder, header, first) }
    },
  }
}

const inMemory = (held: readonly Held[]): Collected['changes'] => {
  let made: readonly ChangeEvent[] | null = null
  return (header, first) => {
    made ??= held.map(({ change }, index) => eventOf(change, header, first + index))
    return made
  }
}

const eventOf = (change: DebeziumChange, transaction: TransactionHeader, ordinal: number): ChangeEvent => ({
  transaction,
  ordinal,
  op: change.op,
  table: change.table.name,
  key: change.key,
  before: change.before,
  after: change.after,
  beforeKind: change.beforeKind,
  omitted: change.omitted,
})

/** Length of the key (0xffffffff: none), key, value. */
const packed = ({ key, value }: KafkaRecord): Buffer => {
  const length = Buffer.allocUnsafe(4)
  length.writeUInt32BE(key === null ? noKey : key.length)
  return Buffer.concat([length, key ?? nothing, value ?? nothing])
}

const noKey = 0xffff_ffff
const nothing = Buffer.alloc(0)

function* onDisk(
  log: SealedLog,
  topics: readonly string[],
  decoder: DebeziumDecoder,
  header: TransactionHeader,
  first: number,
): Generator<ChangeEvent> {
  let ordinal = first
  for (const block of log.blocks()) {
    for (let at = 0; at < block.length; ) {
      const body = at + recordHead
      const end = body + block.readUInt32BE(at)
      const keyLength = block.readUInt32BE(body)
      const keyEnd = body + 4 + (keyLength === noKey ? 0 : keyLength)
      const value = keyEnd === end ? null : block.subarray(keyEnd, end)
      const key = keyLength === noKey ? null : block.subarray(body + 4, keyEnd)
      const topic = topics[block.readUInt16BE(at + 4)] ?? ''
      const content = decoder.decode({ topic, partition: 0, offset: ordinal, key, value })
      if (content.kind !== 'change') throw undecodable(`a ${content.kind} in a transaction`)
      yield eventOf(content, header, ordinal)
      ordinal += 1
      at = end
    }
  }
}
