import type { Consumer, Kafka } from 'kafkajs'
import type { Membership, PartitionPlace } from './client.ts'
import { failure } from './failure.ts'
import { oneReader } from './one-reader.ts'
import type { Settings } from './options.ts'

/** How often a member looks whether it is time for a sign of life. */
const lookMs = 100
/** Signs of life: by the next one a member knows that others came or went. */
const heartbeatMs = 1000

/** Takes part in the group, by one topic of which nothing is fetched. Resolves when the group has said who reads. @throws BanyanError */
export const joinGroup = async (kafka: Kafka, settings: Settings, topic: string): Promise<Membership> => {
  const waitsSinceMs = Date.now()
  let readsSinceMs: number | null = null
  let failed: { readonly error: unknown } | null = null
  let changed = Promise.withResolvers<void>()
  const tell = (): void => {
    changed.resolve()
    changed = Promise.withResolvers()
  }
  const consumer = kafka.consumer({
    groupId: settings.groupId,
    allowAutoTopicCreation: false,
    partitionAssigners: [oneReader(topic, () => ({ readsSinceMs, waitsSinceMs }))],
    maxWaitTimeInMs: lookMs,
    sessionTimeout: settings.sessionMs,
    rebalanceTimeout: settings.sessionMs,
    heartbeatInterval: Math.min(heartbeatMs, Math.floor(settings.sessionMs / 3)),
    // A member that outlives its brokers need not wait for its own former self.
    retry: { retries: 10, initialRetryTime: 100, maxRetryTime: 2000, restartOnFailure: async () => false },
  })
  consumer.on(consumer.events.CRASH, ({ payload }) => {
    failed = { error: failure(payload.error, settings) }
    readsSinceMs = null
    tell()
  })
  consumer.on(consumer.events.GROUP_JOIN, ({ payload: { memberAssignment } }) => {
    const partitions = memberAssignment[topic]
    if (partitions === undefined) readsSinceMs = null
    else {
      readsSinceMs ??= Date.now()
      consumer.pause([{ topic, partitions: [...partitions] }])
    }
    tell()
  })
  await started(consumer, topic, settings)
  const checked = (): void => {
    if (failed !== null) throw failed.error
  }
  return {
    isReader: () => readsSinceMs !== null,
    turn: async (signal) => {
      signal.addEventListener('abort', tell, { once: true })
      while (readsSinceMs === null && !signal.aborted) {
        checked()
        await changed.promise
      }
      signal.removeEventListener('abort', tell)
    },
    checked,
    commit: (places) => commit(consumer, places),
    leave: () => consumer.disconnect().catch(() => {}),
  }
}

const started = async (consumer: Consumer, topic: string, settings: Settings): Promise<void> => {
  try {
    await consumer.connect()
    await consumer.subscribe({ topics: [topic] })
    await consumer.run({ autoCommit: false, eachBatch: async () => {} })
  } catch (error) {
    await consumer.disconnect().catch(() => {})
    throw failure(error, settings)
  }
}

const commit = async (consumer: Consumer, places: readonly PartitionPlace[]): Promise<void> => {
  await consumer.commitOffsets(places.map(({ topic, partition, offset }) => ({ topic, partition, offset: String(offset) })))
}
