import type { RecordBatch } from './client.ts'
import type { Flattening } from './connector-settings.ts'
import type { DebeziumBoundary, DebeziumChange, DebeziumRecord } from './debezium-record.ts'
import type { DebeziumDecoder } from './decoder.ts'
import { keptBytes } from './fetch/record-run.ts'
import { waitingRecords } from './fetch/waiting-records.ts'
import { partitionId } from './place.ts'
import type { KafkaRecord } from './record.ts'
import type { DebeziumUnreadable } from './unreadable.ts'
import { unreadable } from './unreadable.ts'

/** The first record of a partition that is not taken yet, and that says something. */
export interface Front {
  readonly record: KafkaRecord
  readonly content: DebeziumChange | DebeziumBoundary | DebeziumUnreadable
  readonly sizeBytes: number
}

/** What was received of one partition and is not taken yet. Bounded: beyond so many bytes the partition is paused. */
export interface PartitionQueue {
  /** By which its places are kept. */
  readonly id: string
  readonly topic: string
  readonly partition: number
  readonly push: (batch: RecordBatch) => void
  /** Null: nothing is there now. What says nothing is passed over. */
  readonly front: () => Front | null
  readonly take: () => void
  /** Next offset that will be received. */
  readonly received: () => number
  /** The end of the partition, as far as it is known. */
  readonly high: () => number
  /** Everything before this offset is taken, or says nothing. */
  readonly passed: () => number
  /** It holds as much as it may. */
  readonly isFull: () => boolean
  /** When the newest record came, or could come again, by the clock. */
  readonly newestAtMs: () => number
}

export interface QueueOptions {
  readonly topic: string
  readonly partition: number
  readonly from: number
  readonly decoder: DebeziumDecoder
  readonly flattening: Flattening
  readonly highWaterBytes: number
  readonly flow: (stop: boolean) => void
  /** Told of records that are neither changes nor ends of transactions. */
  readonly onOther: (record: DebeziumRecord) => void
  /** Told of each record once: of those that cannot be read what they are, of others null. */
  readonly onRead: (unreadable: DebeziumUnreadable | null) => void
}

export const partitionQueue = (options: QueueOptions): PartitionQueue => {
  const { topic, partition, highWaterBytes, flow, onOther } = options
  const waiting = waitingRecords({ highWaterBytes, flow })
  let received = options.from
  let high = 0
  let front: Front | null = null
  return {
    id: partitionId(topic, partition),
    topic,
    partition,
    push: ({ records, nextOffset, high: end }) => {
      high = end
      received = nextOffset
      waiting.push(records)
    },
    front: () => {
      while (front === null) {
        const record = waiting.first()
        if (record === null) return null
        const content = readOrTell(options, record)
        options.onRead(content.kind === 'unreadable' ? content : null)
        if (isFront(content)) {
          front = { record, content, sizeBytes: keptBytes(record) }
        } else {
          waiting.drop()
          onOther(content)
        }
      }
      return front
    },
    take: () => {
      front = null
      waiting.drop()
    },
    received: () => received,
    high: () => high,
    passed: () => waiting.first()?.offset ?? received,
    isFull: waiting.isFull,
    newestAtMs: waiting.newestAtMs,
  }
}

const isFront = (content: DebeziumRecord | DebeziumUnreadable): content is Front['content'] =>
  content.kind === 'change' || content.kind === 'begin' || content.kind === 'end' || content.kind === 'unreadable'

const readOrTell = ({ decoder, flattening }: QueueOptions, record: KafkaRecord): DebeziumRecord | DebeziumUnreadable => {
  try {
    return decoder.decode(record)
  } catch (error) {
    return unreadable(record, error, flattening)
  }
}
