import type { DecisionId, EventId } from '../../../../src/model/ids.ts'
import { epochMs, journeyKey, position } from '../../../../src/model/ids.ts'
import type { Context } from '../../../../src/model/context.ts'
import { pending } from '../../../../src/model/context.ts'
import { hashText } from '../../../../src/model/hash.ts'
import type { Observation } from '../../../../src/model/observation.ts'
import type { Data } from '../../../../src/model/value.ts'
import type { ArchivedDecision } from '../../../../src/pipeline/replay/archived-decision.ts'
import { contextsFor, stream } from '../../../../src/shadow/define-context.ts'

interface Shop {
  stock: { sku: string; free: number }
  answer: { ord_no: string; qty: number }
}

interface Order {
  readonly sku: string
  readonly qty: number
}

interface StockReads {
  readonly stock: {
    readonly get: (key: string) => Promise<number | undefined>
    readonly group: (group: string) => Promise<readonly { readonly key: string; readonly value: number }[]>
  }
}

const { defineContext, projection } = contextsFor<Shop>()

/** The shop's decision with some candidate. */
export const shopContext = (
  candidate: (
    order: Order,
    tools: StockReads & { readonly clock: { readonly now: () => number }; readonly random: () => number },
  ) => unknown,
): Context =>
  defineContext('promise', {
    on: 'order.placed',
    reads: {
      stock: projection({
        kind: 'state',
        from: 'stock',
        key: (row) => row.sku,
        group: (row) => row.sku.slice(0, 1),
        value: (row) => row.free,
        feed: stream(),
      }),
    },
    candidate: candidate as (order: Order) => { qty: number },
    legacy: { watch: { answer: (row) => row.ord_no }, answer: (): typeof pending => pending },
    answersWithin: '15 min',
    settlesWithin: '5 s',
    limits: { timeoutMs: 200 },
  })

export const decided = (answer: Data): Observation => ({ kind: 'decided', answer, effects: [] })

/** One recorded decision about 3 of sku A1, of which 5 were free live and 4 as of the legacy's commit. */
export const shopDecision = (number: number, more: Partial<ArchivedDecision> = {}): ArchivedDecision => ({
  id: hashText(String(number)) as DecisionId,
  trigger: {
    id: `event-${number}` as EventId,
    type: 'order.placed',
    key: journeyKey(`O${number}`),
    data: { sku: 'A1', qty: 3 },
    occurredAt: epochMs(1_000),
    position: position('1:1'),
    ordinal: 0,
  },
  legacy: decided({ qty: 3 }),
  first: null,
  live: { at: epochMs(2_000), observation: decided({ qty: 3 }), reads: [['stock', 'key', 'A1', [['A1', 5]]]] },
  asOf: { at: epochMs(1_500), observation: decided({ qty: 3 }), reads: [['stock', 'key', 'A1', [['A1', 4]]]] },
  cause: null,
  rule: null,
  exposure: 100,
  ...more,
})
