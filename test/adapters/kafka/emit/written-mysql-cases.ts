import { expect, test } from 'vitest'
import { debeziumTopics } from '../../../../adapters/kafka/emit/debezium-topics.ts'
import type { EmitTarget } from '../../../../adapters/kafka/emit/emit-debezium.ts'
import { emitDebezium } from '../../../../adapters/kafka/emit/emit-debezium.ts'
import type { KafkaServer } from '../../../../fixtures/services/kafka-server.ts'
import type { Flavour, MysqlServer } from '../../../../fixtures/services/mysql-server.ts'
import { mysqlRows, openMysql } from '../../../../fixtures/services/mysql-server.ts'
import { run as runPipeline } from '../../../../src/pipeline/run.ts'
import { openStore } from '../../../../src/store/open.ts'
import { freshDatabase } from '../../../support/fresh-database.ts'
import { startMysqlHarness } from '../../../support/mysql-harness.ts'
import type { TopicRecord } from '../../../support/read-topics.ts'
import { readTopics } from '../../../support/read-topics.ts'
import { connectorOn, harnessOn } from '../mysql-connector.ts'
import { everyType, everyTypeSession } from '../mysql-parity.ts'

const tables = ['every_type', 'account', 'pair']

/** Several tables, rows that change and go, keys that change, tables that are emptied. */
const workload: readonly string[] = [
  'INSERT INTO account (id, note) VALUES (9007199254740993, "big"), (2, NULL)',
  'BEGIN',
  "INSERT INTO pair VALUES ('EU', 7, 'x')",
  "UPDATE account SET note = 'ü🌳', price = 1.50 WHERE id = 2",
  "UPDATE pair SET label = 'y' WHERE no = 7",
  'COMMIT',
  'UPDATE pair SET no = 8 WHERE no = 7',
  'BEGIN',
  'UPDATE account SET id = id + 10 WHERE id = 2',
  'DELETE FROM pair WHERE no = 8',
  'COMMIT',
  'UPDATE every_type SET id = id + 1000 WHERE id >= 100',
  'DELETE FROM every_type WHERE id >= 1000',
  'TRUNCATE TABLE account',
]

type Struct = Readonly<Record<string, unknown>>

/** With whole numbers as they are written, for some have more digits than a number holds; of others only the value counts. */
const parsed = (text: string): unknown =>
  JSON.parse(text, (_name, value: unknown, context?: { readonly source?: string }) => {
    if (typeof value !== 'number') return value
    const digits = context?.source ?? ''
    return { number: /^-?\d+$/.test(digits) ? digits : Number.isSafeInteger(value) ? String(value) : value }
  })

/** Leaves of a record by their path, but for instants, and for what the prefix of its topics is. */
const leavesOf = (record: TopicRecord, prefix: string): ReadonlyMap<string, unknown> => {
  const leaves = new Map<string, unknown>([
    ['key', record.key?.replaceAll(prefix, 'prefix') ?? null],
    ['tombstone', record.value === null],
  ])
  const walk = (value: unknown, path: string): void => {
    const isStruct = value !== null && typeof value === 'object' && !Array.isArray(value) && !('number' in value)
    if (!isStruct) leaves.set(path, value)
    else
      for (const [name, inner] of Object.entries(value as Struct)) walk(inner, path === '' || path === 'payload' ? name : `${path}.${name}`)
  }
  if (record.value !== null) walk(parsed(record.value.replaceAll(prefix, 'prefix')), '')
  for (const path of [...leaves.keys()]) if (/(?:^|\.)ts_[mun]s$/.test(path)) leaves.delete(path)
  for (const [name, text] of Object.entries(record.headers)) leaves.set(`header ${name}`, text)
  return leaves
}

/** Paths at which two records differ; `after.x` and `before.x` are one. */
const differing = (mine: ReadonlyMap<string, unknown>, theirs: ReadonlyMap<string, unknown>): readonly string[] =>
  [...new Set([...mine.keys(), ...theirs.keys()])]
    .filter((path) => JSON.stringify(mine.get(path) ?? null) !== JSON.stringify(theirs.get(path) ?? null))
    .map((path) => path.replace(/^(?:before|after)\./, ''))

/** What no field of a row is, and why it differs. */
const around = {
  'source.version': 'each names its own',
  'source.server_id': 'not known: 0',
  'source.file': 'the number of the log alone',
  'source.pos': 'the end of the commit',
  'source.row': 'numbered through the transaction',
  'source.snapshot':
    'the default of the schema, which the converter of the tests leaves out; of a snapshot, the tables are read in another order',
  ...Object.fromEntries(
    ['connectorLogicalName', 'connectorName', 'runId', 'taskId'].map((name) => [
      `header __debezium.context.${name}`,
      'tell of the worker of Connect',
    ]),
  ),
} as const

/** Columns of which the connector says something else, and why. */
const columns = {
  y: 'of the year 0 the connector makes 1900, or in its snapshot 2000',
  e: 'the connector writes a backslash before the comma of a label',
} as const

