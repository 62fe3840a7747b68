import { randomUUID } from 'node:crypto'
import type { Admin, Consumer, EachBatchPayload, Kafka, KafkaConfig } from 'kafkajs'
import kafkajs from 'kafkajs'
import type { ConsumeOptions, Consumption, KafkaClient, PartitionRange } from './client.ts'
import { registerCodecs } from './codecs.ts'
import type { PackedMessage } from './fetch/fetch-answer.ts'
import { packBatches } from './fetch/pack-batches.ts'
import type { RecordRun } from './fetch/record-run.ts'
import { recordRun, runOf } from './fetch/record-run.ts'
import { failure, newSnapshotPlan, sourceError } from './failure.ts'
import type { Settings } from './options.ts'
import { joinGroup } from './reader-group.ts'
import type { KafkaRecord } from './record.ts'
import { quietRequestQueue } from './request-queue.ts'

type Reach = Pick<Settings, 'brokers' | 'connectMs' | 'ssl' | 'sasl'> & { readonly name: string }

/** How long a fetch waits for records; also how long a partition that is taken up again may lie still while others are idle. */
const fetchWaitMs = 25

/** kafkajs behind the seam. It connects when it is first asked. */
export const kafkajsClient = (settings: Settings): KafkaClient => {
  const kafka = openKafka(settings)
  packBatches(kafka)
  let admin: Promise<Admin> | null = null
  const asked = async <T>(ask: (admin: Admin) => Promise<T>): Promise<T> => {
    admin ??= connected(kafka.admin())
    try {
      return await ask(await admin)
    } catch (error) {
      const failed = admin
      admin = null
      void failed?.then((each) => each.disconnect()).catch(() => {})
      throw failure(error, settings)
    }
  }
  return {
    clusterId: () => asked(async (each) => (await each.describeCluster()).clusterId),
    ranges: (topics) => asked((each) => rangesOf(each, topics)),
    topicSettings: (topic) => asked((each) => settingsOf(each, topic)),
    join: (topic) => joinGroup(kafka, settings, topic),
    consume: (options) => consume(kafka, settings, options),
    close: async () => {
      const open = admin
      admin = null
      await open?.then((each) => each.disconnect()).catch(() => {})
    },
  }
}

/** The driver's own, with every codec. It connects when it is first asked. */
export const openKafka = (settings: Reach): Kafka => {
  registerCodecs()
  quietRequestQueue()
  return new kafkajs.Kafka(configOf(settings))
}

/** How the driver reaches the brokers. */
const configOf = ({ brokers, ssl, sasl, name, connectMs }: Reach): KafkaConfig => ({
  clientId: `banyan-${name}`,
  brokers: [...brokers],
  logLevel: kafkajs.logLevel.NOTHING,
  connectionTimeout: connectMs,
  requestTimeout: 30_000,
  retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 2000 },
  ...(ssl === undefined ? {} : { ssl }),
  ...(sasl === undefined ? {} : { sasl: sasl as NonNullable<KafkaConfig['sasl']> }),
})

const connected = async (admin: Admin): Promise<Admin> => {
  await admin.connect()
  return admin
}

const rangesOf = async (admin: Admin, topics: readonly string[]): Promise<readonly PartitionRange[]> => {
  const there = new Set(await admin.listTopics())
  const asked = topics.filter((topic) => there.has(topic))
  const ranges = await Promise.all(
    asked.map(async (topic) =>
      (await admin.fetchTopicOffsets(topic)).map(({ partition, low, high }) => ({
        topic,
        partition,
        low: Number(low),
        high: Number(high),
      })),
    ),
  )
  return ranges.flat()
}

const settingsOf = async (admin: Admin, topic: string): Promise<ReadonlyMap<string, string>> => {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: topic }],
  })
  return new Map((resources[0]?.configEntries ?? []).map(({ configName, configValue }) => [configName, configValue]))
}

