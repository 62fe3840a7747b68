import { describe, expect, test } from 'vitest'
import { rowKey } from '../../../src/model/ids.ts'
import type { LogPoint } from '../../../src/model/read.ts'
import { rowAddress } from '../../../src/ports/capture-store.ts'
import { openStore } from '../../../src/store/open.ts'
import { collect, emptyStore } from './empty-store.ts'
import { at, batch, change, header, source, table } from './samples.ts'

const { store, url } = emptyStore()
const point = (number: number, ordinal = 0): LogPoint => ({ position: at(number), ordinal })
const key = (text: string): ReturnType<typeof rowKey> => rowKey(JSON.stringify([text]))

describe('change log', () => {
  test('transactions are whole whatever the limit, tables can be chosen', async () => {
    const other = { table: 'ord_hdr' as typeof table }
    const changes = [1, 2, 3].flatMap((number) =>
      [0, 1, 2].map((ordinal) => change(number, `k${ordinal}`, { number }, { ordinal, ...(ordinal === 1 ? other : {}) })),
    )
    await store().commitCapture(batch(3, null, { transactions: [header(1), header(2), header(3)], changes }))
    expect(await store().readChanges({ source, after: null, upTo: at(9), limit: 1 })).toEqual(changes.slice(0, 3))
    expect(await store().readChanges({ source, after: null, upTo: at(9), limit: 3 })).toEqual(changes.slice(0, 3))
    expect(await store().readChanges({ source, after: at(1), upTo: at(9), limit: 4 })).toEqual(changes.slice(3))
    expect(await store().readChanges({ source, after: null, upTo: at(2), limit: 100 })).toEqual(changes.slice(0, 6))
    const chosen = await store().readChanges({ source, after: null, upTo: at(9), tables: [table], limit: 1 })
    expect(chosen).toEqual([changes[0], changes[2]])
    expect(await store().readChanges({ source, after: null, upTo: at(9), tables: ['nothing' as typeof table], limit: 5 })).toEqual([])
    expect(await store().readChanges({ source, after: at(3), upTo: at(9), limit: 5 })).toEqual([])
  })

  test('more readers than connections, in a process that has captured nothing itself, do not wait for each other', async () => {
    await store().commitCapture(batch(1, null, { transactions: [header(1)], changes: [change(1, 'a', { number: 1 })] }))
    for (let round = 0; round < 5; round += 1) {
      await using other = await openStore({ url: url() })
      const readers = Array.from({ length: 20 }, () => other.readChanges({ source, tables: [table], after: null, upTo: at(9), limit: 5 }))
      expect((await Promise.all(readers)).map((changes) => changes.length)).toEqual(Array.from({ length: 20 }, () => 1))
    }
  })

  test('rows as of a point, newest rows, state and history agree on updates, deletions, truncations and left-out columns', async () => {
    const truncate = change(4, 'x', null, { op: 'truncate', key: null })
    const changes = [
      change(1, 'a', { n: 1, big: 'long' }, { op: 'create' }),
      change(1, 'b', { n: 1 }, { op: 'create', ordinal: 1 }),
      change(2, 'a', { n: 2 }, { omitted: ['big'] }),
      change(2, 'b', null, { ordinal: 1 }),
      change(3, 'c', { n: 3 }, { op: 'create' }),
      truncate,
      change(5, 'd', { n: 5 }, { op: 'create' }),
    ]
    await store().commitCapture(batch(5, null, { transactions: [1, 2, 3, 4, 5].map((number) => header(number)), changes }))
    const asked = [
      { table, key: key('a'), before: point(1) },
      { table, key: key('a'), before: point(1, 1) },
      { table, key: key('a'), before: point(3) },
      { table, key: key('b'), before: point(2, 1) },
      { table, key: key('b'), before: point(3) },
      { table, key: key('c'), before: point(4) },
      { table, key: key('c'), before: point(5) },
      { table: 'nothing' as typeof table, key: key('c'), before: point(5) },
    ]
    expect(await store().rowsAt(source, asked)).toEqual(
      new Map([
        [1, { n: 1, big: 'long' }],
        [2, { n: 2, big: 'long' }],
        [3, { n: 1 }],
        [5, { n: 3 }],
      ]),
    )
    const newest = await store().latestRows(
      source,
      ['a', 'b', 'c', 'd'].map((name) => ({ table, key: key(name) })),
    )
    expect(newest).toEqual(new Map([[rowAddress(table, key('d')), { n: 5 }]]))
    expect(await collect(store().stateAt(source, table, at(3)))).toEqual([changes[2], changes[4]])
    expect(await collect(store().stateAt(source, table, at(5)))).toEqual([changes[6]])
    expect(await store().history(source, table, key('a'), at(9), 10)).toEqual([changes[2], changes[0]])
    expect(await store().history(source, table, key('a'), at(1), 10)).toEqual([changes[0]])
  })

  test('state is complete over many pages', async () => {
    const changes = Array.from({ length: 2_500 }, (_, n) => change(1, `k${n}`, { n }, { ordinal: n }))
    const again = Array.from({ length: 2_500 }, (_, n) => change(2, `k${n}`, { n: n + 1 }, { ordinal: n }))
    await store().commitCapture(batch(2, null, { transactions: [header(1), header(2)], changes: [...changes, ...again] }))
    const sizes: number[] = []
    const seen = new Map<string, number>()
    for await (const page of store().stateAt(source, table, at(2))) {
      sizes.push(page.length)
      for (const found of page) seen.set(String(found.key), Number(found.after?.['n']))
    }
    expect(seen.size).toBe(2_500)
    expect(seen.get(key('k7'))).toBe(8)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(1_000)
  })
})
