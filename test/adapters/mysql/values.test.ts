import fc from 'fast-check'
import { expect, test } from 'vitest'
import { comparePlaces, parseToken, positionAt, tokenAt } from '../../../adapters/mysql/binlog-place.ts'
import { doubleText } from '../../../adapters/mysql/json-value.ts'
import { shortestFloat } from '../../../adapters/mysql/numeric-value.ts'
import { settingsOf } from '../../../adapters/mysql/options.ts'
import { statementOf } from '../../../adapters/mysql/statement.ts'

const anyPlace = fc.record({
  file: fc.integer({ min: 1, max: 9_999_999 }).map((number) => `bin.${String(number).padStart(6, '0')}`),
  offset: fc.nat({ max: 2 ** 40 }),
})

test('a token comes back from its text; positions order as places do, also when file numbers get longer', () => {
  fc.assert(
    fc.property(
      anyPlace,
      anyPlace,
      fc.constantFrom('', '0-1-5,1-1-7', 'a1b2c3d4-0000-11f1-b2b5-02fc00000001:1-5:7:tag:1'),
      (a, b, gtids) => {
        const [from, end] = comparePlaces(a, b) <= 0 ? [a, b] : [b, a]
        const token = { kind: 'stream', epoch: 'ma0s1', end, from, gtids } as const
        expect(parseToken(tokenAt(token))).toEqual(token)
        expect(Math.sign(comparePlaces(a, b))).toBe(
          positionAt('x', a) < positionAt('x', b) ? -1 : positionAt('x', a) > positionAt('x', b) ? 1 : 0,
        )
      },
    ),
  )
})

test.each([
  ['BEGIN', { kind: 'begin' }],
  ['COMMIT', { kind: 'commit' }],
  ['ROLLBACK TO `s`', { kind: 'rollback-to' }],
  ['ROLLBACK', { kind: 'rollback' }],
  ["XA START X'61',X'',1", { kind: 'begin' }],
  ["XA COMMIT X'6A',X'62',1", { kind: 'xa-commit', xid: '6a,62,1' }],
  ["XA ROLLBACK X'61',X'',1", { kind: 'xa-rollback', xid: '61,,1' }],
  ['truncate table account', { kind: 'truncate', schema: 'shop', table: 'account' }],
  ['TRUNCATE `other`.`odd ``name`', { kind: 'truncate', schema: 'other', table: 'odd `name' }],
  ['/* from the app */ TRUNCATE a', { kind: 'truncate', schema: 'shop', table: 'a' }],
  ['insert into account values (1)', { kind: 'rows' }],
  ['/*!50000 UPDATE */ account SET a = 1', { kind: 'rows' }],
  ['-- note\nDELETE FROM a WHERE b = 1', { kind: 'rows' }],
  ['LOAD DATA INFILE "x" INTO TABLE a', { kind: 'rows' }],
  ['DELETE FROM `shop`.`cache`', { kind: 'unlogged', schema: 'shop', table: 'cache' }],
  ['ALTER TABLE a TRUNCATE PARTITION p0', { kind: 'unlogged', schema: 'shop', table: 'a' }],
  ['ALTER TABLE a EXCHANGE PARTITION p0 WITH TABLE b', { kind: 'unlogged', schema: 'shop', table: 'a' }],
  ['ALTER TABLE a ADD COLUMN b int', { kind: 'none' }],
  ['CREATE TABLE a (b int)', { kind: 'none' }],
  ['SAVEPOINT s', { kind: 'none' }],
])('%s is understood', (sql, said) => {
  expect(statementOf(sql, 'shop')).toMatchObject(said)
})

test.each([
  [1, '1.0'],
  [-0, '-0.0'],
  [0.0001, '0.0001'],
  [1e14, '100000000000000.0'],
  [1e15, '1e15'],
  [1.5e-15, '0.0000000000000015'],
  [1e-16, '1e-16'],
  [1234567890123456.8, '1234567890123456.8'],
  [1.5e15, '1.5e15'],
  [1.7976931348623157e308, '1.7976931348623157e308'],
])('a double inside of JSON, %d, is printed %s', (value, text) => {
  expect(doubleText(value)).toBe(text)
})

test('a float is the shortest number that gives the same float', () => {
  fc.assert(fc.property(fc.float({ noNaN: true, noDefaultInfinity: true }), (value) => Math.fround(shortestFloat(value)) === value))
  expect(shortestFloat(Math.fround(1.1))).toBe(1.1)
})

test('a wrong URL, no table, and a bare table without a schema are told without the password', () => {
  for (const options of [
    { url: 'postgres://u:hunter2@h/d', tables: ['t'] },
    { url: 'mysql://u:hunter2@h/d', tables: [] },
    { url: 'mysql://u:hunter2@h', tables: ['t'] },
    { url: 'mysql://u:hunter2@h/d', tables: ['t'], serverId: 0 },
  ]) {
    expect(() => settingsOf({ name: 'x', ...options })).toThrow(
      expect.objectContaining({ code: 'config-invalid', message: expect.not.stringContaining('hunter2') }),
    )
  }
  expect(settingsOf({ name: 'x', url: 'mysql://u@h/d', tables: ['t', 'e.u'] }).tables.map(({ schema, name }) => [schema, name])).toEqual([
    ['d', 't'],
    ['e', 'e.u'],
  ])
})
