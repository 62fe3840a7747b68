import type { KafkaRecord } from '../record.ts'
import type { RecordRun } from './record-run.ts'
import { keptBytes } from './record-run.ts'

/** Records of a partition that came and are not taken yet. Beyond so many bytes the partition is told to wait. */
export interface WaitingRecords {
  readonly push: (runs: readonly RecordRun[]) => void
  /** Null: none is there. @throws BanyanError source-undecodable where a batch is cut off */
  readonly first: () => KafkaRecord | null
  /** Takes the first one away. */
  readonly drop: () => void
  readonly isFull: () => boolean
  /** When the newest record came, or could come again, by the clock. */
  readonly newestAtMs: () => number
}

export interface WaitingOptions {
  readonly highWaterBytes: number
  readonly flow: (stop: boolean) => void
}

export const waitingRecords = ({ highWaterBytes, flow }: WaitingOptions): WaitingRecords => {
  const runs: RecordRun[] = []
  /** Of the first run, with the record that was read of it and is not taken. */
  let leftBytes = 0
  let heldBytes = 0
  let first: KafkaRecord | null = null
  let isPaused = false
  let newestAtMs = 0
  const free = (bytes: number): void => {
    leftBytes -= bytes
    heldBytes -= bytes
    if (!isPaused || heldBytes > highWaterBytes / 2) return
    isPaused = false
    newestAtMs = Date.now()
    flow(false)
  }
  const read = (): KafkaRecord | null => {
    for (let run = runs[0]; run !== undefined; run = runs[0]) {
      const record = run.next()
      if (record !== null) return record
      free(leftBytes)
      runs.shift()
      leftBytes = runs[0]?.sizeBytes ?? 0
    }
    return null
  }
  return {
    push: (more) => {
      for (const run of more) {
        if (runs.push(run) === 1) leftBytes = run.sizeBytes
        heldBytes += run.sizeBytes
      }
      if (more.length > 0) newestAtMs = Date.now()
      if (isPaused || heldBytes <= highWaterBytes) return
      isPaused = true
      flow(true)
    },
    first: () => (first ??= read()),
    drop: () => {
      if (first === null) return
      const bytes = keptBytes(first)
      first = null
      free(bytes)
    },
    isFull: () => isPaused,
    newestAtMs: () => newestAtMs,
  }
}
