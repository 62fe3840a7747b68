import type { EpochMs } from '../../src/model/ids.ts'
import type { SourceTable } from '../../src/ports/change-source.ts'
import type { Assembler } from './assemble.ts'
import { assembler } from './assemble.ts'
import type { Consumption, KafkaClient, Membership, PartitionPlace, PartitionRange } from './client.ts'
import type { DebeziumRecord } from './debezium-record.ts'
import { debeziumDecoder } from './decoder.ts'
import { checkHeld } from './held-places.ts'
import type { Settings } from './options.ts'
import type { PartitionQueue } from './partition-queue.ts'
import { partitionQueue } from './partition-queue.ts'
import type { KafkaPlace } from './place.ts'
import { partitionId } from './place.ts'
import type { TableTopics } from './table-topics.ts'
import type { UnreadableTally } from './unreadable-tally.ts'
import { unreadableTally } from './unreadable-tally.ts'

/** A running consumption of certain partitions, and what is put together from them. */
export interface Session {
  readonly assemble: Assembler
  readonly tables: readonly PartitionQueue[]
  readonly boundaries: readonly PartitionQueue[]
  readonly unreadable: UnreadableTally
  /** Reads what signs of life have come. */
  readonly listen: () => void
  /** The time until which two heartbeats tell of nothing. Null: they do not. */
  readonly quietAt: () => EpochMs | null
  readonly pass: (at: EpochMs) => void
  /** Of all partitions that are read. */
  readonly partitions: ReadonlySet<string>
  /** Resolves when something has come, or after so long. @throws BanyanError when the consumption has ended */
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>
  readonly commit: (place: KafkaPlace) => void
  readonly stop: () => Promise<void>
}

export interface SessionOptions {
  readonly settings: Settings
  readonly client: KafkaClient
  /** Null: there is nothing to read yet, and so nobody who reads. */
  readonly member: Membership | null
  readonly captured: readonly SourceTable[]
  readonly topics: TableTopics
  readonly start: KafkaPlace
  /** Nothing was read before. */
  readonly isFirst: boolean
  readonly ranges: readonly PartitionRange[]
  readonly onNotice: (text: string) => void
}

const smallestQueueBytes = 32 << 10
const largestFetchBytes = 1 << 20

/** @throws BanyanError source-position-lost where a topic no longer holds what comes next. */
export const openSession = async (options: SessionOptions): Promise<Session> => {
  const { settings, client, ranges } = options
  const places = ranges.map((range) => ({ topic: range.topic, partition: range.partition, offset: startOf(options, range) }))
  const signals = wakeUps()
  const highWaterBytes = Math.max(smallestQueueBytes, Math.floor(settings.bufferBytes / Math.max(1, places.length)))
  const life = signsOfLife()
  let consumption: Consumption | null = null
  const flow = (topic: string, partition: number, stop: boolean): void => {
    if (stop) consumption?.pause(topic, partition)
    else consumption?.resume(topic, partition)
  }
  const queues = openQueues(options, { places, highWaterBytes, flow, hear: life.hear })
  const { heartbeatTopic } = settings.connector
  if (places.length > 0) {
    consumption = await client.consume({
      from: places,
      fetchBytes: Math.min(largestFetchBytes, Math.ceil(highWaterBytes / 2)),
      onBatch: (batch) => {
        if (batch.topic !== heartbeatTopic && batch.records.length > 0) life.disturb()
        queues.byId.get(partitionId(batch.topic, batch.partition))?.push(batch)
        signals.wake()
      },
      onFailure: signals.fail,
    })
    // What has come while it was being started could not be told to wait.
    for (const queue of queues.byId.values()) if (queue.isFull()) flow(queue.topic, queue.partition, true)
  }
  return {
    ...queues,
    partitions: new Set(places.map(({ topic, partition }) => partitionId(topic, partition))),
    listen: () => {
      for (const queue of queues.heartbeats) while (queue.front() !== null) queue.take()
    },
    quietAt: life.quietAt,
    pass: (at) => {
      life.forget()
      queues.assemble.pass(at)
    },
    wait: signals.wait,
    commit: committer(() => options.member),
    stop: async () => {
      const running = consumption
      consumption = null
      await running?.stop()
    },
  }
}

interface QueueFlow {
  readonly places: readonly PartitionPlace[]
  readonly highWaterBytes: number
  readonly flow: (topic: string, partition: number, stop: boolean) => void
  readonly hear: (record: DebeziumRecord) => void
}

interface Queues extends Pick<Session, 'assemble' | 'tables' | 'boundaries' | 'unreadable'> {
  readonly byId: ReadonlyMap<string, PartitionQueue>
  readonly heartbeats: readonly PartitionQueue[]
}

