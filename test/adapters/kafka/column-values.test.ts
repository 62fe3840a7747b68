import { describe, expect, test } from 'vitest'
import { change, decoderOf, envelope, mysqlSource, postgresSource, record, table } from './debezium-samples.ts'

type Config = Readonly<Record<string, string>>

const decodedOf = (type: string, json: string, config: Config, source: unknown): unknown => {
  const decoder = decoderOf({ tables: [table('t', { '*id': 'int', v: type })], config })
  const { after, omitted } = change(decoder.decode(record(envelope('c', { after: `{"id":1,"v":${json}}` }, source))))
  return omitted.includes('v') ? 'not sent' : after?.['v']
}

/** Each as the connector was seen to write it, and as `SELECT` prints it. */
const postgresValues: readonly (readonly [type: string, json: string, value: unknown, config?: Config])[] = [
  ['boolean', 'true', true],
  ['bit(1)', 'true', '1'],
  ['smallint', '-32768', -32768],
  ['bigint', '-9223372036854775808', -9223372036854775808n],
  ['bigint', '42', 42n],
  ['oid', '4294967295', '4294967295'],
  ['real', '3.4028235E38', 3.4028235e38],
  ['real', '1.4E-45', 1e-45],
  ['real', '-0.0', -0],
  ['double precision', '"NaN"', Number.NaN],
  ['double precision', '"-Infinity"', -Infinity],
  ['double precision', '1.2345678901234568E17', 123456789012345680],
  ['numeric', '{"scale":1,"value":"Dw=="}', '1.5'],
  ['numeric', '{"scale":-3,"value":"AQ=="}', '1000'],
  ['numeric(12,2)', '"/xcrWvAB"', '-9999999999.99'],
  ['numeric(12,2)', '"nA=="', '-1.00'],
  ['numeric(12,2)', '""', '0.00'],
  ['numeric(12,2)', '"12.50"', '12.50', { 'decimal.handling.mode': 'string' }],
  ['numeric', '"1E-7"', '0.0000001', { 'decimal.handling.mode': 'string' }],
  ['numeric', '"POSITIVE_INFINITY"', 'Infinity', { 'decimal.handling.mode': 'string' }],
  ['numeric', '"NAN"', 'NaN', { 'decimal.handling.mode': 'string' }],
  ['numeric(12,2)', '12.5', '12.50', { 'decimal.handling.mode': 'double' }],
  ['numeric(30,2)', '1234567890123456.78', 'not sent', { 'decimal.handling.mode': 'double' }],
  ['numeric(30,2)', '12345678901234567890.10', '12345678901234567890.10', { 'value.converter.decimal.format': 'NUMERIC' }],
  ['numeric(12,2)', '12.50', '12.50', { 'value.converter.decimal.format': 'NUMERIC' }],
  ['money', '"gAAAAAAAAAA="', '-$92,233,720,368,547,758.08'],
  ['character(5)', '"ab   "', 'ab   '],
  ['bytea', '"AP9c"', Uint8Array.of(0, 255, 92)],
  ['bytea', '"00ff5c"', Uint8Array.of(0, 255, 92), { 'binary.handling.mode': 'hex' }],
  ['bytea', '"AP9c"', Uint8Array.of(0, 255, 92), { 'binary.handling.mode': 'base64' }],
  ['bytea', '"-_8="', Uint8Array.of(251, 255), { 'binary.handling.mode': 'base64-url-safe' }],
  ['date', '19782', '2024-02-29'],
  ['date', '-2440550', '4713-01-01 BC'],
  ['date', '2145042905', '5874897-12-31'],
  ['date', '2146033979', 'infinity'],
  ['date', '-2147472691', '-infinity'],
  ['date', '"2024-02-29Z"', '2024-02-29', { 'time.precision.mode': 'isostring' }],
  ['time without time zone', '86399999999', '23:59:59.999999'],
  ['time without time zone', '86400000000', '24:00:00'],
  ['time(3) without time zone', '34200500', '09:30:00.5'],
  ['time(3) without time zone', '34200500000000', '09:30:00.5', { 'time.precision.mode': 'nanoseconds' }],
  ['time(3) without time zone', '34200500000', '09:30:00.5', { 'time.precision.mode': 'adaptive_time_microseconds' }],
  ['time without time zone', '"04:05:11.789Z"', '04:05:11.789', { 'time.precision.mode': 'isostring' }],
  ['time with time zone', '"15:59:00Z"', '15:59:00+00'],
  ['timestamp without time zone', '1774751400000001', '2026-03-29T02:30:00.000001'],
  ['timestamp(3) without time zone', '1774751400001', '2026-03-29T02:30:00.001000'],
  ['timestamp without time zone', '1774751400001', '2026-03-29T02:30:00.001000', { 'time.precision.mode': 'connect' }],
  ['timestamp without time zone', '1774751400000001000', '2026-03-29T02:30:00.000001', { 'time.precision.mode': 'nanoseconds' }],
  ['timestamp without time zone', '"2019-07-09T02:28:57.123456Z"', '2019-07-09T02:28:57.123456', { 'time.precision.mode': 'isostring' }],
  ['timestamp without time zone', '-1', '1969-12-31T23:59:59.999999'],
  ['timestamp without time zone', '-210863520000000000', '4713-01-01T00:00:00.000000 BC'],
  ['timestamp without time zone', '9223372036854775807', 'infinity'],
  ['timestamp without time zone', '-9223372036854775808', '-infinity'],
  ['timestamp without time zone', '9223372036825200000', 'infinity', { 'time.precision.mode': 'connect' }],
  // 294276-12-31 23:59:59.999999 runs over in the connector.
  ['timestamp without time zone', '-9223372036853775810', 'not sent'],
  ['timestamp with time zone', '"2026-03-01T07:30:00.5Z"', '2026-03-01T07:30:00.500000Z'],
  ['timestamp with time zone', '"2026-03-01T09:30:00.5+02:00"', '2026-03-01T07:30:00.500000Z'],
  ['timestamp with time zone', '"+294276-12-31T23:59:59.999999Z"', '294276-12-31T23:59:59.999999Z'],
  ['timestamp with time zone', '"-4712-01-01T00:00:00.000000Z"', '4713-01-01T00:00:00.000000Z BC'],
  ['timestamp with time zone', '"-infinity"', '-infinity'],
  ['interval', '2550784000005', 'not sent'],
  ['interval', '"P1Y2M-3DT4H5M6.78S"', '1 year 2 mons -3 days +04:05:06.78', { 'interval.handling.mode': 'string' }],
  ['interval', '"PT0S"', '00:00:00', { 'interval.handling.mode': 'string' }],
  ['bit(5)', '"FQ=="', '10101'],
  ['bit(12)', '"AQg="', '100000000001'],
  ['bit varying(5)', '"AQ=="', 'not sent'],
  ['jsonb', '"{\\"a\\": 1}"', '{"a": 1}'],
  ['hstore', '"{\\"a\\":\\"1\\",\\"b\\":null}"', '"a"=>"1", "b"=>NULL'],
  ['point', '{"x":1.5,"y":-2.0E300,"wkb":"","srid":null}', '(1.5,-2e+300)'],
  ['circle', '{"center":{"x":1.0,"y":2.0},"radius":3.0}', 'not sent'],
  ['name', 'null', 'not sent'],
  ['bigint[]', '[9223372036854775807,null]', [9223372036854775807n, null]],
  ['bigint[]', '[null,null]', 'not sent'],
  ['text[]', '["a,b",null,""]', ['a,b', null, '']],
  ['timestamp with time zone[]', '["2026-03-01T07:30:00Z","infinity"]', ['2026-03-01T07:30:00.000000Z', 'infinity']],
  ['point[]', 'null', 'not sent'],
]

