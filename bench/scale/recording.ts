import { encode } from '../../src/model/canonical.ts'
import type { Row } from '../../src/model/value.ts'

interface Written {
  readonly table: keyof typeof columns
  readonly op: 'create' | 'update' | 'read'
  readonly row: Row
}

const columns = { ord: ['ord_no', 'sku', 'qty'], stock: ['sku', 'free'], answer: ['ord_no', 'qty'] } as const
const keys = { ord: ['ord_no'], stock: ['sku'], answer: ['ord_no'] } as const
const skus = 200
const begin = Date.UTC(2026, 2, 1)

/** Row changes of one order: the order, what it takes of the stock, the legacy's answer. */
export const changesOfOrder = 3

/** A shop's orders as lines of a recording: each order and its answer are a commit, and one answer in twenty is not what a candidate says. */
export function* recordingOf(orders: number): Generator<string, undefined> {
  yield header
  yield* linesOf(
    0,
    Array.from({ length: skus }, (_, sku): Written => ({ table: 'stock', op: 'read', row: { sku: `S${sku}`, free: 1_000_000 } })),
  )
  for (let number = 1; number <= orders; number += 1) {
    const sku = `S${number % skus}`
    const qty = 1 + (number % 40)
    yield* linesOf(2 * number - 1, [{ table: 'ord', op: 'create', row: { ord_no: `O${number}`, sku, qty } }])
    yield* linesOf(2 * number, [
      { table: 'answer', op: 'create', row: { ord_no: `O${number}`, qty: number % 20 === 0 ? Math.min(qty, 5) : qty } },
      { table: 'stock', op: 'update', row: { sku, free: 1_000_000 - number } },
    ])
  }
}

const header = encode({
  banyan: 'fixture',
  version: 1,
  source: 'shop',
  tables: (['ord', 'stock', 'answer'] as const).map((name) => ({
    name,
    columns: columns[name].map((column) => ({
      name: column,
      type: 'text',
      nullable: false,
      keyOrder: (keys[name] as readonly string[]).includes(column) ? 1 : null,
    })),
  })),
})

function* linesOf(index: number, writes: readonly Written[]): Generator<string, undefined> {
  const at = begin + index * 100
  const position = `shop:${String(index).padStart(16, '0')}`
  const times = { beganAt: null, committedAt: at, capturedAt: at }
  yield encode({
    transaction: { position, id: String(index), ...times, count: writes.length, snapshot: index === 0, token: `token-${index}` },
  })
  for (const [ordinal, { table, op, row }] of writes.entries())
    yield encode({ ordinal, op, table, key: encode(keys[table].map((column) => row[column] ?? null)), after: row })
}
