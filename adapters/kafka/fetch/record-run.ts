import type { Buffer } from 'node:buffer'
import type { KafkaRecord } from '../record.ts'
import { sizeOf } from '../record.ts'
import { undecodable } from '../undecodable.ts'

/** Records of one partition in its order, each made when it is asked for: what waits is bytes, and nothing that a collector must look at. */
export interface RecordRun {
  /** Null: none is left. @throws BanyanError source-undecodable where the bytes are cut off */
  readonly next: () => KafkaRecord | null
  /** Of what it holds at first, with what keeping a record takes. */
  readonly sizeBytes: number
}

/** What keeping a record takes besides its bytes. */
const overheadBytes = 200

/** What keeping a record takes. */
export const keptBytes = (record: KafkaRecord): number => sizeOf(record) + overheadBytes

/** The records of a batch of format 2, uncompressed. */
export interface PackedRecords {
  readonly bytes: Buffer
  readonly count: number
  readonly baseOffset: number
}

export interface RunPlace {
  readonly topic: string
  readonly partition: number
  /** Records before it are passed over: brokers send whole batches. */
  readonly from: number
}

/** Kafka's record format 2: lengths and numbers are zigzag varints (kafka.apache.org/documentation, 5.3 Record). */
export const recordRun = ({ topic, partition, from }: RunPlace, { bytes, count, baseOffset }: PackedRecords): RecordRun => {
  let at = 0
  let left = count
  const raw = (): number => {
    let value = 0
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = bytes[at] ?? cutOff()
      at += 1
      value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value
    }
    return cutOff()
  }
  const number = (): number => {
    const value = raw()
    return (value >>> 1) ^ -(value & 1)
  }
  const slice = (length: number): Buffer | null => {
    if (length < 0) return null
    at += length
    return at > bytes.length ? cutOff() : bytes.subarray(at - length, at)
  }
  return {
    sizeBytes: bytes.length + count * overheadBytes,
    next: () => {
      for (; left > 0; left -= 1) {
        const length = number()
        const end = at + length
        // Attributes, of which there are none, and the time of the record.
        at += 1
        while ((bytes[at] ?? cutOff()) >= 0x80) at += 1
        at += 1
        const offset = baseOffset + number()
        if (offset < from) {
          at = end
          continue
        }
        const key = slice(number())
        const value = slice(number())
        // Headers follow, which nobody reads.
        at = end
        left -= 1
        return { topic, partition, offset, key, value }
      }
      return null
    },
  }
}

const cutOff = (): never => {
  throw undecodable('a batch of records that is cut off')
}

/** Records that are there already. */
export const runOf = (records: readonly KafkaRecord[]): RecordRun => {
  let next = 0
  return {
    sizeBytes: records.reduce((sum, record) => sum + keptBytes(record), 0),
    next: () => records[next++] ?? null,
  }
}
