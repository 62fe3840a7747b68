// What Banyan reads, as Debezium's connectors would write it to Kafka.

export { emitDebezium } from '../adapters/kafka/emit/emit-debezium.ts'

export type { EmitDebeziumOptions, EmitTarget, EmitTotals } from '../adapters/kafka/emit/emit-debezium.ts'
export type { Compression, NewTopics } from '../adapters/kafka/produce/transactional-producer.ts'
