import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { connectorSettings } from '../../../../adapters/kafka/connector-settings.ts'
import type { ConnectorConfig } from '../../../../adapters/kafka/connector-settings.ts'
import type { DebeziumChange } from '../../../../adapters/kafka/debezium-record.ts'
import { debeziumDecoder } from '../../../../adapters/kafka/decoder.ts'
import type { KafkaRecord } from '../../../../adapters/kafka/record.ts'
import type { LegacyTransaction, SourceItem } from '../../../../src/model/change-event.ts'
import type { Row } from '../../../../src/model/value.ts'
import type { SourceTable } from '../../../../src/ports/change-source.ts'
import { changesOf, endOf, readCurrent, transactionsOf } from '../../../../src/testing/change-source/harness.ts'
import { startPostgresHarness } from '../../../support/postgres-harness.ts'
import { parityWorkload, paritySchema, parityTables } from '../parity-cases.ts'
import { recordsOf } from './records-of.ts'

const shorter = (sql: string): string =>
  sql.replaceAll("repeat('long ', 100000)", "repeat('long ', 10)").replaceAll("repeat('ab', 70000)", "repeat('ab', 70)")

interface Read {
  readonly items: readonly SourceItem[]
  readonly tables: readonly SourceTable[]
  readonly schema: string
}

const nativelyRead = async (): Promise<Read> => {
  await using legacy = await startPostgresHarness()
  await using session = await legacy.session()
  for (const sql of paritySchema) await session.run(sql)
  await using source = legacy.openWith({ tables: parityTables })
  const from = endOf(await readCurrent(source, null))
  for (const sql of parityWorkload) await session.run(shorter(sql))
  const items = await readCurrent(source, from)
  // Read before the database goes.
  const held = items.map((item) => (item.kind === 'transaction' ? heldTransaction(item) : item))
  return { items: held, tables: await source.tables(), schema: legacy.schema }
}

const heldTransaction = (transaction: LegacyTransaction): LegacyTransaction => {
  const changes = [...transaction.changes()]
  return { ...transaction, changes: () => changes }
}

const read = await nativelyRead()

const configOf = (more: ConnectorConfig): ConnectorConfig => ({
  'topic.prefix': 'p',
  'connector.class': 'io.debezium.connector.postgresql.PostgresConnector',
  'database.dbname': 'app',
  'provide.transaction.metadata': 'true',
  ...more,
})

const decodedOf = (records: readonly KafkaRecord[], config: ConnectorConfig): readonly DebeziumChange[] => {
  const { tables, schema } = read
  const decoder = debeziumDecoder({ settings: connectorSettings(config), tables, schema, wholeOldRows: new Set(['whole']) })
  return records.flatMap((record) => {
    const decoded = decoder.decode(record)
    return decoded.kind === 'change' ? [decoded] : []
  })
}

const differing = (expected: Row | null, actual: Row | null): readonly string[] => {
  const names = new Set([...Object.keys(expected ?? {}), ...Object.keys(actual ?? {})])
  return [...names].filter((name) => !Object.is(JSON.stringify(shown(expected?.[name])), JSON.stringify(shown(actual?.[name]))))
}

const shown = (value: unknown): unknown => {
  if (typeof value === 'bigint') return { bigint: String(value) }
  if (typeof value === 'number') return { number: Object.is(value, -0) ? '-0' : String(value) }
  if (Array.isArray(value)) return value.map(shown)
  return value instanceof Uint8Array ? { bytes: [...value] } : value
}

const texts = {
  'time.precision.mode': 'isostring',
  'decimal.handling.mode': 'string',
  'interval.handling.mode': 'string',
  'binary.handling.mode': 'hex',
}
const schemas = { 'value.converter.schemas.enable': 'true', 'key.converter.schemas.enable': 'true' }

/** What is read back otherwise than it was, or not at all, and why. */
const always = {
  zonedclock: 'a time with a zone comes in UTC',
  moreflags: 'the length of a varbit is lost',
  numbers: 'of a list of lists nulls are made',
  identifier: 'a null of the type name is not told from one that was not sent',
  boxes: 'lists of geometric types are not read',
}
const unnamed = {
  cents: 'only a schema tells what a domain is made over',
  ...Object.fromEntries(['line', 'segment', 'box', 'way', 'shape', 'circle'].map((name) => [name, 'without a schema they are not read'])),
}
const counted = {
  exact: 'NaN and the infinities of a numeric have no digits',
  span: 'an interval is a guess in microseconds',
  local: '294276-12-31 runs over',
}
const byDefault = { ...always, ...unnamed, ...counted }

