import { resolve } from 'node:path'

const root = resolve(import.meta.dirname, '../../../..')

export interface ShopConfigOptions {
  readonly source: { readonly recording: string } | { readonly postgres: object } | { readonly mysql: object }
  readonly store: object
  /** The table that the first rule looks at. */
  readonly ordersTable?: string
  /** Setting that holds the title. */
  readonly titleSetting?: string
  /** The order at which the first rule throws. */
  readonly throwsAt?: string
}

const sourceText = (source: ShopConfigOptions['source']): string => {
  if ('recording' in source) return `fixture({ name: 'shop', file: ${JSON.stringify(source.recording)} })`
  const common = { name: 'shop', tables: ['ord', 'stock', 'answer'] }
  if ('mysql' in source) return `mysql(${JSON.stringify({ ...common, ...source.mysql })})`
  return `postgres(${JSON.stringify({ ...common, createPublication: true, ...source.postgres })})`
}

/** A config file for the shop, as a user would write it, but for the paths of the imports and for what is wrong with it on purpose. */
export const shopConfig = ({ ordersTable = 'ord', titleSetting = 'title', throwsAt = '', ...options }: ShopConfigOptions): string => `
import { defineConfig, journey, legacySchema, pending, stream } from '${root}/src/index.ts'
import { fixture } from '${root}/adapters/fixture/change-source.ts'
import { mysql } from '${root}/adapters/mysql/change-source.ts'
import { postgres } from '${root}/adapters/postgres/change-source.ts'

interface Shop {
  ord: { ord_no: string; sku: string; qty: number }
  stock: { sku: string; free: number }
  answer: { ord_no: string; qty: number }
}

const { rule, defineContext, projection } = legacySchema<Shop>()
const order = journey('order', { milestones: { placed: 'order.placed', answered: 'order.answered' }, limits: { answered: '1 h' } })
const placed = rule('order.placed', {
  version: 1, owner: 'orders', journey: order, when: (tx) => tx.created('${ordersTable}'),
  emit: (row) => {
    if (row.ord_no === '${throwsAt}') throw new RangeError('no rule without exception')
    return { key: row.ord_no, data: { ordNo: row.ord_no, sku: row.sku, qty: row.qty } }
  },
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
  ${titleSetting}: 'The shop',
  source: ${sourceText(options.source)},
  store: ${JSON.stringify(options.store)},
  rules: [placed, answered],
  journeys: [order],
  contexts: [promise],
})
`
