import { expect, test } from 'vitest'
import { encode } from '../../../../src/model/canonical.ts'
import { rowKey, tableName } from '../../../../src/model/ids.ts'
import { createRowMemory } from '../../../../src/pipeline/capture/row-memory.ts'
import { settleRows } from '../../../../src/pipeline/capture/settle-rows.ts'
import { rowAddress } from '../../../../src/ports/capture-store.ts'
import type { MadeChange } from '../../../rules/legacy-transaction.ts'
import { transaction } from '../../../rules/legacy-transaction.ts'

const filtered = new Set([tableName('ord')])

/** What becomes of changes when the store has the rows 1 and 2. */
const settled = async (changes: readonly MadeChange[]): Promise<readonly (readonly [string, string, number])[]> => {
  const stored = new Map([1, 2].map((no) => [rowAddress(tableName('ord'), rowKey(encode([no]))), { no }]))
  const memory = createRowMemory({ latestRows: async () => stored }, transaction([]).header.source, 100)
  const tx = await settleRows(filtered, transaction(changes), memory)
  const all = [...tx.changes()]
  expect(tx.header.count).toBe(all.length)
  for (const change of all) expect(change.transaction).toBe(tx.header)
  return all.map((change) => [change.op, change.key ?? '', change.ordinal])
}
const ord = (op: MadeChange['op'], no: number): MadeChange => ({
  op,
  table: 'ord',
  key: [no],
  ...(op === 'delete' ? {} : { after: { no } }),
})

test('an update of a stored row is one, and of any other a create', async () => {
  expect(await settled([ord('update', 1), ord('update', 3), ord('update', 3)])).toEqual([
    ['update', '[1]', 0],
    ['create', '[3]', 1],
    ['update', '[3]', 2],
  ])
})

test('a delete of a row that is not stored is none, and a row may come in again', async () => {
  expect(await settled([ord('delete', 3), ord('delete', 1), ord('delete', 1), ord('update', 1), ord('delete', 2)])).toEqual([
    ['delete', '[1]', 0],
    ['create', '[1]', 1],
    ['delete', '[2]', 2],
  ])
})

test('other tables and whole tables are left alone', async () => {
  expect(
    await settled([
      { op: 'update', table: 'sku', key: [9], after: {} },
      { op: 'truncate', table: 'ord' },
    ]),
  ).toEqual([
    ['update', '[9]', 0],
    ['truncate', '', 1],
  ])
})
