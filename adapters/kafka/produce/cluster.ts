import { createRequire } from 'node:module'
import kafkajs from 'kafkajs'
import { registerCodecs } from '../codecs.ts'
import { quietRequestQueue } from '../request-queue.ts'
import type { ProducerSettings } from './options.ts'

// The driver's own producer costs more for each record than all else together (it checksums a byte at a time, and copies each
// record several times), so what it has below its producer is used: brokers, their connections, versions and sign-on.

/** What brokers answer with; only what is read of it. */
export interface ProducerIdentity {
  readonly producerId: string
  readonly producerEpoch: number
}

export interface TransactionOf extends ProducerIdentity {
  readonly transactionalId: string
}

export interface PartitionAnswer {
  readonly partition: number
  readonly errorCode: number
}

interface Request {
  readonly encode: () => Promise<{ readonly buf: Buffer; readonly buffer: Buffer }>
}

interface Protocol {
  readonly request: Request
  readonly response: {
    readonly decode: (raw: unknown) => Promise<unknown>
    readonly parse: (data: unknown) => unknown
  }
}

export interface Broker {
  readonly nodeId: string
  readonly lookupRequest: (apiKey: number, definition: unknown) => (fields: Readonly<Record<string, unknown>>) => Protocol
  readonly connectionPool: { readonly send: (protocol: Protocol) => Promise<unknown> }
  readonly initProducerId: (fields: { readonly transactionalId: string; readonly transactionTimeout: number }) => Promise<ProducerIdentity>
  readonly addPartitionsToTxn: (
    fields: TransactionOf & { readonly topics: readonly { readonly topic: string; readonly partitions: readonly number[] }[] },
  ) => Promise<unknown>
  readonly endTxn: (fields: TransactionOf & { readonly transactionResult: boolean }) => Promise<unknown>
  readonly listOffsets: (
    fields: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly responses: readonly { readonly partitions: readonly { readonly offset: string }[] }[] }>
  readonly fetch: (
    fields: Readonly<Record<string, unknown>>,
  ) => Promise<{ readonly responses: readonly { readonly partitions: readonly unknown[] }[] }>
}

export interface Cluster {
  readonly connect: () => Promise<void>
  readonly disconnect: () => Promise<void>
  readonly refreshMetadata: () => Promise<void>
  readonly addMultipleTargetTopics: (topics: readonly string[]) => Promise<void>
  readonly findTopicPartitionMetadata: (topic: string) => readonly { readonly partitionId: number; readonly leader: number }[]
  readonly findBroker: (of: { readonly nodeId: string }) => Promise<Broker>
  readonly findGroupCoordinator: (of: { readonly groupId: string; readonly coordinatorType: number }) => Promise<Broker>
}

/** Records of a fetch without those of transactions that were given up. */
export interface FetchedBatch {
  readonly messages: readonly { readonly offset: string; readonly key: Buffer | null; readonly value: Buffer | null }[]
  readonly lastOffset: () => string
}

const load = createRequire(import.meta.url)
const clusterClass = load('kafkajs/src/cluster') as new (options: Readonly<Record<string, unknown>>) => Cluster
const loggers = load('kafkajs/src/loggers') as {
  readonly createLogger: (options: { readonly level: number; readonly logCreator: () => () => void }) => unknown
}
const socketFactory = load('kafkajs/src/network/socketFactory') as () => unknown
const batchClass = load('kafkajs/src/consumer/batch') as new (topic: string, from: string, data: unknown) => FetchedBatch
const { requests } = load('kafkajs/src/protocol/requests') as { readonly requests: { readonly Produce: unknown } }
const errors = load('kafkajs/src/protocol/error') as { readonly createErrorFromCode: (code: number) => Error & { readonly type: string } }

export const fetchedBatch = (topic: string, from: string, data: unknown): FetchedBatch => new batchClass(topic, from, data)

/** The protocol's own name of an error. */
export const errorOfCode = (code: number): Error & { readonly type: string } => errors.createErrorFromCode(code)

export const openCluster = ({ brokers, ssl, sasl, name, connectMs }: ProducerSettings): Cluster => {
  // What was written may have been compressed in another way than what is.
  registerCodecs()
  quietRequestQueue()
  return new clusterClass({
    logger: loggers.createLogger({ level: kafkajs.logLevel.NOTHING, logCreator: () => () => {} }),
    socketFactory: socketFactory(),
    brokers: [...brokers],
    ssl,
    sasl,
    clientId: `banyan-${name}`,
    connectionTimeout: connectMs,
    requestTimeout: 30_000,
    enforceRequestTimeout: true,
    authenticationTimeout: connectMs,
    reauthenticationThreshold: 10_000,
    metadataMaxAge: 300_000,
    allowAutoTopicCreation: false,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 2000 },
  })
}

const produceKey = 0

export interface ProduceAnswer {
  readonly topics: readonly { readonly topicName: string; readonly partitions: readonly PartitionAnswer[] }[]
}

/** Sends a body that is written already; the answer of each partition is the caller's to look at. */
export const produce = async (broker: Broker, body: Buffer): Promise<ProduceAnswer> => {
  const { request, response } = broker.lookupRequest(produceKey, requests.Produce)({ acks: -1, topicData: [] })
  const answer = await broker.connectionPool.send({
    request: { ...request, encode: async () => ({ buf: body, buffer: body }) },
    response: { decode: response.decode, parse: (data) => data },
  })
  return answer as ProduceAnswer
}
