import { setTimeout as sleep } from 'node:timers/promises'
import type { Broker, Cluster, TransactionOf } from './cluster.ts'
import type { ProducerSettings } from './options.ts'

/** Begins and ends transactions of one producer at the broker that keeps them. */
export interface Coordinator {
  readonly identity: TransactionOf
  /** Before the first record of a transaction goes to a partition. */
  readonly join: (partitions: readonly TopicPartition[]) => Promise<void>
  /** Resolves when the end is durable; readers see it a moment later. */
  readonly end: (how: 'commit' | 'abort') => Promise<void>
}

export interface TopicPartition {
  readonly topic: string
  readonly partition: number
}

const transactionCoordinator = 1

/** What passes by itself: the transaction before is still being ended, or its broker is only just taking over. */
const passing =
  /CONCURRENT_TRANSACTIONS|LOAD_IN_PROGRESS|NOT_COORDINATOR|COORDINATOR_NOT_AVAILABLE|UNKNOWN_TOPIC_OR_PARTITION|KafkaJSNumberOfRetriesExceeded/

const [firstPauseMs, longestPauseMs] = [1, 200]

/**
 * Takes the name: whoever had it before is fenced, and what he had not ended is given up. When it resolves, readers see of
 * him all that he committed.
 */
export const takeName = async (cluster: Cluster, settings: ProducerSettings): Promise<Coordinator> => {
  const transactionalId = `banyan-${settings.name}`
  const find = (): Promise<Broker> => cluster.findGroupCoordinator({ groupId: transactionalId, coordinatorType: transactionCoordinator })
  let broker = await find()
  const asked = async <T>(ask: (broker: Broker) => Promise<T>): Promise<T> => {
    const giveUpAtMs = Date.now() + settings.connectMs * 3
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
      try {
        return await ask(broker)
      } catch (error) {
        const { type, name } = error as { readonly type?: string; readonly name?: string }
        if (!passing.test(`${type} ${name}`) || Date.now() > giveUpAtMs) throw error
        if (/COORDINATOR/.test(String(type))) broker = await find()
      }
      await sleep(pauseMs)
    }
  }
  const { producerId, producerEpoch } = await asked((each) =>
    each.initProducerId({ transactionalId, transactionTimeout: settings.transactionTimeoutMs }),
  )
  const identity = { transactionalId, producerId, producerEpoch }
  return {
    identity,
    join: async (partitions) => {
      const byTopic = Map.groupBy(partitions, ({ topic }) => topic)
      const topics = [...byTopic].map(([topic, of]) => ({ topic, partitions: of.map(({ partition }) => partition) }))
      await asked((each) => each.addPartitionsToTxn({ ...identity, topics }))
    },
    end: async (how) => {
      await asked((each) => each.endTxn({ ...identity, transactionResult: how === 'commit' }))
    },
  }
}
