import { Buffer } from 'node:buffer'
import type { ConsumeOptions, KafkaClient, Membership, PartitionRange } from '../../../adapters/kafka/client.ts'
import { runOf } from '../../../adapters/kafka/fetch/record-run.ts'
import type { KafkaOptions } from '../../../adapters/kafka/options.ts'
import { settingsOf } from '../../../adapters/kafka/options.ts'
import { parseToken } from '../../../adapters/kafka/place.ts'
import { reader } from '../../../adapters/kafka/reader.ts'
import type { KafkaRecord } from '../../../adapters/kafka/record.ts'
import type { ChangeSource } from '../../../src/ports/change-source.ts'
import { postgresSource, table } from './debezium-samples.ts'

/** Topics in memory, by name, and in them partitions. */
export type Topics = Record<string, KafkaRecord[][]>

export const write = (topics: Topics, topic: string, value: unknown, { partition = 0, key = null as unknown } = {}): void => {
  topics[topic] ??= []
  const partitions = topics[topic]
  while (partitions.length <= partition) partitions.push([])
  const records = partitions[partition] ?? []
  const bytes = (json: unknown): Buffer | null => (json === null ? null : Buffer.from(JSON.stringify(json)))
  records.push({ topic, partition, offset: records.length, key: bytes(key), value: bytes(value) })
}

export interface Row {
  readonly table?: string
  readonly id: number
  readonly partition?: number
  readonly op?: string
}

/** What the PostgreSQL connector writes of one commit; `end` is where the commit ends in the log. */
export const commit = (topics: Topics, end: number, rows: readonly Row[], { from = 0, to = rows.length, ends = true } = {}): void => {
  const counts = new Map<string, number>()
  const id = `${end}:`
  rows.forEach(({ table: name = 't', id: row, partition = 0, op = 'c' }, place) => {
    counts.set(name, (counts.get(name) ?? 0) + 1)
    if (place < from || place >= to) return
    const source = {
      ...postgresSource,
      table: name,
      txId: end,
      lsn: end - 50 + place,
      sequence: JSON.stringify([String(end - 100), String(end - 50 + place)]),
    }
    const transaction = { id: `${id}${end - 50 + place}`, total_order: place + 1, data_collection_order: counts.get(name) }
    write(topics, `p.inv.${name}`, { before: null, after: { id: row }, source, transaction, op, ts_ms: 1 }, { partition, key: { id: row } })
  })
  if (!ends) return
  const collections = [...counts].map(([name, count]) => ({ data_collection: `inv.${name}`, event_count: count }))
  write(topics, 'p.transaction', { status: 'END', id: `${id}${end}`, event_count: rows.length, data_collections: collections, ts_ms: end })
}

/** A client of those topics. Each gives its records in an order of its own, and in small batches. */
export const scriptedClient = (topics: Topics, order: (names: readonly string[]) => readonly string[] = (names) => names): KafkaClient => {
  const ranges = (names: readonly string[]): readonly PartitionRange[] =>
    names.flatMap((topic) => (topics[topic] ?? []).map((records, partition) => ({ topic, partition, low: 0, high: records.length })))
  return {
    clusterId: async () => 'cluster',
    ranges: async (names) => ranges(names),
    topicSettings: async () => new Map(),
    join: async () => onlyMember,
    consume: async (options) => feed(topics, order, options),
    close: async () => {},
  }
}

const onlyMember: Membership = {
  isReader: () => true,
  turn: async () => {},
  checked: () => {},
  commit: async () => {},
  leave: async () => {},
}

const feed = (
  topics: Topics,
  order: (names: readonly string[]) => readonly string[],
  { from, onBatch }: ConsumeOptions,
): ReturnType<KafkaClient['consume']> => {
  let stopped = false
  const paused = new Set<string>()
  const next = new Map(from.map(({ topic, partition, offset }) => [`${topic} ${partition}`, offset]))
  const turn = (): void => {
    if (stopped) return
    for (const id of order([...next.keys()])) {
      const [topic = '', partition = '0'] = id.split(' ')
      const offset = next.get(id) ?? 0
      const records = (topics[topic]?.[Number(partition)] ?? []).slice(offset, offset + 3)
      if (records.length === 0 || paused.has(id)) continue
      next.set(id, offset + records.length)
      onBatch({
        topic,
        partition: Number(partition),
        records: [runOf(records)],
        nextOffset: offset + records.length,
        high: offset + records.length,
      })
      break
    }
    setImmediate(turn)
  }
  setImmediate(turn)
  return Promise.resolve({
    pause: (topic, partition) => paused.add(`${topic} ${partition}`),
    resume: (topic, partition) => paused.delete(`${topic} ${partition}`),
    stop: async () => {
      stopped = true
    },
  })
}

const options: KafkaOptions = {
  name: 'scripted',
  brokers: ['nowhere:1'],
  connector: {
    'topic.prefix': 'p',
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'provide.transaction.metadata': 'true',
  },
  tables: ['t', 'u'].map((name) => table(name, { '*id': 'bigint' })),
  schema: 'inv',
  settleMs: 5,
  progressEveryMs: 5,
}

/** A source of topics in memory. */
export const scriptedSource = (client: KafkaClient, more: Partial<KafkaOptions> = {}): Pick<ChangeSource, 'read' | 'acknowledge'> => {
  const reading = reader(settingsOf({ ...options, ...more }), () => client)
  return { read: reading.read, acknowledge: (token) => reading.acknowledge(parseToken(token)) }
}
