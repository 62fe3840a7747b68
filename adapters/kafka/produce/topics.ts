import type { Admin, ITopicConfig } from 'kafkajs'
import { openKafka } from '../kafkajs-client.ts'
import type { NewTopics, ProducerSettings } from './options.ts'

/** Makes those that are missing; what is there already stays as it is. */
export const makeTopics = async (settings: ProducerSettings, topics: readonly string[], as: NewTopics): Promise<void> => {
  const admin = openKafka(settings).admin()
  await admin.connect()
  try {
    const there = new Set(await admin.listTopics())
    const missing = topics.filter((topic) => !there.has(topic))
    if (missing.length > 0) await make(admin, missing, as)
  } finally {
    await admin.disconnect().catch(() => {})
  }
}

const make = async (admin: Admin, topics: readonly string[], as: NewTopics): Promise<void> => {
  await admin.createTopics({ topics: topics.map((topic) => newTopicEntries(topic, as)) })
}

/** What the brokers are told of a topic that is to be made. */
export const newTopicEntries = (
  topic: string,
  { partitions = 1, replicas, retentionMs, cleanup, settings = {} }: NewTopics,
): ITopicConfig => ({
  topic,
  numPartitions: partitions,
  ...(replicas === undefined ? {} : { replicationFactor: replicas }),
  configEntries: [
    ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
    ...(cleanup === undefined ? [] : [{ name: 'cleanup.policy', value: cleanup }]),
    ...Object.entries(settings).map(([name, value]) => ({ name, value })),
  ],
})