const openQueues = (options: SessionOptions, { places, highWaterBytes, flow, hear }: QueueFlow): Queues => {
  const { settings, topics, start, ranges, onNotice } = options
  const { connector, schema, wholeOldRows } = settings
  const decoder = debeziumDecoder({ settings: connector, tables: options.captured, schema, wholeOldRows })
  const unreadable = unreadableTally(settings)
  const queues = places.map(({ topic, partition, offset }) =>
    partitionQueue({
      topic,
      partition,
      from: offset,
      decoder,
      flattening: connector.flattening,
      highWaterBytes,
      flow: (stop) => flow(topic, partition, stop),
      onOther: hear,
      onRead: unreadable.count,
    }),
  )
  const of = (topic: string): readonly PartitionQueue[] => queues.filter((queue) => queue.topic === topic)
  const boundaries = settings.transactionTopic ? of(connector.transactionTopic) : []
  const heartbeats = of(connector.heartbeatTopic)
  const tables = inOrder(
    queues.filter((queue) => !boundaries.includes(queue) && !heartbeats.includes(queue)),
    topics,
  )
  const assemble = assembler({
    settings,
    collecting: { decoder, spoolFolder: settings.spoolFolder, thresholdBytes: settings.spoolThresholdBytes },
    start,
    reaches: new Map(ranges.map(({ topic, partition, high }) => [partitionId(topic, partition), high])),
    tables,
    boundaries,
    topicsOf: topics.of,
    captured: options.captured.map(({ name }) => name),
    onNotice,
    nowMs: Date.now,
  })
  return {
    assemble,
    tables,
    boundaries,
    heartbeats,
    unreadable,
    byId: new Map(queues.map((queue) => [queue.id, queue])),
  }
}

/** As the tables are declared, whatever the brokers tell first. */
const inOrder = (queues: readonly PartitionQueue[], { topics }: TableTopics): readonly PartitionQueue[] =>
  queues.toSorted((a, b) => topics.indexOf(a.topic) - topics.indexOf(b.topic) || a.partition - b.partition)

const startOf = ({ settings, start, isFirst, onNotice }: SessionOptions, range: PartitionRange): number => {
  const { topic, partition, low, high } = range
  // Old signs of life say nothing, and are the first that a topic forgets.
  if (topic === settings.connector.heartbeatTopic) return high
  const known = start.offsets.get(partitionId(topic, partition))
  if (known === undefined && isFirst) {
    if (low > 0) onNotice(`${topic}[${partition}] begins with offset ${low}: what was before it is not there any more`)
    return low
  }
  checkHeld(settings, range, known ?? 0)
  return known ?? 0
}

interface WakeUps {
  readonly wake: () => void
  readonly fail: (error: unknown) => void
  readonly wait: Session['wait']
}

const wakeUps = (): WakeUps => {
  let waiting = Promise.withResolvers<void>()
  let failed: { readonly error: unknown } | null = null
  const wake = (): void => waiting.resolve()
  return {
    wake,
    fail: (error) => {
      failed ??= { error }
      wake()
    },
    wait: async (ms, signal) => {
      const timer = setTimeout(wake, ms)
      signal.addEventListener('abort', wake, { once: true })
      await waiting.promise
      clearTimeout(timer)
      signal.removeEventListener('abort', wake)
      waiting = Promise.withResolvers()
      if (failed !== null) throw failed.error
    },
  }
}

interface SignsOfLife {
  readonly hear: (record: DebeziumRecord) => void
  readonly disturb: () => void
  readonly quietAt: () => EpochMs | null
  readonly forget: () => void
}

/** Of two heartbeats with nothing between them the first one's time has passed: the connector found nothing since. */
const signsOfLife = (): SignsOfLife => {
  let last: EpochMs | null = null
  let quietAt: EpochMs | null = null
  return {
    hear: (record) => {
      if (record.kind !== 'heartbeat') return
      quietAt = last
      last = record.at
    },
    disturb: () => {
      last = null
      quietAt = null
    },
    quietAt: () => quietAt,
    forget: () => {
      quietAt = null
    },
  }
}

/** One at a time; of those that come meanwhile the last is enough. */
const committer = (member: () => Membership | null): Session['commit'] => {
  let next: KafkaPlace | null = null
  let isBusy = false
  const run = async (): Promise<void> => {
    isBusy = true
    for (let place = next; place !== null; place = next) {
      next = null
      const places = [...place.offsets].map(([id, offset]) => {
        const space = id.indexOf(' ')
        return { topic: id.slice(space + 1), partition: Number(id.slice(0, space)), offset }
      })
      // The token is what counts: the group only shows to others how far this reader is.
      await member()
        ?.commit(places)
        .catch(() => {})
    }
    isBusy = false
  }
  return (place) => {
    next = place
    if (!isBusy) void run()
  }
}