test.each<{ name: string; config: ConnectorConfig; differ: Readonly<Record<string, string>> }>([
  { name: 'as it comes', config: {}, differ: byDefault },
  { name: 'with schemas', config: schemas, differ: { ...always, ...counted } },
  { name: 'texts', config: texts, differ: { ...always, ...unnamed } },
  { name: 'texts with schemas', config: { ...texts, ...schemas }, differ: always },
  { name: 'microseconds', config: { 'time.precision.mode': 'microseconds' }, differ: byDefault },
  { name: 'decimals as numbers', config: { 'value.converter.decimal.format': 'NUMERIC' }, differ: byDefault },
  { name: 'a mark of its own', config: { 'unavailable.value.placeholder': 'gone' }, differ: byDefault },
])('what is written is read back: $name', ({ config, differ }) => {
  const whole = configOf(config)
  const { records } = recordsOf(read, whole)
  const changes = decodedOf(records, whole)
  const expected = changesOf(read.items)
  expect(changes.map(({ op, table, key, beforeKind }) => [op, table.name, key, beforeKind])).toEqual(
    expected.map(({ op, table, key, beforeKind }) => [op, table, key, beforeKind]),
  )
  const columns = new Set<string>()
  for (const [index, { before, after, omitted }] of changes.entries()) {
    const native = expected[index]
    for (const column of differing(native?.before ?? null, before)) columns.add(column)
    for (const column of differing(native?.after ?? null, after)) columns.add(column)
    for (const column of native?.omitted ?? []) expect(omitted, column).toContain(column)
  }
  expect([...columns].toSorted()).toEqual(Object.keys(differ).toSorted())
})

test('transactions are told as the connector tells them', () => {
  const config = configOf({})
  const { records } = recordsOf(read, config)
  const boundaries = records
    .filter(({ topic }) => topic === 'p.transaction')
    .map(({ value }) => JSON.parse(String(value)) as Record<string, unknown>)
  const transactions = transactionsOf(read.items)
  expect(boundaries).toHaveLength(2 * transactions.length)
  const ends = boundaries.filter(({ status }) => status === 'END')
  expect(ends.map((end) => end['event_count'])).toEqual(transactions.map(({ header }) => header.count))
  const places = decodedOf(records, config).map(({ membership }) => membership?.order)
  expect(places).toEqual(changesOf(read.items).map(({ ordinal }) => ordinal + 1))
})

interface Golden {
  readonly config: string
  readonly table: string
  readonly key: string | null
  readonly op?: string
  readonly value?: null
  readonly before?: unknown
  readonly after?: unknown
  readonly headers?: unknown
}

const golden = readFileSync(new URL('debezium-golden.ndjson', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map((line) => JSON.parse(line) as Golden)

type Struct = Readonly<Record<string, unknown>>

const withoutNulls = (row: unknown): unknown =>
  row === null ? null : Object.fromEntries(Object.entries(row as Struct).filter(([, value]) => value !== null))

/** Columns of the connector's records that differ from ours, and why. */
const ours = {
  exact: 'the connector cuts off the zeros at the end of a numeric',
  identifier: 'the connector has no type for it, and sends null',
  path: 'the connector leaves it out: here it is text',
  sought: 'as path',
  transaction: 'as path',
  place: 'as path',
  ranges: 'as path',
  pair: 'as path',
  line: 'the connector has forms of its own for geometric types: here they are text',
  segment: 'as line',
  box: 'as line',
  way: 'as line',
  shape: 'as line',
  circle: 'as line',
  boxes: 'as line',
  single: 'of a float the connector writes more digits than tell it',
} as const

test.each([
  { name: 'plain', config: {}, differ: { ...ours, local: '294276-12-31 runs over, there and here' } },
  {
    name: 'texts',
    config: texts,
    differ: {
      ...Object.fromEntries(Object.entries(ours).filter(([column]) => column !== 'exact')),
      clock: 'of 24:00 the connector makes 00:00',
      day: 'of the infinities the connector makes far days',
      local: 'as day',
    },
  },
])('a real connector wrote the same of the same workload: $name', ({ name, config, differ }) => {
  const { records } = recordsOf(read, configOf(config))
  const columns = new Set<string>()
  for (const table of parityTables) {
    const theirs = golden.filter((each) => each.config === name && each.table === table)
    const written = records.filter(({ topic }) => topic === `p.${read.schema}.${table}`)
    expect(written.map(({ key }) => (key === null ? null : String(key)))).toEqual(theirs.map(({ key }) => key))
    for (const [index, { value, headers }] of written.entries()) {
      const other = theirs[index]
      const told = Object.entries(headers).map(([header, text]) => [header, String(text)])
      expect(Object.fromEntries(told)).toEqual(other?.headers ?? {})
      if (value === null) {
        expect(other?.value).toBeNull()
        continue
      }
      const envelope = JSON.parse(String(value)) as Struct
      expect(envelope['op']).toBe(other?.op)
      for (const side of ['before', 'after'] as const) {
        if (other?.[side] === 'long') continue
        const [mine, their] = [withoutNulls(envelope[side]), withoutNulls(other?.[side])]
        const names = new Set([...Object.keys(mine ?? {}), ...Object.keys(their ?? {})])
        for (const column of names) {
          if (JSON.stringify((mine as Struct)[column]) !== JSON.stringify((their as Struct)[column])) columns.add(column)
        }
      }
    }
  }
  expect([...columns].toSorted()).toEqual(Object.keys(differ).toSorted())
})
