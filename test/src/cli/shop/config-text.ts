import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')

/** A config file for the recorded shop, as a user would write it, but for the paths of the imports. */
export const shopConfig = (options: { readonly recording: string; readonly store: object }): string => `
import { defineConfig, journey, legacySchema, pending, stream } from '${root}/src/index.ts'
import { fixture } from '${root}/adapters/fixture/change-source.ts'

interface Shop {
  ord: { ord_no: string; sku: string; qty: number }
  stock: { sku: string; free: number }
  answer: { ord_no: string; qty: number }
}

const { rule, defineContext, projection } = legacySchema<Shop>()
const order = journey('order', { milestones: { placed: 'order.placed', answered: 'order.answered' }, limits: { answered: '1 h' } })
const placed = rule('order.placed', {
  version: 1, owner: 'orders', journey: order, when: (tx) => tx.created('ord'),
  emit: (row) => ({ key: row.ord_no, data: { ordNo: row.ord_no, sku: row.sku, qty: row.qty } }),
})
const answered = rule('order.answered', {
  version: 1, owner: 'orders', journey: order, when: (tx) => tx.created('answer'),
  emit: (row) => ({ key: row.ord_no, data: { qty: row.qty } }),
})
const promise = defineContext('promise', {
  on: 'order.placed',
  reads: { stock: projection({ kind: 'state', from: 'stock', key: (row) => row.sku, value: (row) => row.free, feed: stream() }) },
  candidate: async (input: { sku: string; qty: number }, { stock }) => ({ qty: Math.min(input.qty, (await stock.get(input.sku)) ?? 0) }),
  legacy: {
    watch: { answer: (row) => row.ord_no },
    answer: (transactions) => {
      const row = transactions.flatMap((tx) => [...tx.created('answer')])[0]
      return row === undefined ? pending : { qty: row.qty }
    },
  },
  answersWithin: '15 min',
  settlesWithin: '5 s',
})

export default defineConfig({
  title: 'The shop',
  source: fixture({ name: 'shop', file: ${JSON.stringify(options.recording)} }),
  store: ${JSON.stringify(options.store)},
  rules: [placed, answered],
  journeys: [order],
  contexts: [promise],
})
`
