import { encode } from '../../../../src/model/canonical.ts'
import type { Row } from '../../../../src/model/value.ts'

interface Written {
  readonly table: 'ord' | 'stock' | 'answer'
  readonly op: 'create' | 'update' | 'read'
  readonly row: Row
}

const keys = { ord: ['ord_no'], stock: ['sku'], answer: ['ord_no'] } as const
const columns = { ord: ['ord_no', 'sku', 'qty'], stock: ['sku', 'free'], answer: ['ord_no', 'qty'] } as const
const begin = Date.UTC(2026, 2, 1)

/** A recorded shop of a few orders: the legacy promises what is free, but caps every promise at 5, which nobody documented. */
export const shopRecording = (orders: number): string => {
  const transactions: (readonly Written[])[] = [[{ table: 'stock', op: 'read', row: { sku: 'A', free: 1_000 } }]]
  for (let index = 1; index <= orders; index++) {
    const qty = index % 8
    const order = { ord_no: `O${index}`, sku: 'A', qty }
    transactions.push([{ table: 'ord', op: 'create', row: order }])
    transactions.push([{ table: 'answer', op: 'create', row: { ord_no: order.ord_no, qty: Math.min(qty, 5) } }])
  }
  return [header, ...transactions.flatMap(linesOf), ''].join('\n')
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

const linesOf = (writes: readonly Written[], index: number): readonly string[] => {
  const at = begin + index * 1_000
  const position = `shop:${String(index).padStart(16, '0')}`
  const transaction = {
    position,
    id: String(index),
    beganAt: null,
    committedAt: at,
    capturedAt: at,
    count: writes.length,
    snapshot: index === 0,
  }
  return [
    encode({ transaction: { ...transaction, token: `token-${index}` } }),
    ...writes.map(({ table, op, row }, ordinal) =>
      encode({ ordinal, op, table, key: encode(keys[table].map((column) => row[column] ?? null)), after: row }),
    ),
  ]
}
