import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseArray } from '../../../adapters/postgres/array-text.ts'
import { codecOf } from '../../../adapters/postgres/codec.ts'
import { fieldsOf } from '../../../adapters/postgres/copy-text.ts'
import { adjustedEnd } from '../../../adapters/postgres/log-end.ts'
import { epochOf, formatLsn, parseLsn, parseToken, positionAt, tokenAt } from '../../../adapters/postgres/lsn.ts'
import type { Value } from '../../../src/model/value.ts'

const anyText = fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', ''))
const anyLsn = fc.bigInt({ min: 0n, max: (1n << 64n) - 1n })

/** As the server writes it: everything quoted but NULL. */
const arrayText = (value: Value): string => {
  if (value === null) return 'NULL'
  return Array.isArray(value) ? `{${value.map(arrayText).join(',')}}` : `"${String(value).replaceAll(/["\\]/g, '\\$&')}"`
}

const copyText = (text: string | null): string =>
  text === null ? '\\N' : text.replaceAll('\\', '\\\\').replaceAll('\n', '\\n').replaceAll('\t', '\\t').replaceAll('\r', '\\r')

test('an array comes back from its text, nested and with any characters', () => {
  fc.assert(
    fc.property(fc.array(fc.oneof(anyText, fc.constant(null), fc.array(fc.option(anyText), { minLength: 1 }))), (items) => {
      expect(parseArray(arrayText(items), ',', (text) => text)).toEqual(items)
    }),
  )
  expect(parseArray('[0:1]={1,NULL}', ',', Number)).toEqual([1, null])
  expect(parseArray('{(1,2),(0,0);(3,4),(5,6)}', ';', (text) => text)).toEqual(['(1,2),(0,0)', '(3,4),(5,6)'])
})

test('a line of COPY comes back, whatever is in its fields', () => {
  fc.assert(
    fc.property(fc.array(fc.option(anyText), { minLength: 1 }), (fields) => {
      const wellFormed = fields.map((field) => field?.toWellFormed() ?? null)
      expect(fieldsOf(wellFormed.map(copyText).join('\t'))).toEqual(wellFormed)
    }),
  )
})

test('an LSN comes back from its text; positions order as LSNs do', () => {
  fc.assert(fc.property(anyLsn, (lsn) => parseLsn(formatLsn(lsn)) === lsn))
  fc.assert(fc.property(anyLsn, anyLsn, (left, right) => positionAt('pg1t1', left) < positionAt('pg1t1', right) === left < right))
})

test('a token comes back from its text', () => {
  fc.assert(
    fc.property(anyLsn, fc.constantFrom('snapshot' as const, 'stream' as const), (end, kind) => {
      const token = { kind, epoch: epochOf('7446223145123456789', '1'), end }
      expect(parseToken(tokenAt(token))).toEqual(token)
    }),
  )
})

test.each([
  [16, 't', true],
  [20, '-9223372036854775808', -9223372036854775808n],
  [23, '-7', -7],
  [701, 'NaN', Number.NaN],
  [701, '-Infinity', Number.NEGATIVE_INFINITY],
  [1700, '1.500', '1.500'],
  [1700, 'NaN', 'NaN'],
  [1042, 'ab   ', 'ab   '],
  [17, '\\x01ff', new Uint8Array([1, 255])],
  [1082, '2026-03-01', '2026-03-01'],
  [1184, '2026-03-01 09:30:00+00', '2026-03-01T09:30:00.000000Z'],
  [1184, '2026-03-01 09:30:00.12+00', '2026-03-01T09:30:00.120000Z'],
  [1184, '0044-03-15 12:00:00+00 BC', '0044-03-15T12:00:00.000000Z BC'],
  [1184, '12026-03-01 09:30:00.123456+00', '12026-03-01T09:30:00.123456Z'],
  [1184, 'infinity', 'infinity'],
  [1114, '2026-03-01 09:30:00.5', '2026-03-01T09:30:00.500000'],
  [1114, '0044-03-15 12:00:00 BC', '0044-03-15T12:00:00.000000 BC'],
  [1114, '-infinity', '-infinity'],
  [3802, '{"a": 1.0}', '{"a": 1.0}'],
  [99_999, 'anything', 'anything'],
] as const)('type %i reads %s', (oid, text, value) => {
  expect(codecOf(oid, new Map())(text)).toEqual(value)
})

test('domains and arrays are what they are made of', () => {
  const types = new Map([
    [20_000, { kind: 'domain', base: 20 }],
    [20_001, { kind: 'array', element: 20_000, delimiter: ',' }],
    [20_002, { kind: 'domain', base: 20_001 }],
  ] as const)
  expect(codecOf(20_002, types)('{1,NULL}')).toEqual([1n, null])
})

test('the end of the log at the start of a page is the end of the page before', () => {
  expect(adjustedEnd(parseLsn('0/2000018'))).toBe(parseLsn('0/2000000'))
  expect(adjustedEnd(parseLsn('0/3000028'))).toBe(parseLsn('0/3000000'))
  expect(adjustedEnd(parseLsn('0/2000100'))).toBe(parseLsn('0/2000100'))
})
