import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterAll, expect, test, vi } from 'vitest'
import { startKafkaServer } from '../../../fixtures/services/kafka-server.ts'
import { changeSourceContract } from '../../../src/testing/change-source-contract.ts'
import { commonConfig } from '../../../fixtures/services/debezium-connector.ts'
import { dropSlot } from '../../support/fresh-database.ts'
import type { KafkaHarness, KafkaHarnessOptions } from '../../support/kafka-harness.ts'
import { startKafkaHarness } from '../../support/kafka-harness.ts'
import type { PostgresHarness } from '../../support/postgres-harness.ts'
import { startPostgresHarness } from '../../support/postgres-harness.ts'
import type { ParityCase, ParitySources } from './parity-cases.ts'
import { parityCase, paritySchema, parityTables } from './parity-cases.ts'
import { unreadableCases } from './unreadable-cases.ts'

// Every case starts a connector, and one of them sends 40 MB through it.
vi.setConfig({ testTimeout: 120_000 })

// The driver leaves so much garbage that what is held cannot be told from it.
setFlagsFromString('--expose-gc')
globalThis.gc = runInNewContext('gc') as NonNullable<typeof globalThis.gc>

/** Where Java cannot be had the cases are skipped with the reason, but under CI that is a failure. */
const started = await startKafkaServer(['postgres']).catch((error: unknown) => {
  if (process.env['CI'] !== undefined) throw error
  return String(error)
})
const server = typeof started === 'string' ? null : started
afterAll(() => server?.stop())

let cases = 0

const connectorOn = (legacy: PostgresHarness, more: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> => {
  cases += 1
  const { hostname, port, username, password, pathname } = new URL(legacy.url)
  const prefix = `kafka_${process.pid}_${cases}`
  return {
    ...commonConfig,
    'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
    'database.hostname': hostname,
    'database.port': port,
    'database.user': username,
    'database.password': password,
    'database.dbname': pathname.slice(1),
    'topic.prefix': prefix,
    'plugin.name': 'pgoutput',
    'slot.name': prefix,
    'publication.name': prefix,
    'publication.autocreate.mode': 'filtered',
    'schema.include.list': legacy.schema,
    ...more,
  }
}

const harnessOn = (
  legacy: PostgresHarness,
  connector: Readonly<Record<string, string>>,
  more: Partial<KafkaHarnessOptions> = {},
): Promise<KafkaHarness> =>
  startKafkaHarness({
    server: server ?? expect.fail('there is no server'),
    legacy,
    schema: legacy.schema,
    tables: legacy.openWith({}).tables,
    connector,
    cleanUp: () => dropSlot(legacy.url, connector['slot.name'] ?? ''),
    ...more,
  })

const reread = 'the connector reads tables again, by its own signals'

if (server === null) test.skip(`Debezium (${started})`)
else {
  changeSourceContract({
    name: 'Debezium for PostgreSQL',
    start: async () => {
      const legacy = await startPostgresHarness()
      return harnessOn(legacy, connectorOn(legacy))
    },
    skips: {
      'a read that ends has read again what was asked for at its beginning': reread,
      'a table that is asked for again comes beside the stream, and nothing older follows something newer': reread,
      'one that is interrupted goes on from its token, without being asked for again': reread,
      'a snapshot that was interrupted begins again from the beginning':
        'the snapshot is the connector’s: it lies in the topics as it was made',
      'a snapshot that was interrupted goes on from where it was, or begins again, and says which':
        'the same; what changed since comes as changes',
    },
  })
}

if (server !== null)
  unreadableCases(async () => {
    const legacy = await startPostgresHarness()
    const connector = connectorOn(legacy)
    const topic = `${connector['topic.prefix']}.${legacy.schema}.account`
    return { harness: await harnessOn(legacy, connector), broker: server.broker, topic }
  })

const startParity = async (config: Readonly<Record<string, string>>): Promise<ParitySources> => {
  const legacy = await startPostgresHarness()
  const session = await legacy.session()
  for (const sql of paritySchema) await session.run(sql)
  const native = legacy.openWith({ tables: parityTables })
  const harness = await harnessOn(legacy, connectorOn(legacy, config), { tables: native.tables, source: { wholeOldRows: ['whole'] } })
  const kafka = await harness.open()
  return {
    session,
    native,
    kafka,
    [Symbol.asyncDispose]: async () => {
      await kafka[Symbol.asyncDispose]()
      await native[Symbol.asyncDispose]()
      await session[Symbol.asyncDispose]()
      await harness[Symbol.asyncDispose]()
    },
  }
}

const withSchemas = { 'value.converter.schemas.enable': 'true', 'key.converter.schemas.enable': 'true' }

const unmarkedBytes = { b: 'a long bytea that an update left alone is not marked: preflight refuses this' }
const everyParity: readonly ParityCase[] = [
  { name: 'as it comes, without schemas, lz4', connector: { 'producer.override.compression.type': 'lz4' } },
  {
    name: 'texts, with schemas, zstd',
    connector: {
      ...withSchemas,
      'producer.override.compression.type': 'zstd',
      'time.precision.mode': 'isostring',
      'decimal.handling.mode': 'string',
      'interval.handling.mode': 'string',
      'binary.handling.mode': 'hex',
    },
    equal: ['span', 'exact', 'cents'],
    differ: { day: 'the infinities of a date, and years beyond four digits', clock: '24:00 is written as 00:00' },
  },
  { name: 'with schemas, snappy', connector: { ...withSchemas, 'producer.override.compression.type': 'snappy' }, equal: ['cents'] },
  {
    name: 'time.precision.mode=microseconds, gzip',
    connector: { 'producer.override.compression.type': 'gzip', 'time.precision.mode': 'microseconds' },
  },
  { name: 'adaptive_time_microseconds', connector: { 'time.precision.mode': 'adaptive_time_microseconds' } },
  { name: 'decimals as texts', connector: { 'decimal.handling.mode': 'string' }, equal: ['exact'] },
  { name: 'decimals as JSON numbers', connector: { 'value.converter.decimal.format': 'NUMERIC' } },
  { name: 'bytes for URLs', connector: { 'binary.handling.mode': 'base64-url-safe' }, differ: unmarkedBytes, unmarked: ['b'] },
  {
    name: 'bytes as base64 texts, with schemas',
    connector: { ...withSchemas, 'binary.handling.mode': 'base64' },
    equal: ['cents'],
    differ: unmarkedBytes,
    unmarked: ['b'],
  },
  { name: 'no tombstones', connector: { 'tombstones.on.delete': 'false' } },
  { name: 'a mark of one’s own for what was not sent', connector: { 'unavailable.value.placeholder': 'gone' } },
  {
    name: 'three partitions a topic',
    connector: {
      'topic.creation.default.partitions': '3',
      'topic.creation.default.replication.factor': '1',
      'topic.creation.ends.include': '.*transaction',
      'topic.creation.groups': 'ends',
      'topic.creation.ends.partitions': '1',
      'topic.creation.ends.replication.factor': '1',
    },
  },
]

if (server !== null)
  for (const each of process.env['BANYAN_SOAK'] === undefined ? everyParity.slice(0, 2) : everyParity) parityCase(each, startParity)
