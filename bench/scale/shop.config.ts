import process from 'node:process'
import { fixture } from '../../adapters/fixture/change-source.ts'
import type { BanyanConfig } from '../../src/index.ts'
import { defineConfig, journey, keyed, legacySchema, pending, stream } from '../../src/index.ts'

interface Shop {
  ord: { ord_no: string; sku: string; qty: number }
  stock: { sku: string; free: number }
  answer: { ord_no: string; qty: number }
}

/** Three decisions about each order, so that there is something to share: each has its own stages. */
export const contextNames = ['promise', 'fee', 'screen'] as const

const { rule, defineContext, projection } = legacySchema<Shop>()
const order = journey('order', { milestones: { placed: 'order.placed' } })
const placed = rule('order.placed', {
  version: 1,
  owner: 'bench',
  journey: order,
  when: (tx) => tx.created('ord'),
  emit: (row) => ({ key: row.ord_no, data: { sku: row.sku, qty: row.qty } }),
})

const contextOf = (name: string): BanyanConfig['contexts'][number] =>
  defineContext(name, {
    on: 'order.placed',
    reads: { stock: projection({ kind: 'state', from: 'stock', key: (row) => row.sku, value: (row) => row.free, feed: stream() }) },
    candidate: async ({ sku, qty }: { readonly sku: string; readonly qty: number }, { stock }) => {
      const free = (await stock.get(sku)) ?? 0
      return { qty: Math.min(qty, free), lines: [{ sku, qty }] }
    },
    legacy: {
      watch: { answer: (row) => row.ord_no },
      answer: (transactions, { data }) => {
        const row = transactions.flatMap((tx) => [...tx.created('answer')])[0]
        return row === undefined ? pending : { qty: row.qty, lines: [{ sku: data.sku, qty: data.qty }] }
      },
    },
    answersWithin: '15 min',
    settlesWithin: '5 s',
    compare: { '/lines': keyed('sku') },
  })

const config: BanyanConfig = defineConfig({
  source: fixture({ name: 'shop', file: process.env['RECORDING'] ?? 'nowhere.ndjson' }),
  store: { url: process.env['STORE_URL'] ?? '' },
  rules: [placed],
  journeys: [order],
  contexts: contextNames.map(contextOf),
})

export default config
