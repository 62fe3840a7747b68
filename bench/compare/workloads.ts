import { ignore, keyed, tolerance, within } from '../../src/diff/tolerance.ts'
import type { Comparison } from '../../src/model/comparison.ts'
import type { Data } from '../../src/model/value.ts'

/** Two JSON texts that are compared, what Banyan is told about them, and the number of differences that a person would name. */
export interface Workload {
  readonly name: string
  readonly what: string
  readonly comparison: Comparison
  readonly legacy: string
  readonly candidate: string
  readonly truth: number
}

/** Every workload is compared with these on: they have to be paid for. */
const terms: Comparison = { '/total': within('0.01'), '/placedAt': tolerance('1 s'), '/printedAt': ignore('printer clock') }

const flat = (qty: number): Data => ({
  id: 'ord-2026-00048213',
  customer: 'cus-7781204',
  channel: 'WEB',
  status: 'CONFIRMED',
  currency: 'EUR',
  total: '1249.90',
  tax: '199.56',
  qty,
  express: false,
  coupon: null,
  node: 'W-NORTH-2',
  placedAt: '2026-03-01T09:30:00.000000Z',
  printedAt: '2026-03-01T09:30:02.118402Z',
})

const line = (number: number, qty: number, zeros = ''): Data => ({
  line: number,
  sku: `SKU-${48_000 + number * 37}`,
  name: `Article ${number}, blue, pack of ${number + 1}`,
  qty,
  price: `${(number * 13.37 + 4.2).toFixed(2)}${zeros}`,
  unit: 'PCE',
  tax: '0.19',
  node: { id: `W${number % 3}`, promised: '2026-03-04' },
})

const order = (qtyOfSeventh: number, zeros = ''): Data => ({
  id: 'ord-2026-00048213',
  total: '1249.90',
  placedAt: zeros === '' ? '2026-03-01T09:30:00.000000Z' : '2026-03-01T10:30:00.000000+01:00',
  printedAt: '2026-03-01T09:30:02.118402Z',
  ship: { name: 'A. Example', street: 'Main street 12', city: 'Sampletown', zip: '01234', country: 'DE', carrier: 'standard' },
  lines: Array.from({ length: 10 }, (_, at) => line(at + 1, at === 6 ? qtyOfSeventh : (at % 4) + 1, zeros)),
})

const item = (at: number): Data => ({ id: `item-${100_000 + at}`, sku: `SKU-${at * 7}`, qty: at, price: `${at}.50` })

/** `count` objects of four fields, on the candidate's side with one more in front. */
export const insertedInFront = (count: number): Workload => {
  const items = Array.from({ length: count }, (_, at) => item(at))
  return {
    name: `array${count}`,
    what: `two arrays of ${count} objects of four fields, one object put in in front`,
    comparison: { '': keyed('id'), '/*/price': within('0.01') },
    legacy: JSON.stringify(items),
    candidate: JSON.stringify([item(count + 1), ...items]),
    truth: 1,
  }
}

export const workloads: readonly Workload[] = [
  {
    name: 'flatEqual',
    what: 'a flat object of 13 fields, equal',
    comparison: terms,
    legacy: JSON.stringify(flat(3)),
    candidate: JSON.stringify(flat(3)),
    truth: 0,
  },
  {
    name: 'flat',
    what: 'a flat object of 13 fields, one different',
    comparison: terms,
    legacy: JSON.stringify(flat(3)),
    candidate: JSON.stringify(flat(4)),
    truth: 1,
  },
  {
    name: 'nested',
    what: 'an order of ten lines, one field of one line different',
    comparison: { ...terms, '/lines': keyed('line'), '/lines/*/price': within('0.01') },
    legacy: JSON.stringify(order(3)),
    candidate: JSON.stringify(order(4)),
    truth: 1,
  },
  insertedInFront(1_000),
  {
    name: 'tolerated',
    what: 'the order with its ten prices and its time written otherwise, nothing different',
    comparison: { ...terms, '/lines': keyed('line'), '/lines/*/price': within('0.01') },
    legacy: JSON.stringify(order(3)),
    candidate: JSON.stringify(order(3, '0')),
    truth: 0,
  },
]
