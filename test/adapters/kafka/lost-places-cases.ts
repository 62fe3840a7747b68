import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Producer } from 'kafkajs'
import { Kafka, logLevel } from 'kafkajs'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { KafkaOptions } from '../../../adapters/kafka/change-source.ts'
import { kafka } from '../../../adapters/kafka/change-source.ts'
import type { SourceItem } from '../../../src/model/change-event.ts'
import type { ResumeToken } from '../../../src/model/ids.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { postgresSource, table } from './debezium-samples.ts'
import type { Topics } from './scripted-client.ts'
import { commit } from './scripted-client.ts'

const lost = { code: 'source-position-lost', hint: expect.stringContaining('snapshot') }

const idsOf = (items: readonly SourceItem[]): readonly number[] =>
  items.flatMap((item) => (item.kind === 'transaction' ? [...item.changes()].map(({ after }) => Number(after?.['id'])) : []))

/** Topics of a real broker that lose what comes next, and records that are larger than all buffers. */
export const lostPlacesCases = (broker: string): void => {
  let admin: Admin
  let producer: Producer
  let made = 0

  beforeAll(async () => {
    const client = new Kafka({ brokers: [broker], logLevel: logLevel.NOTHING })
    admin = client.admin()
    producer = client.producer()
    await Promise.all([admin.connect(), producer.connect()])
  })
  afterAll(() => Promise.all([admin.disconnect(), producer.disconnect()]))

  const newPrefix = async (): Promise<string> => {
    made += 1
    const prefix = `places${made}`
    const topics = ['inv.t', 'transaction'].map((name) => ({
      topic: `${prefix}.${name}`,
      numPartitions: 1,
      configEntries: [{ name: 'max.message.bytes', value: String(30 << 20) }],
    }))
    await admin.createTopics({ topics, waitForLeaders: true })
    return prefix
  }

  /** What the connector writes of commits of one row each. */
  const writeCommits = async (prefix: string, ids: readonly number[]): Promise<void> => {
    const topics: Topics = {}
    for (const id of ids) commit(topics, 1000 * id, [{ id }])
    for (const [topic, partitions] of Object.entries(topics))
      await producer.send({
        topic: topic.replace(/^p\./, `${prefix}.`),
        messages: partitions.flat().map(({ key, value }) => ({ key, value })),
      })
  }

  /** A topic that was made just now may have no leader yet. */
  const forget = (topic: string, before: number): Promise<void> =>
    vi.waitFor(() => admin.deleteTopicRecords({ topic, partitions: [{ partition: 0, offset: String(before) }] }), { timeout: 20_000 })

  const open = (prefix: string, more: Partial<KafkaOptions> = {}): ChangeSource =>
    kafka({
      name: prefix,
      brokers: [broker],
      connector: {
        'topic.prefix': prefix,
        'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
        'provide.transaction.metadata': 'true',
      },
      tables: [table('t', { '*id': 'bigint', note: 'text' })],
      schema: 'inv',
      progressEveryMs: 50,
      ...more,
    })

  const read = (
    source: ChangeSource,
    from: ResumeToken | null,
    onNotice: (text: string) => void = () => undefined,
  ): Promise<SourceItem[]> => Array.fromAsync(source.read({ from, signal: AbortSignal.timeout(60_000), until: 'current', onNotice }))

  test('what comes next is gone, because it was not read in time: refused with the plan; a new read begins with what is left, and says so', async () => {
    const prefix = await newPrefix()
    await writeCommits(prefix, [1, 2, 3, 4, 5])
    await using source = open(prefix)
    const token = (await read(source, null)).find((item) => idsOf([item])[0] === 2)?.token ?? expect.fail('nothing was read')
    await forget(`${prefix}.inv.t`, 4)
    await expect(read(source, token)).rejects.toMatchObject(lost)
    await forget(`${prefix}.transaction`, 4)
    const notices: string[] = []
    expect(idsOf(await read(source, null, (text) => notices.push(text)))).toEqual([5])
    expect(notices).toEqual(expect.arrayContaining([expect.stringContaining('begins with offset 4')]))
  })

  test('what comes next goes while it is read: nothing is passed over, the read ends with the plan', async () => {
    const prefix = await newPrefix()
    // Brokers send whole batches, however little is asked for.
    for (let at = 0; at < 3000; at += 50)
      await writeCommits(
        prefix,
        Array.from({ length: 50 }, (_, more) => at + more + 1),
      )
    await using source = open(prefix, { bufferBytes: 64 << 10 })
    const seen: number[] = []
    const reading = async (): Promise<void> => {
      for await (const item of source.read({ from: null, signal: AbortSignal.timeout(60_000) })) {
        seen.push(...idsOf([item]))
        if (seen.length !== 10) continue
        await forget(`${prefix}.inv.t`, 2500)
        await sleep(500)
      }
    }
    await expect(reading()).rejects.toMatchObject(lost)
    expect(seen).toEqual(seen.map((_, at) => at + 1))
    expect(seen.length).toBeLessThan(2500)
  })

  test('a topic that was deleted and made anew meanwhile is none that goes on', async () => {
    const prefix = await newPrefix()
    await writeCommits(prefix, [1, 2, 3, 4, 5])
    await using source = open(prefix)
    const token = (await read(source, null)).at(-1)?.token ?? null
    await admin.deleteTopics({ topics: [`${prefix}.inv.t`, `${prefix}.transaction`] })
    await sleep(300)
    await admin.createTopics({ topics: [{ topic: `${prefix}.inv.t` }, { topic: `${prefix}.transaction` }], waitForLeaders: true })
    await writeCommits(prefix, [6, 7])
    await expect(read(source, token)).rejects.toMatchObject(lost)
  })

  test('records of 20 MB, sound ones, come through in bounded memory', async () => {
    const prefix = await newPrefix()
    const [count, bytes] = [5, 20 << 20]
    const note = 'x'.repeat(bytes)
    for (let id = 1; id <= count; id += 1) {
      const source = { ...postgresSource, lsn: 1000 * id, sequence: JSON.stringify([String(1000 * (id - 1)), String(1000 * id)]) }
      const transaction = { id: `${id}:${1000 * id}`, total_order: 1, data_collection_order: 1 }
      const value = JSON.stringify({ before: null, after: { id, note }, source, transaction, op: 'c', ts_ms: 1 })
      await producer.send({ topic: `${prefix}.inv.t`, messages: [{ key: `{"id":${id}}`, value }] })
      const end = {
        status: 'END',
        id: `${id}:${1000 * id}`,
        event_count: 1,
        data_collections: [{ data_collection: 'inv.t', event_count: 1 }],
        ts_ms: id,
      }
      await producer.send({ topic: `${prefix}.transaction`, messages: [{ key: null, value: JSON.stringify(end) }] })
    }
    // What is let go of counts no more: when the collector comes along is no matter of the adapter.
    setFlagsFromString('--expose-gc')
    const collect = runInNewContext('gc') as () => void
    collect()
    const before = process.memoryUsage().arrayBuffers
    let most = 0
    const lengths: number[] = []
    await using source = open(prefix, { bufferBytes: 1 << 20 })
    for await (const item of source.read({ from: null, signal: AbortSignal.timeout(60_000), until: 'current' })) {
      collect()
      most = Math.max(most, process.memoryUsage().arrayBuffers - before)
      if (item.kind === 'transaction') lengths.push(...[...item.changes()].map(({ after }) => String(after?.['note']).length))
      source.acknowledge(item.token)
    }
    expect(lengths).toEqual(Array.from({ length: count }, () => bytes))
    // One is read while the next one comes: never all of them.
    expect(most).toBeLessThan((count - 1) * bytes)
  })
}
