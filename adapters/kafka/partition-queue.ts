import type { RecordBatch } from './client.ts'
import type { Flattening } from './connector-settings.ts'
import type { DebeziumBoundary, DebeziumChange, DebeziumRecord } from './debezium-record.ts'
import type { DebeziumDecoder } from './decoder.ts'
import type { KafkaRecord } from './record.ts'
import { sizeOf } from './record.ts'
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

interface Held {
  readonly record: KafkaRecord
  readonly sizeBytes: number
}

const overheadBytes = 200
const keptEntries = 256

export const partitionQueue = (options: QueueOptions): PartitionQueue => {
  const { topic, partition, highWaterBytes, flow, onOther } = options
  let held: Held[] = []
  let head = 0
  let heldBytes = 0
  let paused = false
  let received = options.from
  let high = 0
  let newestAtMs = 0
  let front: Front | null = null
  const drop = (): void => {
    heldBytes -= held[head]?.sizeBytes ?? 0
    head += 1
    if (head === held.length || head >= keptEntries) {
      held = held.slice(head)
      head = 0
    }
    if (paused && heldBytes <= highWaterBytes / 2) {
      paused = false
      newestAtMs = Date.now()
      flow(false)
    }
  }
  return {
    topic,
    partition,
    push: ({ records, nextOffset, high: end }) => {
      high = end
      if (records.length > 0) newestAtMs = Date.now()
      for (const record of records) {
        const sizeBytes = sizeOf(record) + overheadBytes
        held.push({ record, sizeBytes })
        heldBytes += sizeBytes
      }
      received = nextOffset
      if (!paused && heldBytes > highWaterBytes) {
        paused = true
        flow(true)
      }
    },
    front: () => {
      while (front === null) {
        const next = held[head]
        if (next === undefined) return null
        const content = readOrTell(options, next.record)
        options.onRead(content.kind === 'unreadable' ? content : null)
        if (isFront(content)) {
          front = { record: next.record, content, sizeBytes: next.sizeBytes }
        } else {
          drop()
          onOther(content)
        }
      }
      return front
    },
    take: () => {
      front = null
      drop()
    },
    received: () => received,
    high: () => high,
    passed: () => held[head]?.record.offset ?? received,
    isFull: () => paused,
    newestAtMs: () => newestAtMs,
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
