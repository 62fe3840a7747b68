import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import type { Compression } from '../../../../adapters/kafka/produce/transactional-producer.ts'
import { transactionalProducer } from '../../../../adapters/kafka/produce/transactional-producer.ts'
import { readTopics } from '../../../support/read-topics.ts'

const bytes = (text: string): Buffer => Buffer.from(text)

/** What a producer promises, on a real broker. */
export const producerCases = (broker: string): void => {
  const brokers = [broker]

  test('a reader sees whole transactions, and the next producer where the last one ended', async () => {
    await using first = await transactionalProducer({ name: 'whole', brokers })
    expect(first.position).toBeNull()
    await first.prepare(['whole.a', 'whole.b'], { partitions: 3 })
    first.add({ topic: 'whole.a', key: bytes('k'), value: bytes('1'), headers: { h: 'ä', empty: '' } })
    first.add({ topic: 'whole.b', key: null, value: bytes('2') })
    await first.commit('after 2')
    first.add({ topic: 'whole.a', key: bytes('k'), value: null })
    await first.commit('after 3')
    first.add({ topic: 'whole.a', key: bytes('k'), value: bytes('never committed') })
    await using second = await transactionalProducer({ name: 'whole', brokers })
    expect(second.position).toBe('after 3')
    const records = await readTopics(broker, ['whole.a', 'whole.b'])
    expect(records.filter(({ topic }) => topic === 'whole.a').map(({ value, headers }) => [value, headers])).toEqual([
      ['1', { h: 'ä', empty: '' }],
      [null, {}],
    ])
    expect(records.find(({ topic }) => topic === 'whole.b')).toMatchObject({ partition: 0, key: null, value: '2' })
  })

  test('of two with one name the older can commit no more, and nothing of it is seen', async () => {
    await using old = await transactionalProducer({ name: 'zombie', brokers, batchBytes: 100 })
    await old.prepare(['zombie'])
    for (let each = 0; each < 50; each += 1) old.add({ topic: 'zombie', key: null, value: bytes(`old ${each}`) })
    await old.drained()
    await using young = await transactionalProducer({ name: 'zombie', brokers })
    await expect(old.commit('old')).rejects.toMatchObject({ code: 'sink-fenced', retryable: false })
    await young.prepare(['zombie'])
    young.add({ topic: 'zombie', key: null, value: bytes('young') })
    await young.commit('young')
    expect((await readTopics(broker, ['zombie'])).map(({ value }) => value)).toEqual(['young'])
  })

  test('what is added while a commit is under way belongs to the next one', async () => {
    await using producer = await transactionalProducer({ name: 'overlap', brokers, batchBytes: 2000 })
    await producer.prepare(['overlap'])
    const commits: Promise<void>[] = []
    for (let each = 0; each < 2000; each += 1) {
      if (!producer.add({ topic: 'overlap', key: null, value: bytes(String(each).padStart(50)) })) await producer.drained()
      if (each % 100 === 99) commits.push(producer.commit(String(each)))
    }
    await Promise.all(commits)
    const numbers = (await readTopics(broker, ['overlap'])).map(({ value }) => Number(value))
    expect(numbers).toEqual(Array.from({ length: 2000 }, (_, each) => each))
  })

  test.each<Compression>(['gzip', 'snappy', 'lz4', 'zstd'])('compressed by %s', async (compression) => {
    const values = [
      ...Array.from({ length: 100 }, (_, each) => `value ${each}`.repeat(50)),
      randomBytes(100_000).toString('latin1'),
      'long '.repeat(60_000),
    ]
    const topics = [compression, `${compression}.plain`]
    await using producer = await transactionalProducer({ name: compression, brokers, compression })
    await producer.prepare(topics.slice(0, 1))
    // Here the broker unpacks what it is sent, as any consumer of its own library does, and keeps it as it is.
    await producer.prepare(topics.slice(1), { settings: { 'compression.type': 'uncompressed' } })
    for (const topic of topics)
      for (const [each, value] of values.entries()) producer.add({ topic, key: bytes(`${each}`), value: bytes(value) })
    await producer.commit('done')
    await using next = await transactionalProducer({ name: compression, brokers })
    expect(next.position).toBe('done')
    const records = await readTopics(broker, topics)
    for (const topic of topics) expect(records.filter((record) => record.topic === topic).map(({ value }) => value)).toEqual(values)
  })

  test('a position is found behind many others, and behind transactions that were given up', async () => {
    for (let life = 0; life < 3; life += 1) {
      await using producer = await transactionalProducer({ name: 'many', brokers })
      expect(producer.position).toBe(life === 0 ? null : `${life - 1} 79`)
      for (let each = 0; each < 80; each += 1) await producer.commit(`${life} ${each}`)
    }
  })

  test('what is too large is refused with its topic', async () => {
    await using producer = await transactionalProducer({ name: 'large', brokers })
    await producer.prepare(['large'])
    producer.add({ topic: 'large', key: null, value: Buffer.alloc(2 << 20) })
    await expect(producer.commit('x')).rejects.toMatchObject({
      code: 'sink-record-too-large',
      message: expect.stringContaining('large[0]'),
    })
    await expect(producer.commit('y')).rejects.toMatchObject({ code: 'sink-record-too-large' })
  })

  test('whoever adds is told to wait', async () => {
    await using producer = await transactionalProducer({ name: 'wait', brokers, bufferBytes: 1 << 20, batchBytes: 100_000 })
    await producer.prepare(['wait'])
    const value = Buffer.alloc(10_000)
    let added = 0
    while (producer.add({ topic: 'wait', key: null, value })) added += 1
    expect(added).toBeLessThanOrEqual(105)
    await producer.drained()
    expect(producer.add({ topic: 'wait', key: null, value })).toBe(true)
  })

  test('a topic that the brokers refuse to make', async () => {
    await using producer = await transactionalProducer({ name: 'refused', brokers })
    await expect(producer.prepare(['refused'], { settings: { 'no.such.setting': '1' } })).rejects.toMatchObject({ code: 'sink-topic' })
  })

  test('brokers that are not there', async () => {
    const absent = transactionalProducer({ name: 'absent', brokers: ['127.0.0.1:1'], connectMs: 300 })
    await expect(absent).rejects.toMatchObject({ code: 'sink-unreachable', retryable: true })
  })
}
