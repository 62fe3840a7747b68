import { fixture } from '../../adapters/fixture/change-source.ts'
import type { BanyanConfig } from '../../src/index.ts'
import { defineConfig, journey, keyed, legacySchema, pending, stream } from '../../src/index.ts'

interface Oms {
  req: { id: string }
  stock: { sku: string; node: string; free: number }
  itm: { sku: string; pack: number }
  answer: { id: string; qty: number }
}

interface Request {
  readonly sku: string
  readonly qty: number
  readonly preferredNode: string | null
}

interface Promised {
  readonly outcome: string
  readonly qty: number
  readonly node: string | null
  readonly allocations: readonly { readonly node: string; readonly qty: number }[]
  readonly leadDays: number | null
}

const { rule, defineContext, projection } = legacySchema<Oms>()
const request = journey('request', { milestones: { requested: 'promise.requested' } })
const requested = rule('promise.requested', {
  version: 1,
  owner: 'bench',
  journey: request,
  when: (tx) => tx.created('req'),
  emit: (row) => ({ key: row.id, data: {} }),
})

/** The recorded candidate knows no cap; this one does. */
const promise = defineContext('promise', {
  on: 'promise.requested',
  reads: {
    stock: projection({
      kind: 'state',
      from: 'stock',
      key: (row) => `${row.sku}/${row.node}`,
      group: (row) => row.sku,
      value: (row) => row.free,
      feed: stream(),
    }),
    pack: projection({ kind: 'reference', from: 'itm', key: (row) => row.sku, value: (row) => row.pack, feed: stream() }),
  },
  candidate: async ({ sku, qty }: Request, { stock, pack }): Promise<Promised> => {
    const size = (await pack.get(sku)) ?? 1
    const asked = Math.min(40, Math.ceil(qty / size) * size)
    const able = (await stock.group(sku))
      .filter(({ value }) => value >= asked)
      .sort((a, b) => b.value - a.value || (a.key < b.key ? -1 : 1))
    const node = able[0]?.key.split('/')[1] ?? null
    return node === null
      ? { outcome: 'rejected', qty: 0, node, allocations: [], leadDays: null }
      : { outcome: 'reserved', qty: asked, node, allocations: [{ node, qty: asked }], leadDays: null }
  },
  legacy: { watch: { answer: (row) => row.id }, answer: () => pending },
  answersWithin: '15 min',
  settlesWithin: '5 s',
  compare: { '/allocations': keyed('node') },
})

const config: BanyanConfig = defineConfig({
  source: fixture({ name: 'oms', file: 'nowhere.ndjson' }),
  rules: [requested],
  journeys: [request],
  contexts: [promise],
})

export default config
