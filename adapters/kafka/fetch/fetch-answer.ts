import type { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import type { PackedRecords } from './record-run.ts'

/** A batch of records in the place of one of the driver's messages, which tells no more than the driver asks of it. */
export interface PackedMessage {
  /** Of its last record, as text. */
  readonly offset: string
  /** It holds nothing for readers, and only moves them on: the end of a transaction, or what an aborted one wrote. */
  readonly isControlRecord: boolean
  readonly packed: PackedRecords
}

interface Codec {
  readonly decompress: (bytes: Buffer) => Promise<Buffer>
}

const load = createRequire(import.meta.url)
const { lookupCodecByAttributes } = load('kafkajs/src/protocol/message/compression') as {
  readonly lookupCodecByAttributes: (attributes: number) => Codec | null
}

/** The version of a fetch's answer that is read here, the newest that the driver knows (brokers from 2.3 on). */
export const fetchVersion = 11

interface Cursor {
  readonly bytes: Buffer
  at: number
}

const int32 = (cursor: Cursor): number => {
  cursor.at += 4
  return cursor.bytes.readInt32BE(cursor.at - 4)
}

const int16 = (cursor: Cursor): number => {
  cursor.at += 2
  return cursor.bytes.readInt16BE(cursor.at - 2)
}

const int64 = (cursor: Cursor): bigint => {
  cursor.at += 8
  return cursor.bytes.readBigInt64BE(cursor.at - 8)
}

const textOf = (cursor: Cursor): string => {
  const length = int16(cursor)
  cursor.at += length
  return cursor.bytes.toString('utf8', cursor.at - length, cursor.at)
}

/** Of no elements where there are none, which is told as fewer than none. */
const listOf = <T>(cursor: Cursor, read: (cursor: Cursor) => T): readonly T[] => {
  const list: T[] = []
  for (let left = int32(cursor); left > 0; left -= 1) list.push(read(cursor))
  return list
}

/**
 * What the driver makes of the answer to a fetch, but for the records: those stay packed, a message for each batch.
 * Null: there are records in it of a format that brokers wrote before 0.11.
 */
export const decodeFetchAnswer = async (bytes: Buffer): Promise<unknown> => {
  const cursor: Cursor = { bytes, at: 0 }
  const clientSideThrottleTime = int32(cursor)
  const errorCode = int16(cursor)
  const sessionId = int32(cursor)
  const topics = listOf(cursor, (each) => ({ topicName: textOf(each), partitions: listOf(each, partitionOf) }))
  if (topics.some(({ partitions }) => partitions.some(({ batches }) => batches.some((batch) => batch[magicAt] !== 2)))) return null
  const responses = await Promise.all(
    topics.map(async ({ topicName, partitions }) => ({
      topicName,
      partitions: await Promise.all(
        partitions.map(async ({ aborted, batches, ...rest }) => ({
          ...rest,
          // Left out below, by whole batches.
          abortedTransactions: [],
          messages: await messagesOf(batches, abortedTest(aborted)),
        })),
      ),
    })),
  )
  // The time that a broker asks for is its client's to keep, and the driver's to know.
  return { throttleTime: 0, clientSideThrottleTime, errorCode, sessionId, responses }
}

interface Aborted {
  readonly producerId: bigint
  readonly firstOffset: bigint
}

const partitionOf = (cursor: Cursor) => {
  const partition = int32(cursor)
  const errorCode = int16(cursor)
  const [highWatermark, lastStableOffset, lastStartOffset] = [String(int64(cursor)), String(int64(cursor)), String(int64(cursor))]
  const aborted = listOf(cursor, (each): Aborted => ({ producerId: int64(each), firstOffset: int64(each) }))
  const preferredReadReplica = int32(cursor)
  const length = Math.max(0, int32(cursor))
  cursor.at += length
  const batches = batchesOf(cursor.bytes.subarray(cursor.at - length, cursor.at))
  return { partition, errorCode, highWatermark, lastStableOffset, lastStartOffset, preferredReadReplica, aborted, batches }
}

const headBytes = 61
/** Before which the length of the batch does not count. */
const lengthEnd = 12
const [lengthAt, magicAt, attributesAt, lastDeltaAt, producerAt, countAt] = [8, 16, 21, 23, 43, 57]
const [transactionalFlag, controlFlag] = [0x10, 0x20]

/** Brokers cut the last one off where the answer is full. */
const batchesOf = (records: Buffer): readonly Buffer[] => {
  const batches: Buffer[] = []
  for (let at = 0; at + headBytes <= records.length; ) {
    const end = at + lengthEnd + records.readInt32BE(at + lengthAt)
    if (end > records.length) break
    batches.push(records.subarray(at, end))
    at = end
  }
  return batches
}

const messagesOf = async (batches: readonly Buffer[], isAborted: IsAborted): Promise<readonly PackedMessage[]> => {
  const messages: PackedMessage[] = []
  for (const batch of batches) messages.push(await messageOf(batch, isAborted))
  return messages
}

const messageOf = async (batch: Buffer, isAborted: IsAborted): Promise<PackedMessage> => {
  const base = batch.readBigInt64BE(0)
  const attributes = batch.readInt16BE(attributesAt)
  const last = base + BigInt(batch.readInt32BE(lastDeltaAt))
  const isControl = (attributes & controlFlag) !== 0
  const producerId = batch.readBigInt64BE(producerAt)
  const isSilent = isAborted({ last, producerId, isControl, isTransactional: (attributes & transactionalFlag) !== 0 }, batch)
  const isControlRecord = isControl || isSilent
  const body = batch.subarray(headBytes)
  const codec = isControlRecord ? null : lookupCodecByAttributes(attributes)
  const bytes = codec === null ? body : await codec.decompress(body)
  return { offset: String(last), isControlRecord, packed: { bytes, count: batch.readInt32BE(countAt), baseOffset: Number(base) } }
}

interface BatchFacts {
  readonly last: bigint
  readonly producerId: bigint
  readonly isControl: boolean
  readonly isTransactional: boolean
}

type IsAborted = (facts: BatchFacts, batch: Buffer) => boolean

/** A transaction that was given up begins at the offset that the answer tells, and ends with its marker. */
const abortedTest = (aborted: readonly Aborted[]): IsAborted => {
  if (aborted.length === 0) return () => false
  const waiting = aborted.toSorted((a, b) => Number(a.firstOffset - b.firstOffset))
  const open = new Set<bigint>()
  return ({ last, producerId, isControl, isTransactional }, batch) => {
    for (let next = waiting[0]; next !== undefined && next.firstOffset <= last; next = waiting[0]) {
      open.add(next.producerId)
      waiting.shift()
    }
    if (isControl && isAbortMarker(batch)) open.delete(producerId)
    return isTransactional && open.has(producerId)
  }
}

/** Its one record's key is a version and a type, 0 for an abort: length, attributes, time, offset, length of the key, key. */
const isAbortMarker = (batch: Buffer): boolean => {
  const keyAt = headBytes + 5
  return batch.length >= keyAt + 4 && batch.readInt16BE(keyAt + 2) === 0
}
