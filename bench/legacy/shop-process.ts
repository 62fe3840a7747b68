import process from 'node:process'
import type { StoryClock } from '../../fixtures/story/legacy/story-clock.ts'
import { runWorkload } from '../../fixtures/order-management/legacy/workload.ts'

/** What the shop is to do. */
export interface ShopOrder {
  readonly url: string
  readonly seed: number
  readonly orders: number
  readonly clock: StoryClock
}

/** What its customers had to wait. */
export interface ShopDay {
  /** From the first customer until nothing is left to do. */
  readonly openMs: number
  /** One for each order, in the order of their commits. */
  readonly latenciesMs: readonly number[]
}

const latenciesMs: number[] = []
const order = JSON.parse(process.argv[2] ?? '{}') as ShopOrder
await runWorkload({ ...order, onPlaced: (latencyMs) => void latenciesMs.push(latencyMs) })
const openMs = Date.now() - order.clock.startedAt
console.log(JSON.stringify({ openMs, latenciesMs: latenciesMs.map((latencyMs) => Math.round(latencyMs * 1_000) / 1_000) }))
