import type { Cluster } from './cluster.ts'
import type { Coordinator, TopicPartition } from './coordinator.ts'
import { sinkError, sinkFailure } from './failure.ts'
import type { ProducerSettings } from './options.ts'
import type { PartitionRecords } from './partition-batches.ts'
import type { SealedBatch } from './produce-body.ts'
import { deliver } from './deliver.ts'
import type { Compress, RecordBatch } from './record-batch.ts'

/** Sends batches inside of transactions, each partition's in order. */
export interface Sender {
  readonly send: (partitions: readonly PartitionRecords[]) => Promise<void>
  readonly commit: () => Promise<void>
  /** What is sent and not committed is given up. Best effort: the brokers do so by themselves after a while. */
  readonly abort: () => Promise<void>
}

interface SenderOptions {
  readonly settings: ProducerSettings
  readonly cluster: Cluster
  readonly coordinator: Coordinator
  readonly compress: Compress | null
}

const sequences = 2 ** 31

export const sender = ({ settings, cluster, coordinator, compress }: SenderOptions): Sender => {
  const { identity } = coordinator
  const producerId = BigInt(identity.producerId)
  const sequenceOf = new Map<string, number>()
  let joined = new Set<string>()
  let begunAtMs = 0
  const join = async (partitions: readonly PartitionRecords[]): Promise<void> => {
    const missing = partitions.filter((each) => !joined.has(idOf(each)))
    if (missing.length === 0) return
    if (joined.size === 0) begunAtMs = Date.now()
    await coordinator.join(missing)
    for (const each of missing) joined.add(idOf(each))
  }
  const seal = async ({ topic, partition }: TopicPartition, batch: RecordBatch): Promise<SealedBatch> => {
    const id = idOf({ topic, partition })
    const sequence = sequenceOf.get(id) ?? 0
    sequenceOf.set(id, (sequence + batch.count()) % sequences)
    const bytes = await batch.sealed({ id: producerId, epoch: identity.producerEpoch, sequence }, compress)
    return { topic, partition, bytes }
  }
  /** One batch of each partition; those of one broker in one request. */
  const sendRound = async (round: readonly (TopicPartition & { readonly batch: RecordBatch })[]): Promise<void> => {
    const sealed = await Promise.all(round.map((each) => seal(each, each.batch)))
    await deliver({ settings, cluster, transactionalId: identity.transactionalId }, sealed)
  }
  const inTime = async (step: () => Promise<void>): Promise<void> => {
    try {
      await step()
    } catch (error) {
      throw tookTooLong(settings, begunAtMs, sinkFailure(error, settings))
    }
  }
  return {
    send: (partitions) =>
      inTime(async () => {
        await join(partitions)
        const rounds = Math.max(0, ...partitions.map(({ batches }) => batches.length))
        for (let round = 0; round < rounds; round += 1) {
          await sendRound(
            partitions.flatMap(({ topic, partition, batches }) =>
              batches.slice(round, round + 1).map((batch) => ({ topic, partition, batch })),
            ),
          )
        }
      }),
    commit: () =>
      inTime(async () => {
        if (joined.size > 0) await coordinator.end('commit')
        joined = new Set()
      }),
    abort: async () => {
      if (joined.size > 0) await coordinator.end('abort').catch(() => {})
      joined = new Set()
    },
  }
}

const idOf = ({ topic, partition }: TopicPartition): string => `${partition} ${topic}`

/** Brokers that gave up a transaction for its age answer as if somebody else had taken the name. */
const tookTooLong = (settings: ProducerSettings, begunAtMs: number, error: Error & { readonly code: string }): Error => {
  if (error.code !== 'sink-fenced' || Date.now() - begunAtMs < settings.transactionTimeoutMs) return error
  return sinkError(
    settings,
    'sink-unreachable',
    `a transaction was open for longer than ${settings.transactionTimeoutMs} ms, and the brokers gave it up`,
    'nothing of it is to be seen; raise transactionTimeoutMs where it happens again',
    error,
  )
}
