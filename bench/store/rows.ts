import type { BusinessEvent } from '../../src/model/business-event.ts'
import type { ChangeEvent, TransactionHeader } from '../../src/model/change-event.ts'
import type { LiveDecision } from '../../src/model/decision.ts'
import { decisionId, eventId } from '../../src/model/hash.ts'
import type { Position } from '../../src/model/ids.ts'
import { contextName, epochMs, journeyKey, position, rowKey, sourceName, tableName } from '../../src/model/ids.ts'
import type { Row } from '../../src/model/value.ts'

export const source = sourceName('bench')
export const context = contextName('bench')
const table = tableName('bench_t')

export const at = (number: number): Position => position(`7412345678901234567-1:${number.toString(16).toUpperCase().padStart(16, '0')}`)

/** The row of the capture bench: ten columns of the usual kinds. */
const row = (number: number): Row => ({
  id: BigInt(number),
  customer_id: number % 5_000,
  sku: `SKU-${number % 997}`,
  qty: number % 12,
  price: `${number % 400}.95`,
  status: 'A',
  note: 'left at the side door, as agreed',
  flag: number % 2 === 0,
  created_at: '2026-03-01T09:30:00.000000Z',
  updated_at: '2026-03-01T09:30:00.000000',
})

const changesPerTransaction = 10

export interface Commit {
  readonly header: TransactionHeader
  readonly changes: readonly ChangeEvent[]
}

export const commit = (number: number): Commit => {
  const header: TransactionHeader = {
    source,
    position: at(number),
    id: String(number),
    beganAt: null,
    committedAt: epochMs(1_772_000_000_000 + number),
    capturedAt: epochMs(1_772_000_000_005 + number),
    count: changesPerTransaction,
    snapshot: false,
  }
  const changes = Array.from({ length: changesPerTransaction }, (_, ordinal): ChangeEvent => {
    const id = ordinal % 2 === 0 ? number * changesPerTransaction + ordinal : (number * 7_919 + ordinal) % 100_000
    return {
      transaction: header,
      ordinal,
      op: ordinal % 2 === 0 ? 'create' : 'update',
      table,
      key: rowKey(`[{"$i":"${id}"}]`),
      before: null,
      after: row(id),
      beforeKind: 'none',
      omitted: [],
    }
  })
  return { header, changes }
}

export const event = (number: number): BusinessEvent => ({
  id: eventId(source, at(number), 'order.placed', String(number), 0),
  type: 'order.placed',
  source,
  key: journeyKey(`ORD${number}`),
  data: {
    channel: 'WEB',
    tier: 'GOLD',
    total: '129.95',
    lines: [
      { sku: `SKU-${number % 997}`, qty: 2 },
      { sku: 'SKU-7', qty: 1 },
    ],
  },
  occurredAt: epochMs(1_772_000_000_000 + number),
  position: at(number),
  ordinal: 0,
  journey: 'order',
  milestone: 'placed',
  rule: { name: 'order.placed', version: 1 },
  causes: [`${at(number)}#0` as BusinessEvent['causes'][number]],
})

export const decision = (number: number): LiveDecision => {
  const trigger = event(number)
  const version = { position: at(number), ordinal: 3, committedAt: epochMs(1_772_000_000_000) }
  const stock = ['W1', 'W2', 'W3', 'W4'].map((node) => ({ key: `SKU-1/${node}`, value: { onHand: number % 40, held: 2 }, version }))
  return {
    id: decisionId(context, trigger.id),
    context,
    trigger,
    candidateVersion: '5b1d',
    observation: { kind: 'decided', answer: { outcome: 'R', qty: 2, node: 'W1', allocations: [{ node: 'W1', qty: 2 }] }, effects: [] },
    reads: [
      {
        projection: 'stock',
        kind: 'group',
        key: 'SKU-1',
        entries: stock,
        feed: 'stream',
        frontier: at(number),
        readAt: epochMs(1_772_000_000_001),
      },
      {
        projection: 'item',
        kind: 'key',
        key: 'SKU-1',
        entries: [{ key: 'SKU-1', value: { pack: 6 }, version: null }],
        feed: 'external',
        frontier: null,
        readAt: epochMs(1_772_000_000_001),
      },
    ],
    decidedAt: epochMs(1_772_000_000_002),
    tookMs: 0.4,
  }
}
