import type { FactColumn } from '../../src/mine/table/fact-column.ts'
import { seeded } from './planted-table.ts'

const normal = (random: () => number): number => Math.sqrt(-2 * Math.log(random() + 1e-12)) * Math.cos(2 * Math.PI * random())

export const number = (name: string, rows: number, value: (row: number) => number): FactColumn => {
  const numbers = new Float64Array(rows)
  for (let row = 0; row < rows; row++) numbers[row] = value(row)
  return { kind: 'number', name, numbers }
}

export const text = (name: string, rows: number, labels: readonly (string | boolean)[], code: (row: number) => number): FactColumn => {
  const codes = new Int32Array(rows)
  for (let row = 0; row < rows; row++) codes[row] = code(row)
  return { kind: 'text', name, codes, labels }
}

const labelled = (prefix: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, i) => `${prefix}${String(i).padStart(4, '0')}`)

/** 18 amounts (log-normal), 7 whole numbers 0 to 99, 20 categories of 3 to 22 values, 5 flags. */
export const fiftyColumns = (rows: number, seed: number): readonly FactColumn[] => {
  const random = seeded(seed)
  return [
    ...Array.from({ length: 18 }, (_, i) => number(`row.t.amount${i}`, rows, () => Math.round(Math.exp(4 + normal(random)) * 100) / 100)),
    ...Array.from({ length: 7 }, (_, i) => number(`row.t.count${i}`, rows, () => Math.floor(random() * 100))),
    ...Array.from({ length: 20 }, (_, i) => text(`row.t.code${i}`, rows, labelled('V', 3 + i), () => 1 + Math.floor(random() * (3 + i)))),
    ...Array.from({ length: 5 }, (_, i) => text(`row.t.flag${i}`, rows, [false, true], () => (random() < 0.3 ? 2 : 1))),
  ]
}

/** Fifty facts as an order system has them: customers, articles, dates, prices, stock; half of the trigger, half of rows and reads. */
export const rawColumns = (rows: number, seed: number): readonly FactColumn[] => {
  const random = seeded(seed)
  const start = Date.UTC(2026, 0, 5)
  const skewed = (count: number): number => 1 + Math.floor(count * random() ** 2)
  const span = (60 * 86_400_000) / rows
  return [
    number('trigger.order', rows, (row) => 1_000_000 + row),
    ...Array.from({ length: 6 }, (_, i) => number(`trigger.count${i}`, rows, () => Math.floor(random() * 100))),
    ...Array.from({ length: 6 }, (_, i) => number(`trigger.amount${i}`, rows, () => Math.round(Math.exp(4 + normal(random)) * 100) / 100)),
    text('trigger.customer', rows, labelled('C', 20_000), () => skewed(20_000)),
    text('trigger.article', rows, labelled('AB', 5000), () => skewed(5000)),
    ...Array.from({ length: 8 }, (_, i) =>
      text(`trigger.code${i}`, rows, labelled('V', 3 + 2 * i), () => 1 + Math.floor(random() * (3 + 2 * i))),
    ),
    {
      kind: 'instant',
      name: 'trigger.wantedOn',
      timed: false,
      numbers: days(rows, (row) => start + row * span + Math.floor(random() * 20) * 86_400_000),
    },
    { kind: 'instant', name: 'row.cust.since', timed: true, numbers: days(rows, () => start - Math.floor(random() * 4000) * 86_400_000) },
    text('row.cust.partner', rows, labelled('P', 300), () => skewed(300)),
    ...Array.from({ length: 8 }, (_, i) => text(`row.cust.code${i}`, rows, labelled('W', 3 + i), () => 1 + Math.floor(random() * (3 + i)))),
    ...Array.from({ length: 4 }, (_, i) => text(`row.item.flag${i}`, rows, [false, true], () => (random() < 0.3 ? 2 : 1))),
    ...Array.from({ length: 6 }, (_, i) => number(`read.stock.level${i}`, rows, () => Math.floor(150 * random() ** 1.5))),
    ...Array.from({ length: 6 }, (_, i) => number(`row.item.amount${i}`, rows, () => Math.round(Math.exp(3 + normal(random)) * 100) / 100)),
  ]
}

const days = (rows: number, at: (row: number) => number): Float64Array =>
  Float64Array.from({ length: rows }, (_, row) => Math.floor(at(row) / 86_400_000) * 86_400_000)
