import { expect, test } from 'vitest'
import { all, external, journey, keyed, legacySchema, pending, stream } from '../../src/index.ts'
import * as api from '../../src/index.ts'

interface Shop {
  readonly ord: { readonly ord_no: string; readonly sku: string; readonly qty: number }
  readonly stock: { readonly sku: string; readonly free: number }
  readonly answer: { readonly ord_no: string; readonly qty: number }
}

test('the public API is small, and every name of it is known here', () => {
  expect(Object.keys(api).sort()).toEqual(
    [
      ...['BanyanError', 'defineConfig', 'legacySchema'],
      ...['journey', 'all', 'any', 'pending', 'stream', 'external'],
      ...['exact', 'ignore', 'keyed', 'tolerance', 'unordered', 'currency', 'normalised', 'compileComparison'],
    ].sort(),
  )
})

test('a whole strangling can be said with it, typed by the legacy schema', () => {
  const shop = legacySchema<Shop>()
  const order = journey('order', {
    milestones: { placed: 'order.placed', done: all('order.placed', 'order.paid') },
    limits: { done: '1 h' },
  })
  const placed = shop.rule('order.placed', {
    version: 1,
    owner: 'orders',
    journey: order,
    when: (tx) => tx.created('ord'),
    emit: (row) => ({ key: row.ord_no.trim(), data: { sku: row.sku, qty: row.qty } }),
  })
  const promise = shop.defineContext('promise', {
    on: 'order.placed',
    reads: {
      stock: shop.projection({ kind: 'state', from: 'stock', key: (row) => row.sku, value: (row) => row.free, feed: stream() }),
      name: shop.projection({ kind: 'reference', from: 'stock', key: (row) => row.sku, value: () => '', feed: external(async () => '') }),
    },
    candidate: async (input: { readonly sku: string; readonly qty: number }, { stock }) => ({
      qty: Math.min(input.qty, (await stock.get(input.sku)) ?? 0),
    }),
    legacy: {
      watch: { answer: (row) => row.ord_no.trim() },
      answer: (transactions) => {
        const answer = transactions.flatMap((tx) => [...tx.created('answer')])[0]
        return answer === undefined ? pending : { qty: answer.qty }
      },
    },
    answersWithin: '15 min',
    settlesWithin: '5 s',
    compare: { '/lines': keyed('sku') },
  })
  expect([placed.name, promise.on, promise.answersWithinMs]).toEqual(['order.placed', 'order.placed', 900_000])
  // @ts-expect-error there is no such table
  expect(() => shop.projection({ kind: 'state', from: 'stok', key: () => '', value: () => '', feed: stream() })).not.toThrow()
  // @ts-expect-error there is no such column
  shop.rule('a.b', { version: 1, owner: 'x', when: (tx) => tx.created('ord'), emit: (row) => ({ key: row.nothing, data: {} }) })
})
