import { Kafka, logLevel } from 'kafkajs'
import type { Admin } from 'kafkajs'
import { setTimeout as sleep } from 'node:timers/promises'
import type { KafkaOptions } from '../../adapters/kafka/change-source.ts'
import { kafka } from '../../adapters/kafka/change-source.ts'
import type { KafkaServer } from '../../fixtures/services/kafka-server.ts'
import type { SourceItem } from '../../src/model/change-event.ts'
import type { ChangeSource, ReadOptions } from '../../src/ports/change-source.ts'
import type { ChangeSourceHarness, LegacySession, OpenOptions } from '../../src/testing/change-source-contract.ts'
import type { RunningConnector } from '../../fixtures/services/debezium-connector.ts'
import { startConnector } from '../../fixtures/services/debezium-connector.ts'

export interface KafkaHarness extends ChangeSourceHarness {
  readonly openWith: (options: Partial<KafkaOptions>) => Promise<ChangeSource>
  /** Resolves when everything that has committed is in the topics. */
  readonly delivered: () => Promise<void>
}

export interface KafkaHarnessOptions {
  readonly server: KafkaServer
  /** The database's own harness. */
  readonly legacy: ChangeSourceHarness
  readonly connector: Readonly<Record<string, string>>
  readonly schema: string
  readonly tables: KafkaOptions['tables']
  readonly source?: Partial<KafkaOptions>
  /** After the connector is gone. */
  readonly cleanUp?: () => Promise<void>
}

/** The topics of a real connector on a legacy. The connector starts, and makes its snapshot, when a source is first opened. */
export const startKafkaHarness = async (options: KafkaHarnessOptions): Promise<KafkaHarness> => {
  const { server, legacy, connector: config, schema } = options
  const prefix = config['topic.prefix'] ?? ''
  const session = await legacy.session()
  await session.run('create table marker (id int primary key)')
  const admin = new Kafka({ brokers: [server.broker], logLevel: logLevel.NOTHING }).admin()
  await admin.connect()
  let running: RunningConnector | null = null
  let markers = 0
  const delivered = async (): Promise<void> => {
    if (running === null) return
    markers += 1
    await session.run(`insert into marker (id) values (${markers})`)
    while ((await endOf(admin, `${prefix}.${schema}.marker`)) < markers) await sleep(10)
  }
  const openWith = async (more: Partial<KafkaOptions>): Promise<ChangeSource> => {
    running ??= await startConnector(server, config)
    const source = kafka({
      name: 'legacy',
      groupId: prefix,
      brokers: [server.broker],
      connector: config,
      tables: options.tables,
      schema,
      progressEveryMs: 50,
      topicsEveryMs: 100,
      ...options.source,
      ...more,
    })
    return {
      ...source,
      read: (reading) => readDelivered(source, reading, delivered),
      [Symbol.asyncDispose]: () => source[Symbol.asyncDispose](),
    }
  }
  const small = { bufferBytes: 3 << 20, spoolThresholdBytes: 64 << 10, snapshotRows: 200 }
  return {
    session: legacy.session,
    openWith,
    delivered,
    open: ({ smallBuffers = false }: OpenOptions = {}) => openWith(smallBuffers ? small : {}),
    [Symbol.asyncDispose]: async () => {
      await running?.stop()
      await closed(session)
      await admin.disconnect()
      await options.cleanUp?.()
      await legacy[Symbol.asyncDispose]()
    },
  }
}

const closed = (session: LegacySession): PromiseLike<void> => session[Symbol.asyncDispose]()

const endOf = async (admin: Admin, topic: string): Promise<number> => {
  try {
    const offsets = await admin.fetchTopicOffsets(topic)
    return offsets.reduce((sum, { high }) => sum + Number(high), 0)
  } catch {
    return 0
  }
}

/** What "now" is for the database, the topics know a moment later. */
async function* readDelivered(source: ChangeSource, options: ReadOptions, delivered: () => Promise<void>): AsyncGenerator<SourceItem> {
  if (options.until === 'current') await delivered()
  yield* source.read(options)
}
