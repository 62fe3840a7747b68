import type { ChangeEmitter } from '../../../src/ports/change-emitter.ts'
import type { EmitTarget } from './emit-debezium.ts'
import { emit } from './emit-debezium.ts'
import { producerSettings } from '../produce/options.ts'
import { producerPreflight } from '../produce/preflight.ts'
import { emitSettings } from './emit-settings.ts'
import { topicOfTable } from './table-writer.ts'

/**
 * For `emit` of the config: what a run captures goes to topics in Debezium's envelopes, for `banyan run --emit debezium`.
 *
 * @throws BanyanError config-invalid for a property of the connector that cannot be used.
 */
export const debeziumTopics = (target: EmitTarget): ChangeEmitter => {
  const settings = emitSettings(target.connector, target.schema)
  const { kafka } = target
  return {
    form: 'debezium',
    preflight: (tables) => {
      const producer = producerSettings({ ...kafka, name: kafka.name ?? `emit.${settings.connector.prefix}` })
      const topics = tables.map(({ name }) => ({ topic: topicOfTable(name, settings), as: producer.newTopics }))
      const transactions = { topic: settings.connector.transactionTopic, as: { ...producer.newTopics, partitions: 1 } }
      return producerPreflight(producer, settings.transactions ? [...topics, transactions] : topics)
    },
    emit: (run) => emit({ ...target, ...run }),
  }
}
