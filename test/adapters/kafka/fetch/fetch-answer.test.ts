import { Buffer } from 'node:buffer'
import { createRequire } from 'node:module'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { registerCodecs } from '../../../../adapters/kafka/codecs.ts'
import type { PackedMessage } from '../../../../adapters/kafka/fetch/fetch-answer.ts'
import { decodeFetchAnswer } from '../../../../adapters/kafka/fetch/fetch-answer.ts'
import { recordRun } from '../../../../adapters/kafka/fetch/record-run.ts'

// Written by the driver's own encoders, so that what reads them shares no line with what writes.
const load = createRequire(import.meta.url)
interface Encoded {
  readonly buffer: Buffer
}
const { RecordBatch } = load('kafkajs/src/protocol/recordBatch/v0') as {
  readonly RecordBatch: (fields: Readonly<Record<string, unknown>>) => Promise<Encoded>
}
const encodeRecord = load('kafkajs/src/protocol/recordBatch/record/v0') as (fields: Readonly<Record<string, unknown>>) => Encoded
const Long = load('kafkajs/src/utils/long') as { readonly fromValue: (value: number) => unknown }
const { decode: decodeByDriver } = load('kafkajs/src/protocol/requests/fetch/v11/response') as {
  readonly decode: (bytes: Buffer) => Promise<Answer>
}

interface Answer {
  readonly errorCode: number
  readonly responses: readonly {
    readonly topicName: string
    readonly partitions: readonly {
      readonly partition: number
      readonly errorCode: number
      readonly highWatermark: string
      readonly messages: readonly unknown[]
    }[]
  }[]
}

interface Row {
  readonly key: Buffer | null
  readonly value: Buffer | null
}

interface Batch {
  readonly producer: number
  readonly kind: 'plain' | 'transactional' | 'commit' | 'abort'
  /** Of the driver's numbers. What ends a transaction has neither a codec nor rows of its own. */
  readonly codec: number
  readonly rows: readonly Row[]
}

const bytes = fc.option(
  fc.uint8Array({ maxLength: 300 }).map((each) => Buffer.from(each)),
  { freq: 8 },
)
const anyBatch: fc.Arbitrary<Batch> = fc.record({
  producer: fc.integer({ min: 1, max: 3 }),
  kind: fc.constantFrom('plain' as const, 'transactional' as const, 'transactional' as const, 'commit' as const, 'abort' as const),
  codec: fc.constantFrom(0, 0, 1, 2, 3, 4),
  rows: fc.array(fc.record({ key: bytes, value: bytes }), { minLength: 1, maxLength: 5 }),
})

const controlFlag = 0x20

const encoded = async (batch: Batch, firstOffset: number): Promise<Buffer> => {
  const isEnd = batch.kind === 'commit' || batch.kind === 'abort'
  const rows: readonly Row[] = isEnd
    ? [{ key: Buffer.from([0, 0, 0, batch.kind === 'commit' ? 1 : 0]), value: Buffer.alloc(6) }]
    : batch.rows
  const { buffer } = await RecordBatch({
    compression: isEnd ? 0 : batch.codec,
    firstOffset: Long.fromValue(firstOffset),
    firstTimestamp: 1_700_000_000_000,
    maxTimestamp: 1_700_000_000_500,
    lastOffsetDelta: rows.length - 1,
    transactional: batch.kind !== 'plain',
    producerId: Long.fromValue(batch.producer),
    records: rows.map((row, place) =>
      encodeRecord({ ...row, offsetDelta: place, timestampDelta: 100 * place, headers: { h: 'x', other: Buffer.from([place]) } }),
    ),
  })
  if (isEnd) buffer.writeInt16BE(buffer.readInt16BE(21) | controlFlag, 21)
  return buffer
}

interface Aborted {
  readonly producer: number
  readonly first: number
}

const int = (size: 2 | 4 | 8, value: number): Buffer => {
  const into = Buffer.alloc(size)
  if (size === 8) into.writeBigInt64BE(BigInt(value))
  else into.writeIntBE(value, 0, size)
  return into
}

/** The answer to a fetch of one partition, version 11. */
const answer = (records: Buffer, aborted: readonly Aborted[], high: number): Buffer =>
  Buffer.concat([
    ...[int(4, 0), int(2, 0), int(4, 7), int(4, 1), int(2, 1), Buffer.from('t'), int(4, 1)],
    ...[int(4, 3), int(2, 0), int(8, high), int(8, high), int(8, 0), int(4, aborted.length === 0 ? -1 : aborted.length)],
    ...aborted.flatMap(({ producer, first }) => [int(8, producer), int(8, first)]),
    ...[int(4, -1), int(4, records.length), records],
  ])

