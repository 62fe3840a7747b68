import { randomUUID } from 'node:crypto'
import type { Cluster } from './cluster.ts'
import { openCluster } from './cluster.ts'
import { compressOf } from './compress.ts'
import { takeName } from './coordinator.ts'
import { sinkError, sinkFailure } from './failure.ts'
import { lastPosition } from './last-position.ts'
import type { NewTopics, ProducerOptions, ProducerSettings } from './options.ts'
import { producerSettings } from './options.ts'
import type { PartitionBatches } from './partition-batches.ts'
import { partitionBatches } from './partition-batches.ts'
import { partitionOf } from './partition-of.ts'
import type { RecordHeaders } from './record-batch.ts'
import type { Sender } from './sender.ts'
import { sender } from './sender.ts'
import { makeTopics } from './topics.ts'

export type { Compression, NewTopics, ProducerOptions } from './options.ts'
export type { RecordHeaders } from './record-batch.ts'

export interface ProducerRecord {
  readonly topic: string
  /** Default: by the key, as Kafka's own producer does it; without a key the first. */
  readonly partition?: number
  readonly key: Uint8Array | null
  /** Null: a tombstone. */
  readonly value: Uint8Array | null
  readonly headers?: RecordHeaders
}

/**
 * Writes records together with a *position* of the caller's, in Kafka transactions: of a commit a reader with
 * `read_committed` sees all or nothing, and whoever opens a producer of the same name later is told the position of the last
 * commit. Going on from there nothing is lost and nothing doubled, whenever the process was killed.
 * A failure ends it: open it anew, and go on from the position that it tells then.
 */
export interface TransactionalProducer extends AsyncDisposable {
  /** Of the last commit under this name; null: there is none. */
  readonly position: string | null
  /** Makes topics that are missing, as `newTopics` of the options says where nothing else is said. Needed before the first record to a topic. */
  readonly prepare: (topics: readonly string[], as?: NewTopics) => Promise<void>
  /** Takes a record into the open transaction. The bytes may be used again at once. False: wait for `drained` before adding more. */
  readonly add: (record: ProducerRecord) => boolean
  /** Resolves when there is room again. */
  readonly drained: () => Promise<void>
  /**
   * Ends the transaction: what was added since the last commit, and the position. Resolves when it is durable. The next one may
   * be begun at once; they are committed in order. @throws BanyanError sink-*
   */
  readonly commit: (position: string) => Promise<void>
}

/**
 * Takes the name: an older producer of this name can commit no more. @throws BanyanError sink-unreachable, sink-refused,
 * sink-topic, config-invalid
 */
export const transactionalProducer = async (options: ProducerOptions): Promise<TransactionalProducer> => {
  const settings = producerSettings(options)
  const cluster = openCluster(settings)
  try {
    await makeTopics(settings, [settings.positionTopic], positionTopicAs(settings))
    await cluster.connect()
    await known(cluster, [settings.positionTopic])
    const coordinator = await takeName(cluster, settings)
    const sending = sender({ settings, cluster, coordinator, compress: compressOf(settings.compression) })
    return writing({ settings, cluster, position: await opened(settings, cluster, sending), sender: sending })
  } catch (error) {
    await cluster.disconnect().catch(() => {})
    throw sinkFailure(error, settings)
  }
}

/** Commits a record that says so, and reads what was committed before it. */
const opened = async (settings: ProducerSettings, cluster: Cluster, { send, commit }: Sender): Promise<string | null> => {
  const [openingKey, openingValue] = [`${settings.name} opened`, randomUUID()]
  const opening = partitionBatches(settings.positionTopic, 0, settings.batchBytes)
  opening.append(Buffer.from(openingKey), Buffer.from(openingValue), null)
  await send([opening.take()])
  await commit()
  return lastPosition(cluster, { topic: settings.positionTopic, name: settings.name, openingKey, openingValue })
}

/** Small segments: only those that are full are compacted, and the position is read from what is left. */
const positionTopicAs = ({ newTopics: { replicas } }: ProducerSettings): NewTopics => ({
  ...(replicas === undefined ? {} : { replicas }),
  partitions: 1,
  cleanup: 'compact',
  settings: { 'segment.bytes': String(1 << 20), 'min.cleanable.dirty.ratio': '0.1' },
})

