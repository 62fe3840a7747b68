import { expect, test } from 'vitest'
import type { BusinessEvent } from '../../../../src/model/business-event.ts'
import type { ChangeEvent, LegacyTransaction } from '../../../../src/model/change-event.ts'
import type { Position, RowKey } from '../../../../src/model/ids.ts'
import { epochMs, position, resumeToken, rowKey, sourceName, tableName } from '../../../../src/model/ids.ts'
import type { Row } from '../../../../src/model/value.ts'
import { createRowMemory } from '../../../../src/pipeline/capture/row-memory.ts'
import type { Translate } from '../../../../src/pipeline/capture/translate-batch.ts'
import { translateBatch } from '../../../../src/pipeline/capture/translate-batch.ts'
import { rowAddress } from '../../../../src/ports/capture-store.ts'

const source = sourceName('oms')
const table = tableName('itm_mst')

const transaction = (place: number, key: RowKey, after: Row, omitted: readonly string[] = []): LegacyTransaction => {
  const header = {
    source,
    position: position(`e:${place}`),
    id: String(place),
    beganAt: null,
    committedAt: epochMs(place),
    capturedAt: epochMs(place),
    count: 1,
    snapshot: false,
  }
  const change: ChangeEvent = {
    transaction: header,
    ordinal: 0,
    op: 'update',
    table,
    key,
    before: null,
    after,
    beforeKind: 'none',
    omitted,
  }
  return { kind: 'transaction', token: resumeToken(String(place)), header, changes: () => [change] }
}

const keyA = rowKey('["A"]')
const keyB = rowKey('["B"]')

/** Says the row as it is; a row that is marked asks what B is. */
const spoken = (calls: Position[]): Translate => {
  return (tx, rowOf) => {
    calls.push(tx.header.position)
    const [change] = [...tx.changes()]
    const asked = change?.after?.['asks'] === true ? rowOf(table, keyB) : null
    if (asked === undefined) return { kind: 'needs', keys: [{ table, key: keyB }] }
    const event = { position: tx.header.position, data: { row: change?.after ?? null, asked } } as unknown as BusinessEvent
    return { kind: 'done', events: [event], deadLetters: [] }
  }
}

const stored = { latestRows: async () => new Map([[rowAddress(table, keyB), { pack: 1, note: 'long' }]]) }
const said = async (transactions: readonly LegacyTransaction[], calls: Position[] = []): Promise<readonly unknown[]> => {
  const memory = createRowMemory(stored, source, 10)
  const packed = { add: async () => {}, addRows: async () => {} }
  const done = await translateBatch({
    transactions,
    translate: spoken(calls),
    memory,
    rowFiltered: new Set(),
    oldRowsOf: new Set(),
    largeFrom: 1_000,
    packed,
  })
  return done.flatMap(({ events }) => events.map(({ data }) => data))
}

test('what was looked at ahead is not translated again where no row that it asked for has changed', async () => {
  const calls: Position[] = []
  await said([transaction(1, keyA, { asks: true }), transaction(2, keyA, { pack: 2 }), transaction(3, keyA, { pack: 3 })], calls)
  expect(calls).toEqual(['e:1', 'e:2', 'e:3', 'e:1'])
  const later: Position[] = []
  const asks = [1, 2, 3].map((place) => transaction(place, keyA, { asks: true }))
  // Each is asked for its rows once and translated with them once, though the first one fetched the row for all.
  expect(await said([...asks, transaction(4, keyB, { pack: 9 })], later)).toMatchObject(
    [1, 1, 1, 9].map((pack) => (pack === 9 ? { row: { pack } } : { asked: { pack } })),
  )
  expect(later).toEqual(['e:1', 'e:2', 'e:3', 'e:4', 'e:1', 'e:2', 'e:3'])
})

test('what asked for a row is translated again when its turn comes: the row may have changed by then', async () => {
  const batch = [transaction(1, keyA, { asks: true }), transaction(2, keyB, { pack: 7 }), transaction(3, keyA, { asks: true })]
  expect(await said(batch)).toMatchObject([{ asked: { pack: 1 } }, { row: { pack: 7 } }, { asked: { pack: 7 } }])
})

test('columns that the source left out are there in what is said, also of a transaction that was looked at ahead', async () => {
  const batch = [transaction(1, keyA, { asks: true }), transaction(2, keyB, { pack: 8 }, ['note'])]
  expect((await said(batch))[1]).toMatchObject({ row: { pack: 8, note: 'long' } })
})

test('old rows that many transactions lack are fetched together, and those that the batch itself wrote are not fetched', async () => {
  const asked: number[] = []
  const memory = createRowMemory(
    {
      latestRows: async (_, keys) => {
        asked.push(keys.length)
        return new Map(keys.map(({ table: name, key }) => [rowAddress(name, key), { pack: 0 }]))
      },
    },
    source,
    2_000,
  )
  const transactions = Array.from({ length: 1_200 }, (_, place) => transaction(place, rowKey(`["${place % 600}"]`), { pack: place + 1 }))
  const translate: Translate = () => ({ kind: 'done', events: [], deadLetters: [] })
  const oldRowsOf = new Set([table])
  const packed: ChangeEvent[] = []
  const add = async (changes: readonly ChangeEvent[]): Promise<void> => void packed.push(...changes)
  await translateBatch({
    transactions,
    translate,
    memory,
    rowFiltered: new Set(),
    oldRowsOf,
    largeFrom: 1_000,
    packed: { add, addRows: async () => {} },
  })
  expect(packed.map(({ before, beforeKind }) => [beforeKind, before?.['pack']])).toEqual(
    transactions.map((_, place) => ['filled', place < 600 ? 0 : place - 599]),
  )
  expect(asked.length).toBeLessThanOrEqual(3)
})
