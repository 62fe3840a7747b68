import fc from 'fast-check'
import { expect, test } from 'vitest'
import { epochMs, tableName } from '../../../src/model/ids.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import type { CaptureBatch } from '../../../src/ports/capture-store.ts'
import type { ChangeQuery } from '../../../src/ports/change-log.ts'
import { openStore } from '../../../src/store/open.ts'
import { createRecentChanges } from '../../../src/store/recent-changes.ts'
import { emptyStore } from './empty-store.ts'
import { at, batch, change, header, source, table } from './samples.ts'

const { store, url } = emptyStore()
const tables = [table, tableName('ord_hdr'), tableName('nothing')]
const row = { n: 1n, bytes: new Uint8Array([1, 2]), text: 'ü', odd: -0, none: null }

type Batch = CaptureBatch & { readonly changes: readonly ChangeEvent[] }

/** A batch of one to four transactions, each with the given tables' changes; the cursor may go beyond the last of them. */
const batchOf = (from: number, transactions: readonly (readonly number[])[], beyond: number): Batch => ({
  ...batch(from + transactions.length + beyond, from === 0 ? null : from),
  transactions: transactions.map((places, index) => header(from + index + 1, { count: places.length })),
  changes: transactions.flatMap((places, index) =>
    places.map((place, ordinal) => {
      const one = change(from + index + 1, `k${ordinal}`, row, { ordinal, table: tables[place] ?? table })
      // As where a clock is mapped: what a change was read with is not what is stored.
      return { ...one, transaction: { ...one.transaction, committedAt: epochMs(7) } }
    }),
  ),
})

const transactions = fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { maxLength: 4 }), { minLength: 0, maxLength: 4 })
const query = fc.record({
  from: fc.integer({ min: 0, max: 30 }),
  to: fc.integer({ min: 0, max: 30 }),
  limit: fc.integer({ min: 1, max: 12 }),
  tables: fc.option(fc.subarray(tables), { nil: undefined }),
})

test('what is still at hand reads as the server tells it', async () => {
  await using other = await openStore({ url: url() })
  const recent = createRecentChanges()
  const batches = fc.sample(fc.tuple(transactions, fc.integer({ min: 0, max: 1 })), 8)
  let from = 0
  for (const [given, beyond] of batches) {
    const one = batchOf(from, given, given.length === 0 ? 1 : beyond)
    await store().commitCapture(one)
    recent.committed(one, one.changes)
    from += given.length + (given.length === 0 ? 1 : beyond)
  }
  let answered = 0
  for (const asked of fc.sample(query, 200)) {
    const upTo = at(Math.min(asked.to, from))
    const wanted: ChangeQuery = {
      source,
      after: at(asked.from),
      upTo,
      limit: asked.limit,
      ...(asked.tables === undefined ? {} : { tables: asked.tables }),
    }
    const held = recent.read(wanted)
    const stored = await other.readChanges(wanted)
    expect(await store().readChanges(wanted)).toEqual(stored)
    if (held === null) continue
    answered += 1
    expect(held).toEqual(stored)
  }
  expect(answered).toBeGreaterThan(20)
})

test('nothing is told from before the first commit, from a large transaction, from later than the last, or after another may have captured', () => {
  const recent = createRecentChanges()
  const hold = (batch: Batch): void => recent.committed(batch, batch.changes)
  const asked = (after: number | null, upTo: number): boolean =>
    recent.read({ source, after: after === null ? null : at(after), upTo: at(upTo), limit: 10 }) !== null
  expect(asked(1, 1)).toBe(false)
  hold(batchOf(0, [[0]], 0))
  hold(batchOf(1, [[0], [1]], 0))
  expect([asked(null, 3), asked(0, 3), asked(1, 4)]).toEqual([false, false, false])
  expect([asked(1, 3), asked(2, 2), asked(3, 3)]).toEqual([true, true, true])
  recent.committed(batchOf(3, [[0]], 0), null)
  expect([asked(1, 3), asked(3, 4), asked(4, 4)]).toEqual([false, false, true])
  recent.forget(source)
  expect(asked(4, 4)).toBe(false)
})

test('holds a bounded number of changes, and whole batches of them', () => {
  const recent = createRecentChanges()
  const hold = (batch: Batch): void => recent.committed(batch, batch.changes)
  const large = (from: number): Batch => batchOf(from, [Array.from({ length: 2_500 }, () => 0)], 0)
  for (const from of [0, 1, 2, 3]) hold(large(from))
  expect(recent.read({ source, after: at(1), upTo: at(4), limit: 9_999 })).toBeNull()
  expect(recent.read({ source, after: at(2), upTo: at(4), limit: 9_999 })).toHaveLength(5_000)
})
