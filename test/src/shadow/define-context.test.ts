import { describe, expect, expectTypeOf, it } from 'vitest'
import { pending } from '../../../src/model/context.ts'
import type { CandidateTools } from '../../../src/model/context.ts'
import { epochMs } from '../../../src/model/ids.ts'
import { BanyanError } from '../../../src/model/errors.ts'
import { contextsFor, external, stream } from '../../../src/shadow/define-context.ts'

interface Oms {
  inv_bal: { sku: string; node: string; oh_qty: number }
  itm_mst: { sku: string; pack_qty: number }
  alloc: { ord_no: string; qty: number }
}
const { defineContext, projection } = contextsFor<Oms>()
const stock = projection({
  kind: 'state',
  from: 'inv_bal',
  key: (r) => `${r.sku}/${r.node}`,
  value: (r) => ({ onHand: r.oh_qty }),
  feed: stream(),
})
const items = projection({
  kind: 'reference',
  from: 'itm_mst',
  key: (r) => r.sku,
  value: (r) => r.pack_qty,
  feed: external(async () => 1),
  freshWithin: '26 h',
})

const options = {
  on: 'order.placed',
  reads: { stock, items },
  candidate: async (order: { qty: number }, tools: { readonly clock: CandidateTools['clock'] }) => ({
    qty: order.qty,
    at: tools.clock.now(),
  }),
  legacy: { watch: { alloc: (row: Oms['alloc']) => row.ord_no }, answer: (): typeof pending => pending },
  answersWithin: '15 min',
  settlesWithin: '5 s',
} as const

describe('defineContext', () => {
  it('types reads, rows, input and answer', () => {
    const context = defineContext('inventory-promise', {
      ...options,
      candidate: async (order: { qty: number }, { stock: held, items: packs, clock }) => {
        expectTypeOf(await held.get('x')).toEqualTypeOf<{ onHand: number } | undefined>()
        expectTypeOf(await packs.get('x')).toEqualTypeOf<number | undefined>()
        expectTypeOf(clock.now()).toBeNumber()
        return { qty: order.qty }
      },
      legacy: {
        watch: { alloc: (row) => row.ord_no },
        answer: (transactions, order) => {
          expectTypeOf(order.data.qty).toBeNumber()
          const rows = transactions.flatMap((tx) => [...tx.created('alloc')])
          return rows[0] === undefined ? pending : { qty: rows[0].qty }
        },
      },
      invariants: [{ name: 'never more than asked', holds: (answer, order) => answer.qty <= order.data.qty }],
    })
    expect(context).toMatchObject({ name: 'inventory-promise', answersWithinMs: 900_000, settlesWithinMs: 5_000, maxTransactionMs: 0 })
    expect(context.limits).toEqual({ timeoutMs: 2_000, concurrency: 16, queue: 256, circuitFailures: 20, circuitOpenMs: 30_000 })
    expect(context.reads.items).toMatchObject({ freshWithinMs: 93_600_000, group: null })
  })

  it('does not compile with unknown tables and columns', () => {
    // @ts-expect-error no such table
    projection({ kind: 'state', from: 'inv_ball', key: () => '', value: () => 1, feed: stream() })
    // @ts-expect-error no such column
    projection({ kind: 'state', from: 'inv_bal', key: (r) => r.skew, value: () => 1, feed: stream() })
    // @ts-expect-error no such table
    defineContext('a', { ...options, legacy: { ...options.legacy, watch: { allok: () => '' } } })
  })

  it('gives the candidate its reads and tools in one', async () => {
    const context = defineContext('a', options)
    const tools = {
      clock: { now: () => 5 },
      random: () => 0,
      intend: () => undefined,
      signal: new AbortController().signal,
      parameters: {},
    }
    expect(await context.candidate({ qty: 2 }, tools as never, {}, {} as never)).toEqual({ qty: 2, at: 5 })
  })

  it('has a version that changes with the candidate', () => {
    const other = defineContext('a', { ...options, candidate: async (order: { qty: number }) => ({ qty: order.qty, at: epochMs(0) }) })
    expect(defineContext('a', options).candidateVersion).toBe(defineContext('b', options).candidateVersion)
    expect(other.candidateVersion).not.toBe(defineContext('a', options).candidateVersion)
    expect(defineContext('a', { ...options, version: 'v7' }).candidateVersion).toBe('v7')
  })

  it.each<[string, string, () => unknown]>([
    ['name', 'Promise', () => defineContext('Promise', options)],
    ['trigger', '.on', () => defineContext('a', { ...options, on: '' })],
    ['duration', '.answersWithin', () => defineContext('a', { ...options, answersWithin: 'soon' as never })],
    ['watch', '.legacy.watch', () => defineContext('a', { ...options, legacy: { ...options.legacy, watch: {} } })],
    ['path', "compare['total']", () => defineContext('a', { ...options, compare: { total: { kind: 'exact' } } })],
    ['read named as a tool', 'reads.clock', () => defineContext('a', { ...options, reads: { clock: stock } })],
    ['clock that is more wrong than what is waited for', '.clockError', () => defineContext('a', { ...options, clockError: '3 s' })],
    ['limit', 'limits.timeoutMs', () => defineContext('a', { ...options, limits: { timeoutMs: 0 } })],
    ['group of an external feed', 'reads.items', () => defineContext('a', { ...options, reads: { items: { ...items, group: () => '' } } })],
  ])('refuses a wrong %s, and says where and what to write', (_, where, define) => {
    const error = (() => {
      try {
        define()
      } catch (cause) {
        return cause
      }
      return null
    })()
    expect(error).toBeInstanceOf(BanyanError)
    expect(error).toMatchObject({ code: 'context-invalid', where: expect.stringContaining(where), hint: expect.stringMatching(/\w/) })
  })
})
