import type { Admin } from 'kafkajs'
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
  const { partitions = 1, replicas, retentionMs, cleanup, settings = {} } = as
  const entries = [
    ...(retentionMs === undefined ? [] : [{ name: 'retention.ms', value: String(retentionMs) }]),
    ...(cleanup === undefined ? [] : [{ name: 'cleanup.policy', value: cleanup }]),
    ...Object.entries(settings).map(([name, value]) => ({ name, value })),
  ]
  await admin.createTopics({
    topics: topics.map((topic) => ({
      topic,
      numPartitions: partitions,
      ...(replicas === undefined ? {} : { replicationFactor: replicas }),
      configEntries: entries,
    })),
  })
}
