import type { RecordBatch, RecordHeaders } from './record-batch.ts'
import { recordBatch } from './record-batch.ts'

/** What is to be sent to one partition, in batches of a bounded size. */
export interface PartitionBatches {
  readonly topic: string
  readonly partition: number
  readonly append: (key: Uint8Array | null, value: Uint8Array | null, headers: RecordHeaders | null) => void
  /** All of them; begins anew. */
  readonly take: () => PartitionRecords
}

/** Batches of one partition, in order. */
export interface PartitionRecords {
  readonly topic: string
  readonly partition: number
  readonly batches: readonly RecordBatch[]
}

const firstRoomBytes = 8 << 10
const overheadBytes = 64

export const partitionBatches = (topic: string, partition: number, batchBytes: number): PartitionBatches => {
  let full: RecordBatch[] = []
  let open: RecordBatch | null = null
  let roomBytes = firstRoomBytes
  return {
    topic,
    partition,
    append: (key, value, headers) => {
      const bytes = (key?.length ?? 0) + (value?.length ?? 0) + overheadBytes
      if (open !== null && open.sizeBytes() + bytes > batchBytes) {
        full.push(open)
        // Where one was filled the next will be.
        roomBytes = batchBytes
        open = null
      }
      open ??= recordBatch(roomBytes)
      open.append(key, value, headers)
    },
    take: () => {
      const batches = open === null ? full : [...full, open]
      full = []
      open = null
      return { topic, partition, batches }
    },
  }
}
