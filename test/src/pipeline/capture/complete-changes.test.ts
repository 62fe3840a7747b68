import { expect, test } from 'vitest'
import type { ChangeEvent, TransactionHeader } from '../../../../src/model/change-event.ts'
import { epochMs, position, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { Row } from '../../../../src/model/value.ts'
import { completeChanges } from '../../../../src/pipeline/capture/complete-changes.ts'
import { createRowMemory } from '../../../../src/pipeline/capture/row-memory.ts'
import { rowAddress } from '../../../../src/ports/capture-store.ts'

const source = sourceName('oms')
const table = tableName('item')
const header: TransactionHeader = {
  source,
  position: position('e:1'),
  id: '1',
  beganAt: null,
  committedAt: epochMs(1),
  capturedAt: epochMs(1),
  count: 1,
  snapshot: false,
}

const change = (op: ChangeEvent['op'], key: string, after: Row | null, omitted: readonly string[] = []): ChangeEvent => ({
  transaction: header,
  ordinal: 0,
  op,
  table,
  key: rowKey(`["${key}"]`),
  before: null,
  after,
  beforeKind: 'none',
  omitted,
})

const completed = async (...changes: readonly ChangeEvent[]): Promise<readonly (Row | null)[]> => {
  const stored = new Map([[rowAddress(table, rowKey('["A"]')), { id: 'A', note: 'of A' }]])
  const memory = createRowMemory({ latestRows: async () => stored }, source, 10)
  return (await completeChanges(changes, { memory, oldRowsOf: new Set() })).map(({ after }) => after)
}

test('what an update leaves out is what the row had, stored or earlier in the transaction', async () => {
  expect(
    await completed(
      change('update', 'A', { id: 'A' }, ['note']),
      change('update', 'A', { id: 'A', note: 'later' }),
      change('update', 'A', { id: 'A' }, ['note']),
    ),
  ).toEqual([
    { id: 'A', note: 'of A' },
    { id: 'A', note: 'later' },
    { id: 'A', note: 'later' },
  ])
})

test('what a changed key leaves out is what the row had under the old key, and again under the next', async () => {
  expect(
    await completed(
      change('delete', 'A', null),
      change('create', 'B', { id: 'B' }, ['note']),
      change('delete', 'B', null),
      change('create', 'C', { id: 'C' }, ['note']),
    ),
  ).toEqual([null, { id: 'B', note: 'of A' }, null, { id: 'C', note: 'of A' }])
})

test('a row that took the place of another has nothing of it', async () => {
  const [, other] = await completed(change('delete', 'A', null), change('create', 'A', { id: 'A', note: null }))
  expect(other).toEqual({ id: 'A', note: null })
  expect(await completed(change('create', 'B', { id: 'B' }, ['note']))).toEqual([{ id: 'B' }])
})

const older = { before: { id: 'A' }, beforeKind: 'key' } as const
const filled = async (...changes: readonly ChangeEvent[]): Promise<readonly (readonly [ChangeEvent['beforeKind'], Row | null])[]> => {
  const stored = new Map([[rowAddress(table, rowKey('["A"]')), { id: 'A', note: 'of A' }]])
  const memory = createRowMemory({ latestRows: async () => stored }, source, 10)
  return (await completeChanges(changes, { memory, oldRowsOf: new Set([table]) })).map(({ beforeKind, before }) => [beforeKind, before])
}

test('an old row that the log lacks is the last version, stored or earlier in the transaction, and says so', async () => {
  expect(
    await filled(
      change('update', 'A', { id: 'A', note: 'second' }),
      change('update', 'A', { id: 'A' }, ['note']),
      { ...change('delete', 'A', null), ...older },
      change('create', 'A', { id: 'A', note: 'another' }),
      change('update', 'A', { id: 'A', note: 'third' }),
    ),
  ).toEqual([
    ['filled', { id: 'A', note: 'of A' }],
    ['filled', { id: 'A', note: 'second' }],
    ['filled', { id: 'A', note: 'second' }],
    ['none', null],
    ['filled', { id: 'A', note: 'another' }],
  ])
})

test('the old row of a changed key is the one under the old key; the new one has none', async () => {
  expect(await filled({ ...change('delete', 'A', null), ...older }, change('create', 'B', { id: 'B' }, ['note']))).toEqual([
    ['filled', { id: 'A', note: 'of A' }],
    ['none', null],
  ])
  expect(await filled(change('create', 'C', { id: 'C', note: 'c' }), change('delete', 'C', null))).toEqual([
    ['none', null],
    ['filled', { id: 'C', note: 'c' }],
  ])
})

test('the word of the log stays, and what nobody knows is not made up', async () => {
  const said = { ...change('update', 'A', { id: 'A', note: 'new' }), before: { id: 'A', note: 'said' }, beforeKind: 'full' } as const
  expect(await filled(said)).toEqual([['full', { id: 'A', note: 'said' }]])
  expect(await filled(change('update', 'Z', { id: 'Z', note: 'new' }), change('update', 'Z', { id: 'Z', note: 'newer' }))).toEqual([
    ['none', null],
    ['filled', { id: 'Z', note: 'new' }],
  ])
  const other = { ...change('update', 'A', { id: 'A', note: 'new' }), table: tableName('other') }
  expect(await filled(other)).toEqual([['none', null]])
})
