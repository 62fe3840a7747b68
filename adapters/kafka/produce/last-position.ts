import { setTimeout as sleep } from 'node:timers/promises'
import { BanyanError } from '../../../src/model/errors.ts'
import type { Broker, Cluster } from './cluster.ts'
import { fetchedBatch } from './cluster.ts'

/** Records and ends of transactions; most of the time the last of both is found in the first look. */
const firstLook = 64
const fetchBytes = 1 << 20
const [latest, earliest] = [-1, -2]
const [readUncommitted, readCommitted] = [0, 1]
const [pauseMs, patienceMs] = [20, 30_000]

/**
 * The value of the last committed record of a topic with one partition; null: there is none. Looks from its end, further
 * and further back. Whoever asks is the only one who writes to it, and has no transaction open.
 */
export const lastPosition = async (cluster: Cluster, topic: string): Promise<string | null> => {
  const leader = cluster.findTopicPartitionMetadata(topic)[0]?.leader ?? -1
  const broker = await cluster.findBroker({ nodeId: String(leader) })
  const [low, high] = [await offsetOf(broker, topic, earliest), await offsetOf(broker, topic, latest)]
  for (let look = firstLook; ; look *= 16) {
    const from = Math.max(low, high - look)
    const found = await lastFrom(broker, topic, from, high)
    if (found !== null || from === low) return found
  }
}

const offsetOf = async (broker: Broker, topic: string, timestamp: number): Promise<number> => {
  const { responses } = await broker.listOffsets({
    replicaId: -1,
    isolationLevel: readUncommitted,
    topics: [{ topic, partitions: [{ partition: 0, timestamp }] }],
  })
  return Number(responses[0]?.partitions[0]?.offset ?? 0)
}

const lastFrom = async (broker: Broker, topic: string, from: number, to: number): Promise<string | null> => {
  let last: string | null = null
  const giveUpAtMs = Date.now() + patienceMs
  for (let next = from; next < to; ) {
    const { responses } = await broker.fetch({
      replicaId: -1,
      isolationLevel: readCommitted,
      maxWaitTime: 100,
      minBytes: 1,
      maxBytes: fetchBytes,
      topics: [{ topic, partitions: [{ partition: 0, fetchOffset: String(next), maxBytes: fetchBytes }] }],
    })
    const data = responses[0]?.partitions[0] as { readonly lastStableOffset?: string } | undefined
    // A transaction's end is still being written: what is behind it is not shown yet, and must not be taken for what is not there.
    if (Number(data?.lastStableOffset ?? 0) < to) {
      if (Date.now() > giveUpAtMs) throw unsettled(topic)
      await sleep(pauseMs)
      continue
    }
    const batch = fetchedBatch(topic, String(next), data)
    last = batch.messages.at(-1)?.value?.toString() ?? last
    next = Math.max(next, Number(batch.lastOffset())) + 1
  }
  return last
}

const unsettled = (topic: string): BanyanError =>
  new BanyanError('sink-unreachable', `a transaction in ${topic} does not end`, {
    hint: 'look at the log of the brokers; nothing but the producer of this name may write to the topic',
    where: topic,
    retryable: true,
  })