/** What a topic is made of may be known to the brokers a moment after it was made. */
const known = async (cluster: Cluster, topics: readonly string[]): Promise<void> => {
  await cluster.addMultipleTargetTopics(topics)
  if (topics.some((topic) => cluster.findTopicPartitionMetadata(topic).length === 0)) await cluster.refreshMetadata()
}

interface Writing {
  readonly settings: ProducerSettings
  readonly cluster: Cluster
  readonly sender: Sender
  readonly position: string | null
}

const writing = ({ settings, cluster, sender: { send, commit, abort }, position }: Writing): TransactionalProducer => {
  const topics = new Map<string, readonly PartitionBatches[]>()
  let touched = new Set<PartitionBatches>()
  let addedBytes = 0
  let unsentBytes = 0
  let failed: { readonly error: unknown } | null = null
  let tail: Promise<void> = Promise.resolve()
  /** One after another. The first failure is that of all that follow. */
  const inOrder = (step: () => Promise<void>): Promise<void> => {
    const done = tail.then(async () => {
      if (failed !== null) throw failed.error
      await step()
    })
    tail = done.catch((error: unknown) => {
      failed ??= { error }
    })
    return done
  }
  const sendAdded = (): Promise<void> => {
    // Taken now: what is added from here on belongs to what comes after.
    const [partitions, bytes] = [[...touched].map((each) => each.take()), addedBytes]
    touched = new Set()
    addedBytes = 0
    unsentBytes += bytes
    const done = inOrder(() => send(partitions))
    return done.finally(() => {
      unsentBytes -= bytes
    })
  }
  const add = ({ topic, partition, key, value, headers }: ProducerRecord): boolean => {
    const partitions = topics.get(topic)
    if (partitions === undefined) throw notPrepared(settings, topic)
    const into = partitions[partition ?? partitionOf(key, partitions.length)]
    if (into === undefined) throw notPrepared(settings, `${topic}[${partition}]`)
    into.append(key, value, headers ?? null)
    touched.add(into)
    addedBytes += (key?.length ?? 0) + (value?.length ?? 0)
    if (addedBytes >= settings.batchBytes && unsentBytes === 0) void sendAdded().catch(() => {})
    return addedBytes + unsentBytes < settings.bufferBytes
  }
  return {
    position,
    prepare: async (names, as) => {
      const fresh = names.filter((name) => !topics.has(name))
      if (fresh.length === 0) return
      try {
        await makeTopics(settings, fresh, as ?? settings.newTopics)
        await known(cluster, fresh)
      } catch (error) {
        throw sinkFailure(error, settings)
      }
      for (const topic of fresh) topics.set(topic, partitionsOf(cluster, topic, settings.batchBytes))
    },
    add,
    drained: async () => {
      if (unsentBytes === 0 && addedBytes >= settings.batchBytes) void sendAdded().catch(() => {})
      await tail
      if (failed !== null) throw failed.error
    },
    commit: (at) => {
      topics.set(
        settings.positionTopic,
        topics.get(settings.positionTopic) ?? partitionsOf(cluster, settings.positionTopic, settings.batchBytes),
      )
      add({ topic: settings.positionTopic, key: Buffer.from(settings.name), value: Buffer.from(at) })
      void sendAdded().catch(() => {})
      return inOrder(commit)
    },
    [Symbol.asyncDispose]: async () => {
      await tail
      await abort()
      await cluster.disconnect().catch(() => {})
    },
  }
}

const partitionsOf = (cluster: Cluster, topic: string, batchBytes: number): readonly PartitionBatches[] =>
  cluster
    .findTopicPartitionMetadata(topic)
    .map(({ partitionId }) => partitionId)
    .toSorted((a, b) => a - b)
    .map((partition) => partitionBatches(topic, partition, batchBytes))

const notPrepared = (settings: ProducerSettings, topic: string): Error =>
  sinkError(settings, 'internal', `${topic} was not prepared`, 'report it: topics are prepared before records are added')
