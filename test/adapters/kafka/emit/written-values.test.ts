import { expect, test } from 'vitest'
import type { ConnectorConfig } from '../../../../adapters/kafka/connector-settings.ts'
import type { ChangeEvent, LegacyTransaction, TransactionHeader } from '../../../../src/model/change-event.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { Value } from '../../../../src/model/value.ts'
import { change, decoderOf, table } from '../debezium-samples.ts'
import { recordsOf } from './records-of.ts'

const mysqlConfig = { 'topic.prefix': 'p', 'connector.class': 'io.debezium.connector.mysql.MySqlConnector', 'database.include.list': 'inv' }

const transactionOf = (
  at: string,
  id: string,
  changes: (header: TransactionHeader) => readonly ChangeEvent[],
  type: string,
): LegacyTransaction => {
  const header: TransactionHeader = {
    source: sourceName('s'),
    position: position(at),
    id,
    beganAt: null,
    committedAt: epochMs(1_795_334_627_757.347),
    capturedAt: epochMs(1_795_334_628_000),
    count: 1,
    snapshot: false,
  }
  const made = changes(header)
  const shape = {
    table: tableName('t'),
    columns: [
      { name: 'id', type: 'int', holds: 'number' },
      { name: 'v', type, holds: 'text' },
    ],
    key: ['id'],
  } as const
  return { kind: 'transaction', header, token: resumeToken('x'), described: [{ shape }], changes: () => made }
}

const created =
  (value: Value) =>
  (header: TransactionHeader): readonly ChangeEvent[] => [
    {
      transaction: header,
      ordinal: 0,
      op: 'create',
      table: tableName('t'),
      key: rowKey('[1]'),
      before: null,
      after: { id: 1, v: value },
      beforeKind: 'none',
      omitted: [],
    },
  ]

const mysqlPlace = 'my1:00000003.00000000126F'

/** What is read back of one value; the types as `tables` of the source tells them. */
const readBack = (type: string, value: Value, config: ConnectorConfig): Value | 'not sent' | undefined => {
  const { records } = recordsOf(
    { items: [transactionOf(mysqlPlace, 'g', created(value), type)], schema: 'inv' },
    { ...mysqlConfig, ...config },
  )
  const [record] = records
  if (record === undefined) throw new TypeError('nothing was written')
  const decoded = change(
    decoderOf({ tables: [table('t', { '*id': 'int', v: type })], config: { ...mysqlConfig, ...config } }).decode(record),
  )
  return decoded.omitted.includes('v') ? 'not sent' : decoded.after?.['v']
}

const texts = {
  'time.precision.mode': 'isostring',
  'decimal.handling.mode': 'string',
  'binary.handling.mode': 'hex',
  'bigint.unsigned.handling.mode': 'precise',
}

const values: readonly (readonly [type: string, value: Value])[] = [
  ['tinyint(1)', 2],
  ['int unsigned', 4_294_967_295],
  ['bigint', -9_223_372_036_854_775_808n],
  ['bigint unsigned', 18_446_744_073_709_551_615n],
  ['float', 1.1],
  ['double', 5e-324],
  ['double', -0],
  ['decimal(18,9)', '0.000000001'],
  ['decimal(65,30)', `-${'9'.repeat(35)}.${'1'.repeat(30)}`],
  ['decimal(5,2)', '0.00'],
  ['decimal(5,2)', '-1.28'],
  ['bit(1)', true],
  ['bit(12)', 0xaaan],
  ['bit(64)', 0xffff_ffff_ffff_ffffn],
  ['bit(8)', 0n],
  ['year', 2155],
  ['date', '9999-12-31'],
  ['date', '1000-01-01'],
  ['time', '-838:59:59'],
  ['time(1)', '-00:00:00.1'],
  ['time(6)', '23:59:59.000010'],
  ['datetime(6)', '9999-12-31T23:59:59.999999'],
  ['datetime', '1969-12-31T23:59:59.000000'],
  ['timestamp(6)', '2038-01-19T03:14:07.999999Z'],
  ['timestamp', '2038-01-19T03:14:07.000000Z'],
  ['binary(4)', Uint8Array.of(0x61, 0, 0, 0)],
  ['blob', Uint8Array.of(0, 1, 2, 255)],
  ['varchar(80)', 'a "b" \\ ü 🌳 \u0001'],
  ['longtext', 'x'.repeat(5000)],
  ["enum('a','b')", ''],
  ["set('a','b')", 'a,b'],
  ['json', '{"b": [1, "x:y,z"], "a": null}'],
  ['geometry', Uint8Array.of(0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0)],
  ['vector(2)', new Uint8Array(new Float32Array([1.5, -2]).buffer)],
]

const isClock = (type: string): boolean => /^time\b/.test(type)

test.each(values.map(([type, value]) => ({ type, value })))('MySQL: $type $value is read back', ({ type, value }) => {
  expect(readBack(type, value, {})).toEqual(value)
  // An ISO time has no sign, and no more than a day.
  if (!isClock(type) || !String(value).startsWith('-')) expect(readBack(type, value, texts)).toEqual(value)
})

test('what no calendar has is null', () => {
  for (const [type, value] of [
    ['date', '0000-00-00'],
    ['datetime', '0000-00-00T00:00:00.000000'],
    ['timestamp', '0000-00-00T00:00:00.000000Z'],
  ] as const) {
    expect(readBack(type, value, {})).toBeNull()
    expect(readBack(type, value, texts)).toBeNull()
  }
})

test('the place in the log comes back, and the id of the transaction', () => {
  const gtid = '3e11fa47-71ca-11e1-9e33-c80aa9429562:23'
  const { records } = recordsOf({ items: [transactionOf(mysqlPlace, gtid, created('x'), 'text')], schema: 'inv' }, mysqlConfig)
  const [record] = records
  if (record === undefined) throw new TypeError('nothing was written')
  const { origin, collection } = change(
    decoderOf({ tables: [table('t', { '*id': 'int', v: 'text' })], config: mysqlConfig }).decode(record),
  )
  expect(collection).toBe('inv.t')
  expect(origin).toEqual({
    connector: 'mysql',
    committedAt: 1_795_334_627_757.347,
    transactionId: gtid,
    commitOrder: null,
    logOrder: '00000003.00000000126F.00000000',
    snapshot: 'no',
  })
})