/** As both come without being told anything. */
export const byDefault: Readonly<Record<Flavour, Readonly<Record<string, string>>>> = {
  mysql: {
    ...around,
    ...columns,
    'source.thread': 'not known',
    'transaction.id': 'the connector tells a truncation in no transaction',
    'transaction.total_order': 'as transaction.id',
    'transaction.data_collection_order': 'as transaction.id',
    f: 'of a float the connector reads six digits in its snapshot',
    j: 'the connector prints JSON in its own way, and times in it wrongly',
    ts6: 'in its stream the connector pads a fraction with zeros',
  },
  mariadb: {
    ...around,
    ...columns,
    ts6: 'in its stream the connector pads a fraction with zeros',
    u4: 'the connector shifts a UUID that ends with a zero byte',
  },
}

export const texts = {
  'time.precision.mode': 'isostring',
  'decimal.handling.mode': 'string',
  'bigint.unsigned.handling.mode': 'precise',
  'binary.handling.mode': 'hex',
} as const
const times = Object.fromEntries(
  ['t0', 't1', 't3', 't6'].map((column) => [column, 'beyond a day and below zero the connector writes null']),
)
export const asTexts: typeof byDefault = { mysql: { ...byDefault.mysql, ...times }, mariadb: { ...byDefault.mariadb, ...times } }

export const schemas = { 'key.converter.schemas.enable': 'true', 'value.converter.schemas.enable': 'true' } as const
const optional = { 'schema.fields': 'columns beside the key are optional, and none has a default' } as const
export const withSchemas: typeof byDefault = { mysql: { ...byDefault.mysql, ...optional }, mariadb: { ...byDefault.mariadb, ...optional } }

export interface WrittenCase {
  readonly name: string
  readonly connector: Readonly<Record<string, string>>
  /** Fields that differ from the connector's, and why. */
  readonly differ: Readonly<Record<string, string>>
}

/** One workload, by the real connector and by Banyan, into the topics of one broker: the same records but for what is listed. */
export const writtenCase = (kafka: KafkaServer, server: MysqlServer, { name, connector, differ }: WrittenCase): void => {
  test(`${server.flavour}: a real connector wrote the same of the same workload: ${name}`, { timeout: 120_000 }, async () => {
    const legacy = await startMysqlHarness(server)
    const connection = await openMysql(legacy.url)
    const run = (sql: string): ReturnType<typeof mysqlRows> => mysqlRows(connection, sql)
    const types = everyType(server.flavour)
    await run(everyTypeSession)
    for (const sql of [
      types.table,
      ...(server.flavour === 'mysql' ? types.inserts(0) : []),
      "INSERT INTO pair VALUES ('AS', 1, 'a'), ('AS', 2, 'b')",
    ])
      await run(sql)
    const theirs = connectorOn(kafka, server, legacy, connector)
    const real = theirs['topic.prefix'] ?? ''
    await using harness = await harnessOn(kafka, legacy, theirs, tables)
    await using through = await harness.open()
    await through.tables()
    const [direct, stored] = [`direct_${real}`, `stored_${real}`]
    const target = (prefix: string): EmitTarget => ({
      kafka: { brokers: [kafka.broker] },
      connector: { ...theirs, 'topic.prefix': prefix },
    })
    const { signal } = new AbortController()
    const database = await freshDatabase()
    await using store = await openStore({ url: database.url })
    const emit = async (): Promise<void> => {
      await using source = legacy.openWith({ tables })
      await emitDebezium({ ...target(direct), source, signal, until: 'current' })
      const config = { source, rules: [], journeys: [], contexts: [], time: null, emit: debeziumTopics(target(stored)) }
      await runPipeline({ config, store, signal, once: true, emit: true })
    }
    await emit()
    for (const sql of [...types.inserts(100), ...workload]) await run(sql)
    await emit()
    await harness.delivered()
    connection.destroy()
    const topics = [direct, stored, real].flatMap((prefix) => tables.map((table) => `${prefix}.${legacy.schema}.${table}`))
    // One by one: where a fetch has no room left for a topic, its reader takes that for the end.
    const records: TopicRecord[] = []
    for (const topic of topics) records.push(...(await readTopics(kafka.broker, [topic])))
    const leavesBy = (prefix: string, table: string): readonly ReadonlyMap<string, unknown>[] =>
      records.filter(({ topic }) => topic === `${prefix}.${legacy.schema}.${table}`).map((record) => leavesOf(record, prefix))
    const compared = (prefix: string): readonly string[] => {
      const different = new Set<string>()
      for (const table of tables) {
        const [own, other] = [leavesBy(prefix, table), leavesBy(real, table)]
        expect(own.map((leaves) => [leaves.get('key'), leaves.get('op')])).toEqual(
          other.map((leaves) => [leaves.get('key'), leaves.get('op')]),
        )
        for (const [index, leaves] of own.entries()) for (const path of differing(leaves, other[index] ?? new Map())) different.add(path)
      }
      return [...different].toSorted()
    }
    expect(compared(direct)).toEqual(Object.keys(differ).toSorted())
    expect(compared(stored)).toEqual(Object.keys(differ).toSorted())
    await database.drop()
  })
}

export const flavours: readonly Flavour[] = ['mysql', 'mariadb']
