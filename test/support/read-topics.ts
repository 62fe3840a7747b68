import type { KafkaMessage } from 'kafkajs'
import kafkajs from 'kafkajs'
import { vi } from 'vitest'
import { registerCodecs } from '../../adapters/kafka/codecs.ts'

export interface TopicRecord {
  readonly topic: string
  readonly partition: number
  readonly key: string | null
  readonly value: string | null
  readonly headers: Readonly<Record<string, string>>
}

let groups = 0

/** What a reader of these topics sees that asks for committed records only, up to where the topics end now. */
export const readTopics = async (broker: string, topics: readonly string[]): Promise<readonly TopicRecord[]> => {
  registerCodecs()
  const kafka = new kafkajs.Kafka({ brokers: [broker], logLevel: kafkajs.logLevel.NOTHING })
  const admin = kafka.admin()
  await admin.connect()
  const waiting = new Map<string, number>()
  for (const topic of topics) {
    for (const { partition, low, high } of await vi.waitFor(() => admin.fetchTopicOffsets(topic), { timeout: 10_000 })) {
      if (Number(high) > Number(low)) waiting.set(`${topic} ${partition}`, Number(high))
    }
  }
  await admin.disconnect()
  if (waiting.size === 0) return []
  groups += 1
  const consumer = kafka.consumer({ groupId: `reader-${process.pid}-${groups}`, maxWaitTimeInMs: 20 })
  await consumer.connect()
  await consumer.subscribe({ topics: [...topics], fromBeginning: true })
  const read: TopicRecord[] = []
  const next = new Map<string, number>()
  const over = Promise.withResolvers<void>()
  const passed = (topic: string, partition: number, lastOffset: string): void => {
    const id = `${topic} ${partition}`
    if (Number(lastOffset) + 1 >= (waiting.get(id) ?? 0)) waiting.delete(id)
    if (waiting.size === 0) over.resolve()
  }
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    if (!payload.restart) over.reject(payload.error)
  })
  consumer.on(consumer.events.END_BATCH_PROCESS, ({ payload }) => passed(payload.topic, payload.partition, payload.lastOffset))
  await consumer.run({
    eachBatch: async ({ batch: { topic, partition, messages } }) => {
      // A consumer that was started again by its driver reads on from what it has committed: some records come again.
      const id = `${topic} ${partition}`
      for (const message of messages) {
        if (Number(message.offset) < (next.get(id) ?? 0)) continue
        next.set(id, Number(message.offset) + 1)
        read.push(recordOf(topic, partition, message))
      }
    },
  })
  await over.promise
  await consumer.disconnect()
  return read
}

const recordOf = (topic: string, partition: number, { key, value, headers }: KafkaMessage): TopicRecord => ({
  topic,
  partition,
  key: key?.toString() ?? null,
  value: value?.toString() ?? null,
  headers: Object.fromEntries(Object.entries(headers ?? {}).map(([name, text]) => [name, String(text)])),
})
