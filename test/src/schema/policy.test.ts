import { expect, test } from 'vitest'
import type { ColumnShape, SchemaChange, ValueKind } from '../../../src/model/table-shape.ts'
import { tableName } from '../../../src/model/ids.ts'
import { judgeChanges } from '../../../src/schema/judge.ts'
import type { SchemaPolicy } from '../../../src/schema/policy.ts'
import { actionFor, isWider } from '../../../src/schema/policy.ts'

const column = (type: string, holds: ValueKind = 'text'): ColumnShape => ({ name: 'a', type, holds })
const retyped = (from: ColumnShape, to: ColumnShape): SchemaChange => ({ kind: 'retyped', column: 'a', from, to })
const changes: readonly SchemaChange[] = [
  { kind: 'added', column: 'a', type: 'text' },
  { kind: 'dropped', column: 'a', type: 'text' },
  { kind: 'renamed', column: 'a', to: 'b' },
  retyped(column('integer', 'number'), column('bigint', 'bigint')),
  { kind: 'key', from: ['a'], to: ['b'] },
  { kind: 'gone', how: 'dropped' },
  { kind: 'swapped', other: '_t_gho', by: 'gh-ost' },
  { kind: 'swapped', other: 'x', by: null },
]

test('what a rule looks at pauses, all else is told; a table whose rows nobody knows always pauses', () => {
  const actions = (isUsed: boolean) => changes.map((change) => actionFor({}, 't', change, isUsed))
  expect(actions(true)).toEqual(['ignore', 'pause', 'pause', 'pause', 'pause', 'pause', 'ignore', 'pause'])
  expect(actions(false)).toEqual(['ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'ignore', 'pause'])
})

test('the config says otherwise by kind, and for a table before all others', () => {
  const policy: SchemaPolicy = { added: 'pause', retyped: 'retype', tables: { t: { added: 'ignore' } } }
  expect(['t', 'u'].map((table) => actionFor(policy, table, changes[0] as SchemaChange, false))).toEqual(['ignore', 'pause'])
  expect(actionFor(policy, 't', changes[3] as SchemaChange, true)).toBe('retype')
  expect(actionFor(policy, 'constructor', changes[0] as SchemaChange, false)).toBe('pause')
})

test.each([
  ['character varying(40)', 'character varying(80)', true],
  ['character varying(40)', 'text', true],
  ['character varying(40)', 'character varying(20)', false],
  ['text', 'character varying(20)', false],
  ['varchar(40 bytes)', 'varchar(160 bytes)', true],
  ['character(10)', 'character varying(10)', false],
  ['numeric(12,2)', 'numeric(14,2)', true],
  ['numeric(12,2)', 'numeric(14,4)', false],
  ['decimal(12,2)', 'decimal(12,2) unsigned', false],
  ["enum('A','B')", "enum('A','B','C')", true],
  ["enum('A','B')", "enum('B','A','C')", false],
  ['timestamp with time zone', 'timestamp without time zone', false],
])('%s to %s is wider: %s', (from, to, wider) => {
  expect(isWider(column(from), column(to))).toBe(wider)
})

test('integers of more bits are wider, as long as their values are of one kind', () => {
  expect(isWider(column('smallint', 'number'), column('integer', 'number'))).toBe(true)
  expect(isWider(column('integer', 'number'), column('smallint', 'number'))).toBe(false)
  expect(isWider(column('integer', 'number'), column('bigint', 'bigint'))).toBe(false)
  expect(isWider(column('int', 'number'), column('int unsigned', 'number'))).toBe(false)
})

test('a pause names who looks at the column, and passes once its fingerprint is accepted: this change alone', () => {
  const table = tableName('t')
  const uses = () => ['rule order.placed']
  const judged = judgeChanges(table, changes.slice(0, 2), { policy: {}, uses })
  expect(judged).toMatchObject({
    decision: 'paused',
    usedBy: ['rule order.placed'],
    fingerprint: expect.stringMatching(/^t:[0-9a-f]{12}$/),
  })
  const policy = { accepted: [judged.fingerprint] }
  expect(judgeChanges(table, changes.slice(0, 2), { policy, uses }).decision).toBe('accepted')
  expect(judgeChanges(table, changes.slice(1, 3), { policy, uses }).decision).toBe('paused')
  expect(judgeChanges(table, changes.slice(0, 1), { policy, uses })).toMatchObject({ decision: 'told', usedBy: [] })
  expect(judgeChanges(table, changes.slice(3, 4), { policy: { retyped: 'retype' }, uses }).decision).toBe('retyped')
})
