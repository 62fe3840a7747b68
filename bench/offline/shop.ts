import { deliveries } from '../../adapters/fixture/deliveries.ts'
import { fixture } from '../../adapters/fixture/change-source.ts'
import { legacySchema, pending, stream } from '../../src/index.ts'
import type { PipelineConfig } from '../../src/pipeline/config.ts'
import type { DeliverySource } from '../../src/ports/delivery-source.ts'

interface Shop {
  ord: { ord_no: string; sku: string; qty: number; channel: string; price: string }
  stock: { sku: string; free: number }
  answer: { ord_no: string; qty: number }
  item: { sku: string; pack: number; cls: string }
}

interface Request {
  readonly sku: string
  readonly qty: number
  readonly channel: string
}

const { rule, defineContext, projection } = legacySchema<Shop>()

const placed = rule('order.placed', {
  version: 1,
  owner: 'orders',
  when: (tx) => tx.created('ord'),
  emit: (row, { asOf }) => ({
    key: row.ord_no,
    data: { sku: row.sku, qty: row.qty, channel: row.channel, price: row.price, cls: asOf('item', row.sku)?.cls ?? null },
  }),
})

const promise = defineContext('promise', {
  on: 'order.placed',
  reads: {
    stock: projection({ kind: 'state', from: 'stock', key: (row) => row.sku, value: (row) => row.free, feed: stream() }),
  },
  candidate: async ({ sku, qty }: Request, { stock }) => ({ qty: Math.min(qty, (await stock.get(sku)) ?? 0) }),
  version: '1',
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

/** The bench's shop over its recording. */
export const benchShop = (files: {
  readonly transactions: string
  readonly deliveries: string
}): { readonly config: PipelineConfig; readonly deliveries: DeliverySource } => ({
  config: { source: fixture({ name: 'bench', file: files.transactions }), rules: [placed], journeys: [], contexts: [promise], time: null },
  deliveries: deliveries({ file: files.deliveries }),
})
