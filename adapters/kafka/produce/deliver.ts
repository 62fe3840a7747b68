import { setTimeout as sleep } from 'node:timers/promises'
import type { Cluster } from './cluster.ts'
import { errorOfCode, produce } from './cluster.ts'
import { sinkError, sinkFailure } from './failure.ts'
import type { ProducerSettings } from './options.ts'
import type { SealedBatch } from './produce-body.ts'
import { produceBody } from './produce-body.ts'

export interface DeliverySettings {
  readonly settings: ProducerSettings
  readonly cluster: Cluster
  readonly transactionalId: string
}

const requestTimeoutMs = 30_000
const pauseMs = 50
/** Unknown topic, leader not available, not the leader: nothing was written. */
const passing: ReadonlySet<number> = new Set([3, 5, 6])

/**
 * One batch of each partition to its broker. A topic that was only just made is not yet known to the broker that is to have
 * it: those batches are sent again, and no others. @throws BanyanError sink-*
 */
export const deliver = async (to: DeliverySettings, sealed: readonly SealedBatch[]): Promise<void> => {
  const giveUpAtMs = Date.now() + to.settings.connectMs
  for (let left = sealed; ; ) {
    const byLeader = Map.groupBy(left, ({ topic, partition }) => leaderOf(to.cluster, topic, partition))
    const refused = await Promise.all([...byLeader].map(([leader, batches]) => request(to, leader, batches, Date.now() < giveUpAtMs)))
    left = refused.flat()
    if (left.length === 0) return
    await sleep(pauseMs)
    await to.cluster.refreshMetadata()
  }
}

const leaderOf = (cluster: Cluster, topic: string, partition: number): number =>
  cluster.findTopicPartitionMetadata(topic).find(({ partitionId }) => partitionId === partition)?.leader ?? -1

/** Gives those that were refused for a reason that passes. */
const request = async (
  { settings, cluster, transactionalId }: DeliverySettings,
  leader: number,
  batches: readonly SealedBatch[],
  mayPass: boolean,
): Promise<readonly SealedBatch[]> => {
  const broker = await cluster.findBroker({ nodeId: String(leader) })
  const answer = await produce(broker, produceBody(transactionalId, requestTimeoutMs, batches))
  const again: SealedBatch[] = []
  for (const { topicName, partitions } of answer.topics) {
    for (const { partition, errorCode } of partitions) {
      if (errorCode === 0) continue
      if (!mayPass || !passing.has(errorCode)) throw refusal(settings, `${topicName}[${partition}]`, errorCode)
      again.push(...batches.filter((batch) => batch.topic === topicName && batch.partition === partition))
    }
  }
  return again
}

const refusal = (settings: ProducerSettings, place: string, errorCode: number): Error => {
  const { code, message, hint, cause } = sinkFailure(errorOfCode(errorCode), settings)
  return sinkError(settings, code, `${message}: ${place}`, hint, cause)
}
