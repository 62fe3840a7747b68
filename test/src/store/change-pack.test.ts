import { expect, test } from 'vitest'
import { encode } from '../../../src/model/canonical.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import { epochMs, position, rowKey, sourceName, tableName } from '../../../src/model/ids.ts'
import type { ReadRows } from '../../../src/model/read-rows.ts'
import type { ChangePack } from '../../../src/store/change-pack.ts'
import { changePack } from '../../../src/store/change-pack.ts'
import type { Dictionary } from '../../../src/store/dictionary.ts'

const [source, table] = [sourceName('oms'), tableName('itm_mst')]
const dictionary = { sourceId: async () => 3, tableIds: async () => new Map([[table, 7]]) } as unknown as Dictionary

const transaction = {
  source,
  position: position('e:1'),
  id: 'snapshot 5',
  beganAt: null,
  committedAt: epochMs(0),
  capturedAt: epochMs(0),
  count: 3,
  snapshot: true,
}
const changes = [
  { sku: 'A', pack: 1n },
  { sku: 'B\tC', pack: null },
  { sku: 'back\\slash "quoted" größe', pack: -2n },
].map(
  (after, index): ChangeEvent => ({
    transaction,
    ordinal: 5 + index,
    op: 'read',
    table,
    key: index === 1 ? null : rowKey(encode([after.sku])),
    before: null,
    after,
    beforeKind: 'none',
    omitted: [],
  }),
)
const rows: ReadRows = {
  kind: 'read-rows',
  table,
  count: changes.length,
  first: 5,
  eachText: (row) => {
    for (const { key, after } of changes) row(key, encode(after))
  },
  [Symbol.iterator]: () => changes[Symbol.iterator](),
}

const filled = async (isHeld: boolean, fill: (pack: ChangePack) => Promise<void>): Promise<readonly unknown[]> => {
  const pack = changePack({ source, dictionary, isHeld })
  await fill(pack)
  return [Buffer.concat([...pack.chunks()]).toString(), pack.count(), pack.held]
}

test('rows that were read are packed as the changes that they stand for, and held as these where somebody reads them', async () => {
  for (const isHeld of [true, false]) {
    const asChanges = await filled(isHeld, (pack) => pack.add(changes))
    const asRows = await filled(isHeld, (pack) => pack.addRows(rows, transaction))
    expect(asRows).toEqual(asChanges)
    expect(asRows[1]).toBe(3)
  }
})
