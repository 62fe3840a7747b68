import type { ResumeToken } from '../../src/model/ids.ts'
import type { ChangeSource } from '../../src/ports/change-source.ts'
import { kafkajsClient } from './kafkajs-client.ts'
import type { KafkaOptions } from './options.ts'
import { settingsOf } from './options.ts'
import { parseToken } from './place.ts'
import { preflight } from './preflight.ts'
import { reader } from './reader.ts'

export { debeziumTopics } from './emit/debezium-topics.ts'
export { kafkaTopics } from './event-sink.ts'

export type { ConnectorConfig } from './connector-settings.ts'
export type { EmitTarget } from './emit/emit-debezium.ts'
export type { KafkaTopicsOptions } from './event-sink.ts'
export type { KafkaCredentials, KafkaOptions } from './options.ts'

/**
 * The topics that Debezium's PostgreSQL, MySQL and MariaDB connectors write, as a change source: whole transactions by the
 * transaction topic, exact values, and nothing that a connector makes up. What is acknowledged is committed to the group.
 */
export const kafka = (options: KafkaOptions): ChangeSource => {
  const settings = settingsOf(options)
  const reading = reader(settings, kafkajsClient)
  return {
    name: settings.name,
    read: reading.read,
    acknowledge: (token: ResumeToken) => reading.acknowledge(parseToken(token)),
    // The topics keep what they have: a snapshot that was interrupted goes on at its offset.
    resumable: async () => true,
    preflight: () => preflight(settings, kafkajsClient),
    tables: settings.tables,
    [Symbol.asyncDispose]: reading.dispose,
  }
}
