import { expect, test } from 'vitest'
import { tableName } from '../../../src/model/ids.ts'
import type { TableShape } from '../../../src/model/table-shape.ts'
import { shapeChanges } from '../../../src/schema/shape-changes.ts'

/** `name type` of each column; the first is the key. */
const shape = (columns: readonly string[], key?: readonly string[]): TableShape => {
  const named = columns.map((column) => {
    const [name = '', type = 'text'] = column.split(' ')
    return { name, type, holds: 'text' as const }
  })
  return { table: tableName('t'), columns: named, key: key ?? [named[0]?.name ?? ''] }
}

test.each<[string, readonly string[], readonly string[], readonly object[]]>([
  ['nothing', ['id', 'a', 'b'], ['id', 'a', 'b'], []],
  ['another order', ['id', 'a', 'b'], ['id', 'b', 'a'], []],
  ['a column more', ['id', 'a'], ['id', 'a', 'b'], [{ kind: 'added', column: 'b', type: 'text' }]],
  ['a column less', ['id', 'a', 'b'], ['id', 'b'], [{ kind: 'dropped', column: 'a', type: 'text' }]],
  ['another name at the same place', ['id', 'a', 'b'], ['id', 'x', 'b'], [{ kind: 'renamed', column: 'a', to: 'x' }]],
  ['the key by another name', ['id', 'a'], ['no', 'a'], [{ kind: 'renamed', column: 'id', to: 'no' }]],
  [
    'one that went and another type that came',
    ['id', 'a', 'b'],
    ['id', 'x int', 'b'],
    [
      { kind: 'dropped', column: 'a' },
      { kind: 'added', column: 'x' },
    ],
  ],
  [
    'one that went and one that came elsewhere',
    ['id', 'a', 'b'],
    ['id', 'b', 'x'],
    [
      { kind: 'dropped', column: 'a' },
      { kind: 'added', column: 'x' },
    ],
  ],
  [
    'two that went where two came: which is which nobody knows',
    ['id', 'a', 'b'],
    ['id', 'x', 'y'],
    [
      { kind: 'dropped', column: 'a' },
      { kind: 'dropped', column: 'b' },
      { kind: 'added', column: 'x' },
      { kind: 'added', column: 'y' },
    ],
  ],
  ['another type', ['id', 'a int'], ['id', 'a text'], [{ kind: 'retyped', column: 'a', from: { type: 'int' }, to: { type: 'text' } }]],
])('%s', (_, before, after, changes) => {
  expect(shapeChanges(shape(before), shape(after))).toMatchObject(changes)
  expect(shapeChanges(shape(before), shape(after))).toHaveLength(changes.length)
})

test('another key, and the key columns in another order', () => {
  const columns = ['a', 'b', 'c']
  expect(shapeChanges(shape(columns, ['a', 'b']), shape(columns, ['b', 'a']))).toEqual([{ kind: 'key', from: ['a', 'b'], to: ['b', 'a'] }])
  expect(shapeChanges(shape(columns, ['a']), shape(columns, []))).toEqual([{ kind: 'key', from: ['a'], to: [] }])
})