const consume = async (kafka: Kafka, settings: Settings, options: ConsumeOptions): Promise<Consumption> => {
  const consumer = kafka.consumer({
    // A group of its own: whoever is killed leaves nobody behind that the next one has to wait for.
    groupId: `${settings.groupId}.${randomUUID()}`,
    allowAutoTopicCreation: false,
    maxBytesPerPartition: options.fetchBytes,
    maxWaitTimeInMs: fetchWaitMs,
    sessionTimeout: 30_000,
    heartbeatInterval: 3000,
    metadataMaxAge: 30_000,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 2000, restartOnFailure: async () => false },
  })
  // Where the driver must go on after every join: the group has committed nothing.
  const next = new Map(options.from.map(({ topic, partition, offset }) => [`${partition} ${topic}`, offset]))
  let over = false
  const fail = (error: unknown): void => {
    if (!over) options.onFailure(failure(error, settings))
  }
  consumer.on(consumer.events.CRASH, ({ payload }) => fail(payload.error))
  consumer.on(consumer.events.GROUP_JOIN, () => {
    for (const { topic, partition } of options.from) seek(consumer, topic, partition, next.get(`${partition} ${topic}`) ?? 0)
  })
  // Batches that hold nothing but what a transaction's end leaves are told here alone.
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload: { topic, partition, lastOffset, highWatermark } }) => {
    const id = `${partition} ${topic}`
    const nextOffset = Number(lastOffset) + 1
    if (over || nextOffset <= (next.get(id) ?? 0)) return
    next.set(id, nextOffset)
    options.onBatch({ topic, partition, records: [], nextOffset, high: Number(highWatermark) })
  })
  const onBatch = async ({ batch }: EachBatchPayload): Promise<void> => {
    if (over) return
    const { topic, partition } = batch
    const id = `${partition} ${topic}`
    const lost = lostPlace(batch, next.get(id) ?? 0)
    if (lost !== null) return fail(sourceError(settings, 'source-position-lost', lost, newSnapshotPlan))
    const records = recordsOf(batch, next.get(id) ?? 0)
    const nextOffset = Math.max(Number(batch.lastOffset()) + 1, next.get(id) ?? 0)
    next.set(id, nextOffset)
    options.onBatch({ topic, partition, records, nextOffset, high: Number(batch.highWatermark) })
  }
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [...new Set(options.from.map(({ topic }) => topic))], fromBeginning: true })
    await consumer.run({ autoCommit: false, eachBatch: onBatch })
  } catch (error) {
    over = true
    await consumer.disconnect().catch(() => {})
    throw failure(error, settings)
  }
  return {
    pause: (topic, partition) => consumer.pause([{ topic, partitions: [partition] }]),
    resume: (topic, partition) => consumer.resume([{ topic, partitions: [partition] }]),
    stop: async () => {
      over = true
      await consumer.disconnect().catch(() => {})
    },
  }
}

const seek = (consumer: Consumer, topic: string, partition: number, offset: number): void =>
  consumer.seek({ topic, partition, offset: String(offset) })

/** The driver goes on from the oldest record where the next one is not there any more. Null: it is. */
const lostPlace = (batch: EachBatchPayload['batch'], next: number): string | null => {
  const { topic, partition, highWatermark } = batch
  const fetched = Number((batch as { readonly fetchedOffset?: string }).fetchedOffset ?? next)
  const place = `${topic}[${partition}]`
  if (fetched > next) return `${place} holds nothing before offset ${fetched} any more, and ${next} comes next`
  return Number(highWatermark) < next ? `${place} ends at offset ${highWatermark}, before ${next}: it was deleted and made anew` : null
}

/** Those from an offset on: after a join the driver may begin before it, and brokers send whole batches. */
const recordsOf = ({ topic, partition, messages }: EachBatchPayload['batch'], from: number): readonly RecordRun[] => {
  const runs: RecordRun[] = []
  const loose: KafkaRecord[] = []
  for (const message of messages) {
    const { packed } = message as Partial<PackedMessage>
    const offset = Number(message.offset)
    if (packed !== undefined) runs.push(recordRun({ topic, partition, from }, packed))
    // Of brokers, or of a format, from long ago.
    else if (offset >= from) {
      const { key, value } = message
      loose.push({ topic, partition, offset, key, value })
    }
  }
  return loose.length === 0 ? runs : [...runs, runOf(loose)]
}
