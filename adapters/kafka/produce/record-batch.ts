import { crc32c } from './crc32c.ts'

/** Who writes a batch, and where in his sequence it lies. */
export interface BatchProducer {
  readonly id: bigint
  readonly epoch: number
  readonly sequence: number
}

/** Records that are sent as one, in Kafka's format of version 2. */
export interface RecordBatch {
  readonly count: () => number
  /** Bytes of its records before compression, with the head. */
  readonly sizeBytes: () => number
  readonly append: (key: Uint8Array | null, value: Uint8Array | null, headers: RecordHeaders | null) => void
  /** The whole batch, with head and checksum. */
  readonly sealed: (producer: BatchProducer, compress: Compress | null) => Promise<Buffer>
}

export type RecordHeaders = Readonly<Record<string, string | Uint8Array>>

/** How records are compressed, and the number that tells readers so. */
export interface Compress {
  readonly code: number
  readonly bytes: (records: Buffer) => Promise<Buffer>
}

const headBytes = 61
const [lengthAt, epochAt, magicAt, crcAt, attributesAt] = [8, 12, 16, 17, 21]
const [countDeltaAt, firstTimeAt, lastTimeAt, idAt, producerEpochAt, sequenceAt, countAt] = [23, 27, 35, 43, 51, 53, 57]
const transactional = 0x10
/** Enough for a record's numbers and an empty set of headers. */
const overheadBytes = 32
const none = -1

/** Begins with room for so many bytes, and grows with what is appended. */
export const recordBatch = (roomBytes: number): RecordBatch => {
  let into = Buffer.allocUnsafe(roomBytes)
  let at = headBytes
  let count = 0
  const reserve = (more: number): void => {
    if (at + more <= into.length) return
    const grown = Buffer.allocUnsafe(Math.max(2 * into.length, at + more))
    into.copy(grown, 0, 0, at)
    into = grown
  }
  const varint = (value: number): void => {
    let rest = value < 0 ? -2 * value - 1 : 2 * value
    while (rest >= 0x80) {
      into[at] = (rest & 0x7f) | 0x80
      at += 1
      rest = Math.floor(rest / 128)
    }
    into[at] = rest
    at += 1
  }
  const field = (bytes: Uint8Array | null): void => {
    varint(bytes === null ? none : bytes.length)
    if (bytes === null) return
    into.set(bytes, at)
    at += bytes.length
  }
  return {
    count: () => count,
    sizeBytes: () => at,
    append: (key, value, named) => {
      const headers = named === null ? noHeaders : headerFields(named)
      const size = 2 + sizeOfVarint(count) + sizeOfField(key) + sizeOfField(value) + headers.sizeBytes
      reserve(size + overheadBytes)
      varint(size)
      // Attributes, and the distance from the batch's time: none of either.
      into[at] = 0
      into[at + 1] = 0
      at += 2
      varint(count)
      field(key)
      field(value)
      varint(headers.fields.length / 2)
      for (const each of headers.fields) field(each)
      count += 1
    },
    sealed: async (producer, compress) => {
      const whole =
        compress === null
          ? into.subarray(0, at)
          : Buffer.concat([into.subarray(0, headBytes), await compress.bytes(into.subarray(headBytes, at))])
      writeHead(whole, { ...producer, count, attributes: transactional | (compress?.code ?? 0) })
      return whole
    },
  }
}

interface Head extends BatchProducer {
  readonly count: number
  readonly attributes: number
}

const writeHead = (batch: Buffer, { id, epoch, sequence, count, attributes }: Head): void => {
  const now = BigInt(Date.now())
  batch.writeBigInt64BE(0n, 0)
  batch.writeInt32BE(batch.length - epochAt, lengthAt)
  batch.writeInt32BE(none, epochAt)
  batch.writeInt8(2, magicAt)
  batch.writeInt16BE(attributes, attributesAt)
  batch.writeInt32BE(count - 1, countDeltaAt)
  batch.writeBigInt64BE(now, firstTimeAt)
  batch.writeBigInt64BE(now, lastTimeAt)
  batch.writeBigInt64BE(id, idAt)
  batch.writeInt16BE(epoch, producerEpochAt)
  batch.writeInt32BE(sequence, sequenceAt)
  batch.writeInt32BE(count, countAt)
  batch.writeUInt32BE(crc32c(batch, attributesAt, batch.length), crcAt)
}

const sizeOfVarint = (value: number): number => {
  let rest = value < 0 ? -2 * value - 1 : 2 * value
  let bytes = 1
  for (; rest >= 0x80; rest = Math.floor(rest / 128)) bytes += 1
  return bytes
}

const sizeOfField = (bytes: Uint8Array | null): number => (bytes === null ? sizeOfVarint(none) : sizeOfVarint(bytes.length) + bytes.length)

interface HeaderFields {
  /** Names and values in turn. */
  readonly fields: readonly Uint8Array[]
  readonly sizeBytes: number
}

const noHeaders: HeaderFields = { fields: [], sizeBytes: 1 }

const headerFields = (headers: RecordHeaders): HeaderFields => {
  const fields = Object.entries(headers).flatMap(([name, value]) => [
    Buffer.from(name),
    typeof value === 'string' ? Buffer.from(value) : value,
  ])
  return { fields, sizeBytes: sizeOfVarint(fields.length / 2) + fields.reduce((sum, each) => sum + sizeOfField(each), 0) }
}