const postgresConfig = { 'connector.class': 'io.debezium.connector.postgresql.PostgresConnector' }
const mysqlConfig = { 'connector.class': 'io.debezium.connector.mysql.MySqlConnector' }

const named = (rows: typeof postgresValues): readonly { type: string; json: string; value: unknown; config: Config }[] =>
  rows.map(([type, json, value, config = {}]) => ({ type, json, value, config }))

test.each(named(postgresValues))('PostgreSQL: $type $json', ({ type, json, value, config }) => {
  expect(decodedOf(type, json, { ...postgresConfig, ...config }, postgresSource)).toEqual(value)
})

const mysqlValues: readonly (readonly [type: string, json: string, value: unknown, config?: Config])[] = [
  ['tinyint(1)', 'true', 1],
  ['tinyint(1)', '2', 2],
  ['int unsigned', '4294967295', 4294967295],
  ['bigint(20) unsigned', '-1', 18446744073709551615n],
  ['bigint unsigned', '"AP//////////"', 18446744073709551615n, { 'bigint.unsigned.handling.mode': 'precise' }],
  ['bigint', '-1', -1n],
  ['float', '1.100000023841858', 1.1],
  ['double', '5.0E-324', 5e-324],
  ['decimal(18,9)', '"AQ=="', '0.000000001'],
  ['decimal(5,5)', '"-0.00001"', '-0.00001', { 'decimal.handling.mode': 'string' }],
  ['bit(1)', 'true', true],
  ['bit(12)', '"qgo="', 0xaaan],
  ['year(4)', '2155', 2155],
  ['date', '2932896', '9999-12-31'],
  ['time', '-3020399000000', '-838:59:59'],
  ['time(1)', '-100000', '-00:00:00.1'],
  ['time(6)', '86399000010', '23:59:59.000010'],
  ['time(3)', '34200500', '09:30:00.500', { 'time.precision.mode': 'connect' }],
  ['datetime(6)', '253402300799999999', '9999-12-31T23:59:59.999999'],
  ['datetime', '253402300799000', '9999-12-31T23:59:59.000000'],
  ['timestamp(6)', '"2038-01-19T03:14:07.999999Z"', '2038-01-19T03:14:07.999999Z'],
  ['timestamp', '"2038-01-19T03:14:07Z"', '2038-01-19T03:14:07.000000Z'],
  ['binary(4)', '"YQAAAA=="', Uint8Array.of(0x61, 0, 0, 0)],
  ['binary(4)', '"YQ=="', Uint8Array.of(0x61, 0, 0, 0)],
  ['blob', '"AAEC"', Uint8Array.of(0, 1, 2)],
  ['longblob', '"ff00"', Uint8Array.of(255, 0), { 'binary.handling.mode': 'hex' }],
  ["enum('a','b')", '""', ''],
  ["set('a','b')", '"a,b"', 'a,b'],
  ['json', '"{\\"b\\":[1,\\"x:y,z\\"],\\"a\\":null}"', '{"b": [1, "x:y,z"], "a": null}'],
  ['longtext', '"{\\"b\\":1}"', '{"b":1}'],
  ['geometry', '{"wkb":"AQEAAAA=","srid":4326}', Uint8Array.of(0xe6, 0x10, 0, 0, 1, 1, 0, 0, 0)],
  ['vector(2)', '[1.5,-2.0]', new Uint8Array(new Float32Array([1.5, -2]).buffer)],
]

