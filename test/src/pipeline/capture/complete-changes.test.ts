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
  return (await completeChanges(changes, memory)).map(({ after }) => after)
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
