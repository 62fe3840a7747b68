import { writeFile } from 'node:fs/promises'
import { fixture } from '../../../adapters/fixture/change-source.ts'
import { journey, legacySchema, pending, stream } from '../../../src/index.ts'
import type { CandidateLimits, Feed } from '../../../src/model/context.ts'
import type { PipelineConfig } from '../../../src/pipeline/config.ts'
import type { CandidateService } from '../../../src/ports/candidate-service.ts'
import { shopRecording } from '../cli/shop/recording.ts'

interface Shop {
  ord: { ord_no: string; sku: string; qty: number }
  stock: { sku: string; free: number }
  answer: { ord_no: string; qty: number }
}

export interface Request {
  readonly ordNo: string
  readonly sku: string
  readonly qty: number
}

export interface Promised {
  readonly qty: number
}

const { rule, defineContext, projection } = legacySchema<Shop>()
const order = journey('order', { milestones: { placed: 'order.placed', answered: 'order.answered' }, limits: { answered: '1 h' } })
const placed = rule('order.placed', {
  version: 1,
  owner: 'orders',
  journey: order,
  when: (tx) => tx.created('ord'),
  emit: (row) => ({ key: row.ord_no, data: { ordNo: row.ord_no, sku: row.sku, qty: row.qty } }),
})
const answered = rule('order.answered', {
  version: 1,
  owner: 'orders',
  journey: order,
  when: (tx) => tx.created('answer'),
  emit: (row) => ({ key: row.ord_no, data: { qty: row.qty } }),
})

/** What the recorded shop's candidate says when it behaves: all that is asked for and free. */
export const wellBehaved = ({ qty }: Request, free: number): Promised => ({ qty: Math.min(qty, free) })

/** Records a shop of so many orders to a file. */
export const recordShop = (file: string, orders: number): Promise<void> => writeFile(file, shopRecording(orders))

/** The recorded shop with a candidate of the test's own: a function that is given the request and the stock that it read, or a service. */
export const recordedShop = (options: {
  readonly file: string
  readonly answer: ((request: Request, free: number) => unknown) | CandidateService
  readonly limits: Partial<CandidateLimits>
  /** Default: Banyan's own. */
  readonly stockFeed?: Feed
}): PipelineConfig => ({
  source: fixture({ name: 'shop', file: options.file }),
  rules: [placed, answered],
  journeys: [order],
  contexts: [
    defineContext('promise', {
      on: 'order.placed',
      reads: {
        stock: projection({
          kind: 'state',
          from: 'stock',
          key: (row) => row.sku,
          value: (row) => row.free,
          feed: options.stockFeed ?? stream(),
        }),
      },
      candidate: candidateOf(options.answer),
      ...(options.stockFeed === undefined ? { needs: (request: Request) => ({ stock: { keys: [request.sku] } }) } : {}),
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
      limits: options.limits,
    }),
  ],
  time: null,
})

type StockReads = { readonly stock: { readonly get: (sku: string) => Promise<number | undefined> } }

const candidateOf = (
  answer: ((request: Request, free: number) => unknown) | CandidateService,
): ((request: Request, tools: StockReads) => Promise<Promised>) | CandidateService =>
  typeof answer === 'function' ? async (request, { stock }) => answer(request, (await stock.get(request.sku)) ?? 0) as Promised : answer
