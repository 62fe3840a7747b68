import type { ConnectionOptions } from 'node:tls'
import { BanyanError } from '../../../src/model/errors.ts'
import type { KafkaCredentials } from '../options.ts'

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd'

/** How topics are made that are missing. What is not said is the broker's own default. */
export interface NewTopics {
  /** Default 1. */
  readonly partitions?: number
  readonly replicas?: number
  /** How long records are kept; -1: for ever. */
  readonly retentionMs?: number
  /** `compact` keeps the last record of each key. */
  readonly cleanup?: 'delete' | 'compact' | 'compact,delete'
  /** Other settings of a topic, by their names at the broker. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Brokers, and how one name writes to them. */
export interface ProducerOptions {
  /** Of letters, digits, `.`, `_`, `-`. One instance at a time writes under a name; the newest fences those before it. */
  readonly name: string
  /** `host:port` of some brokers. */
  readonly brokers: readonly string[]
  readonly ssl?: boolean | ConnectionOptions
  readonly sasl?: KafkaCredentials
  /** Default none. */
  readonly compression?: Compression
  readonly newTopics?: NewTopics
  /** Of one partition, sent as one; topics must allow it (max.message.bytes). Default 900 KiB. */
  readonly batchBytes?: number
  /** Added and not yet taken by the brokers, before whoever adds must wait. Default 4 MiB. */
  readonly bufferBytes?: number
  /** After which the brokers end a transaction whose producer is gone. Default 60 s. */
  readonly transactionTimeoutMs?: number
  readonly connectMs?: number
}

/** Options with every default filled in. */
export interface ProducerSettings extends Required<Omit<ProducerOptions, 'ssl' | 'sasl'>> {
  readonly ssl?: boolean | ConnectionOptions
  readonly sasl?: KafkaCredentials
  /** The compacted topic that holds how far this producer is. */
  readonly positionTopic: string
}

const topicName = /^[A-Za-z0-9._-]{1,200}$/

/** @throws BanyanError config-invalid */
export const producerSettings = (options: ProducerOptions): ProducerSettings => {
  if (options.brokers.length === 0) throw invalid('brokers', 'name at least one broker, host:port')
  if (!topicName.test(options.name)) throw invalid('name', 'use letters, digits, ".", "_" and "-", 200 at most')
  return {
    name: options.name,
    brokers: options.brokers,
    ...(options.ssl === undefined ? {} : { ssl: options.ssl }),
    ...(options.sasl === undefined ? {} : { sasl: options.sasl }),
    compression: options.compression ?? 'none',
    newTopics: options.newTopics ?? {},
    batchBytes: options.batchBytes ?? 900 << 10,
    bufferBytes: options.bufferBytes ?? 4 << 20,
    transactionTimeoutMs: options.transactionTimeoutMs ?? 60_000,
    connectMs: options.connectMs ?? 10_000,
    positionTopic: `banyan.position.${options.name}`,
  }
}

const invalid = (option: string, hint: string): BanyanError =>
  new BanyanError('config-invalid', `kafka option ${option} is not usable`, { hint, where: option })