test.each(named(mysqlValues))('MySQL: $type $json', ({ type, json, value, config }) => {
  expect(decodedOf(type, json, { ...mysqlConfig, ...config }, mysqlSource)).toEqual(value)
})

describe('a value that was not sent is absent and named, in every shape that marks it', () => {
  const mark = '__debezium_unavailable_value'
  const codes = JSON.stringify([...Buffer.from(mark)])
  test.each([
    ['text', JSON.stringify(mark)],
    ['jsonb', JSON.stringify(mark)],
    ['bytea', JSON.stringify(Buffer.from(mark).toString('base64'))],
    ['text[]', JSON.stringify([mark])],
    ['bytea[]', JSON.stringify([Buffer.from(mark).toString('base64')])],
    ['integer[]', codes],
    ['bigint[]', codes],
    ['hstore', JSON.stringify({ [mark]: mark })],
    ['hstore', JSON.stringify(JSON.stringify({ [mark]: mark }))],
  ])('%s %s', (type, json) => {
    expect(decodedOf(type, json, postgresConfig, postgresSource)).toBe('not sent')
  })

  test('a mark of one’s own', () => {
    expect(decodedOf('text', '"gone"', { ...postgresConfig, 'unavailable.value.placeholder': 'gone' }, postgresSource)).toBe('not sent')
    expect(decodedOf('text', '"gone"', { ...postgresConfig, 'unavailable.value.placeholder': 'hex:676f6e65' }, postgresSource)).toBe(
      'not sent',
    )
    expect(decodedOf('text', JSON.stringify(mark), mysqlConfig, mysqlSource)).toBe(mark)
  })
})
