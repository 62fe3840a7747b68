import { legacySchema, pending, stream } from '../../../../src/index.ts'
import { epochMs } from '../../../../src/model/ids.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'
import type { PipelineConfig } from '../../../../src/pipeline/config.ts'
import type { OfflineOptions, OfflineResult } from '../../../../src/pipeline/offline.ts'
import { offlineRun } from '../../../../src/pipeline/offline.ts'
import type { DeliverySource } from '../../../../src/ports/delivery-source.ts'
import type { ChangeSource } from '../../../../src/ports/change-source.ts'
import type { PolicyStatement } from '../../../../src/shadow/policy-logic.ts'
import type { Commit } from './offline-shop.ts'
import { recordingOf } from './offline-shop.ts'

interface Shop {
  ord: { ord_no: string; sku: string; qty: number }
  stock: { sku: string; whs: string; free: number }
  answer: { ord_no: string; qty: number }
}

const { rule, defineContext, projection } = legacySchema<Shop>()

const placed = rule('order.placed', {
  version: 1,
  owner: 'orders',
  when: (tx) => tx.created('ord'),
  emit: (row) => ({ key: row.ord_no, data: { ordNo: row.ord_no, sku: row.sku, qty: row.qty } }),
})

export const begin = Date.UTC(2026, 2, 1)

const tables = {
  ord: { key: 'ord_no', columns: ['ord_no', 'sku', 'qty'] },
  stock: { key: 'sku', columns: ['sku', 'whs', 'free'] },
  answer: { key: 'ord_no', columns: ['ord_no', 'qty'] },
}

export interface StockOptions {
  readonly lag?: '250 ms' | '2 s'
  readonly grouped?: boolean
  readonly policy?: readonly PolicyStatement[]
  readonly clockError?: '100 ms'
  readonly spool?: OfflineOptions['spool']
}

/** A legacy that promises what is free, and its candidate, which does the same from a copy of the stock. */
export const stockConfig = (source: ChangeSource, { lag, grouped = false, policy, clockError }: StockOptions = {}): PipelineConfig => ({
  source,
  rules: [placed],
  journeys: [],
  contexts: [
    defineContext('promise', {
      on: 'order.placed',
      reads: {
        stock: projection({
          kind: 'state',
          from: 'stock',
          key: (row) => row.sku,
          group: (row) => row.whs,
          value: (row) => ({ free: row.free }),
          feed: stream(lag === undefined ? {} : { lag }),
        }),
      },
      candidate: async (input: { readonly sku: string; readonly qty: number }, { stock }): Promise<{ qty: number }> => {
        const free = grouped
          ? (await stock.group('N')).reduce((sum, { value }) => sum + value.free, 0)
          : ((await stock.get(input.sku))?.free ?? 0)
        return { qty: Math.min(input.qty, free) }
      },
      version: '1',
      legacy: {
        watch: { answer: (row) => row.ord_no },
        answer: (transactions) => {
          const row = transactions.flatMap((tx) => [...tx.created('answer')]).at(-1)
          return row === undefined ? pending : { qty: row.qty }
        },
      },
      answersWithin: '15 min',
      settlesWithin: '5 s',
      ...(policy === undefined ? {} : { policy }),
      ...(clockError === undefined ? {} : { clockError }),
    }),
  ],
  time: null,
})

/** Stock of a sku is set at an instant. */
export const stocked = (at: number, sku: string, free: number, op: 'read' | 'create' | 'update' = 'update', whs = 'N'): Commit => ({
  at: begin + at,
  writes: [{ op, table: 'stock', key: sku, row: { sku, whs, free } }],
  snapshot: op === 'read',
})

export const unstocked = (at: number, sku: string): Commit => ({ at: begin + at, writes: [{ op: 'delete', table: 'stock', key: sku }] })

/** An order, answered in the same transaction. */
export const ordered = (at: number, ordNo: string, sku: string, qty: number, promised: number): Commit => ({
  at: begin + at,
  writes: [
    { op: 'create', table: 'ord', key: ordNo, row: { ord_no: ordNo, sku, qty } },
    { op: 'create', table: 'answer', key: ordNo, row: { ord_no: ordNo, qty: promised } },
  ],
})

export interface Told extends OfflineResult {
  /** By the order's number. */
  readonly pairs: ReadonlyMap<string, PairedDecision>
}

export const stockTables = recordingOf('shop', tables, []).tables

export const runShop = async (commits: readonly Commit[], deliveries: DeliverySource | null, options: StockOptions = {}): Promise<Told> => {
  const source = recordingOf('shop', tables, commits)
  const pairs = new Map<string, PairedDecision>()
  const told = await offlineRun({
    config: stockConfig(source, options),
    transactions: source,
    deliveries,
    signal: new AbortController().signal,
    now: epochMs(begin),
    ...(options.spool === undefined ? {} : { spool: options.spool }),
    onVerdict: (pair) => pairs.set(pair.live.trigger.key, pair),
  })
  return { ...told, pairs }
}
