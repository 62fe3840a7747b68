import { setTimeout as sleep } from 'node:timers/promises'
import { BanyanError } from '../../../src/model/errors.ts'
import type { Broker, Cluster, FetchedBatch } from './cluster.ts'
import { fetchedBatch } from './cluster.ts'

/** What to look for in the topic of positions. */
export interface PositionQuery {
  readonly topic: string
  /** Key of the positions. */
  readonly name: string
  /** Key of a record that was committed just now: what lies before it is all there is. */
  readonly openingKey: string
  readonly openingValue: string
}

/** Records and ends of transactions; most of the time the last of both is found in the first look. */
const firstLook = 64
const fetchBytes = 1 << 20
const [latest, earliest] = [-1, -2]
const [readUncommitted, readCommitted] = [0, 1]
const [pauseMs, patienceMs] = [10, 30_000]

/**
 * The last committed position; null: there is none. Looks from the topic's end, further and further back. A broker that has
 * just come back, or just taken over, may not know its own end yet: so it is asked until it shows the record that was
 * committed just now.
 *
 * @throws BanyanError sink-unreachable when that does not happen for long.
 */
export const lastPosition = async (cluster: Cluster, query: PositionQuery): Promise<string | null> => {
  const leader = cluster.findTopicPartitionMetadata(query.topic)[0]?.leader ?? -1
  const broker = await cluster.findBroker({ nodeId: String(leader) })
  const giveUpAtMs = Date.now() + patienceMs
  for (let look = firstLook; ; ) {
    const [low, high] = [await offsetOf(broker, query.topic, earliest), await offsetOf(broker, query.topic, latest)]
    const from = Math.max(low, high - look)
    const found = await seenFrom(broker, query, from, high)
    if (found.isOpened && (found.position !== null || from === low)) return found.position
    if (found.isOpened) look *= 16
    else if (Date.now() > giveUpAtMs) throw unsettled(query.topic)
    else await sleep(pauseMs)
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

interface Seen {
  readonly position: string | null
  /** The record that was committed just now was among them. */
  readonly isOpened: boolean
}

const seenFrom = async (broker: Broker, query: PositionQuery, from: number, to: number): Promise<Seen> => {
  let position: string | null = null
  for (let next = from; next < to; ) {
    const batch = await fetchFrom(broker, query.topic, next)
    for (const { key, value } of batch.messages) {
      const text = value?.toString() ?? ''
      if (key?.toString() === query.name) position = text
      else if (key?.toString() === query.openingKey && text === query.openingValue) return { position, isOpened: true }
    }
    next = Math.max(next, Number(batch.lastOffset())) + 1
  }
  return { position, isOpened: false }
}

const fetchFrom = async (broker: Broker, topic: string, offset: number): Promise<FetchedBatch> => {
  const { responses } = await broker.fetch({
    replicaId: -1,
    isolationLevel: readCommitted,
    maxWaitTime: 100,
    minBytes: 1,
    maxBytes: fetchBytes,
    topics: [{ topic, partitions: [{ partition: 0, fetchOffset: String(offset), maxBytes: fetchBytes }] }],
  })
  return fetchedBatch(topic, String(offset), responses[0]?.partitions[0])
}

const unsettled = (topic: string): BanyanError =>
  new BanyanError('sink-unreachable', `what was written to ${topic} cannot be read back`, {
    hint: 'look at the log of the brokers; nothing but the producer of this name may write to the topic',
    where: topic,
    retryable: true,
  })