interface Log {
  readonly records: Buffer
  readonly aborted: readonly Aborted[]
  readonly high: number
  /** What a reader of committed records sees. */
  readonly visible: readonly (Row & { readonly offset: number })[]
}

const logOf = async (batches: readonly Batch[]): Promise<Log> => {
  const parts: Buffer[] = []
  const open = new Map<number, { first: number; rows: (Row & { offset: number })[] }>()
  const aborted: Aborted[] = []
  const visible: (Row & { offset: number })[] = []
  let offset = 40
  for (const batch of batches) {
    parts.push(await encoded(batch, offset))
    if (batch.kind === 'commit' || batch.kind === 'abort') {
      const done = open.get(batch.producer)
      if (batch.kind === 'commit') visible.push(...(done?.rows ?? []))
      else if (done !== undefined) aborted.push({ producer: batch.producer, first: done.first })
      open.delete(batch.producer)
      offset += 1
      continue
    }
    const first = offset
    const rows = batch.rows.map((row, place) => ({ ...row, offset: first + place }))
    const known = open.get(batch.producer) ?? { first: offset, rows: [] }
    if (batch.kind === 'plain') visible.push(...rows)
    else open.set(batch.producer, { ...known, rows: [...known.rows, ...rows] })
    offset += rows.length
  }
  // What is still open is not sent: here it is taken as committed.
  for (const { rows } of open.values()) visible.push(...rows)
  return { records: Buffer.concat(parts), aborted, high: offset, visible: visible.toSorted((a, b) => a.offset - b.offset) }
}

const rowsOf = (decoded: unknown, from = 0): readonly (Row & { readonly offset: number })[] => {
  const messages = (decoded as Answer).responses[0]?.partitions[0]?.messages as readonly PackedMessage[]
  return messages
    .filter(({ isControlRecord }) => !isControlRecord)
    .flatMap(({ packed }) => {
      const run = recordRun({ topic: 't', partition: 3, from }, packed)
      const rows: (Row & { readonly offset: number })[] = []
      for (let record = run.next(); record !== null; record = run.next())
        rows.push({ key: record.key, value: record.value, offset: record.offset })
      return rows
    })
}

beforeAll(registerCodecs)

describe('the answer to a fetch', () => {
  it('gives every committed record once, by any codec, and nothing of transactions that were given up', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyBatch, { maxLength: 8 }), fc.nat(50), async (batches, from) => {
        const log = await logOf(batches)
        const decoded = await decodeFetchAnswer(answer(log.records, log.aborted, log.high))
        expect(rowsOf(decoded)).toEqual(log.visible)
        expect(rowsOf(decoded, from)).toEqual(log.visible.filter(({ offset }) => offset >= from))
      }),
      { numRuns: 200 },
    )
  })

  it('tells what the driver tells besides the records', async () => {
    const log = await logOf([
      { kind: 'plain', producer: 1, codec: 0, rows: [{ key: null, value: Buffer.from('a') }] },
      { kind: 'commit', producer: 1, codec: 0, rows: [] },
    ])
    const bytesOfAnswer = answer(log.records, [], log.high)
    const bare = ({ responses, ...rest }: Answer) => ({
      ...rest,
      responses: responses.map(({ topicName, partitions }) => ({
        topicName,
        partitions: partitions.map(({ messages: _, ...each }) => each),
      })),
    })
    expect(bare((await decodeFetchAnswer(bytesOfAnswer)) as Answer)).toEqual(bare(await decodeByDriver(bytesOfAnswer)))
  })

  it('leaves out a batch that the broker cut off', async () => {
    const rows = [{ key: null, value: Buffer.from('a') }]
    const log = await logOf([
      { kind: 'plain', producer: 1, codec: 0, rows },
      { kind: 'plain', producer: 1, codec: 4, rows },
    ])
    const cut = await decodeFetchAnswer(answer(log.records.subarray(0, -1), [], log.high))
    expect(rowsOf(cut)).toEqual(log.visible.slice(0, 1))
  })

  it('leaves formats of old brokers to the driver', async () => {
    const log = await logOf([{ kind: 'plain', producer: 1, codec: 0, rows: [{ key: null, value: Buffer.from('a') }] }])
    log.records[16] = 1
    expect(await decodeFetchAnswer(answer(log.records, [], log.high))).toBeNull()
  })

  it('refuses records whose lengths lead out of their batch', () => {
    const read = (packed: readonly number[]) =>
      recordRun({ topic: 't', partition: 0, from: 0 }, { bytes: Buffer.from(packed), count: 1, baseOffset: 0 }).next()
    expect(() => read([40, 0, 0, 0, 1, 60, 1])).toThrow(/cut off/)
    expect(() => read([40, 0, 0])).toThrow(/cut off/)
    expect(() => read([0xff, 0xff, 0xff, 0xff, 0xff, 0xff])).toThrow(/cut off/)
  })
})
