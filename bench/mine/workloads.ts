import type { FactColumn } from '../../src/mine/table/fact-column.ts'
import { fiftyColumns, rawColumns } from './columns.ts'
import type { PlantedRule } from './planted-table.ts'

/** A table with its rules, and how the miner is asked. */
export interface Workload {
  readonly columns: (rows: number, seed: number) => readonly FactColumn[]
  readonly rules: readonly PlantedRule[]
  readonly noise: number
  /** No features but the columns themselves. */
  readonly plain: boolean
}

const refused = (): number => -1
const atMost = (most: number) => (quantity: number) => Math.min(quantity, most)

/** Each rule does something else; 1.7 % of the decisions differ at a million, the smallest rule has a few hundred. */
const encoded: Workload = {
  columns: fiftyColumns,
  plain: true,
  noise: 0.0002,
  rules: [
    { name: 'two codes', when: (of) => of('row.t.code4') === 3 && of('row.t.code1') === 2, instead: atMost(25) },
    { name: 'threshold', when: (of) => of('row.t.amount3') >= 900, instead: refused },
    {
      name: 'list and flag',
      when: (of) => [2, 5, 9].includes(of('row.t.code9')) && of('row.t.flag2') === 2 && of('row.t.count1') < 10,
      instead: refused,
    },
    {
      name: 'band',
      when: (of) => of('row.t.count3') >= 40 && of('row.t.count3') <= 44 && of('row.t.code7') === 4,
      instead: (quantity) => Math.max(1, quantity - 2),
    },
    {
      name: 'packs',
      when: (of) => of('row.t.code15') === 7 && of('row.t.count5') >= 90,
      instead: (quantity) => (quantity < 6 ? quantity : Math.floor(quantity / 6) * 6),
    },
    {
      name: 'rare',
      when: (of) => of('row.t.code18') === 11 && of('row.t.code16') === 3 && of('row.t.flag4') === 2,
      instead: (quantity) => Math.floor(quantity / 2),
    },
  ],
}

/** The table of the peers: one pooled kind of mismatch, so that no rule is told from another by what was done. */
const pooled: Workload = {
  columns: fiftyColumns,
  plain: true,
  noise: 0.0005,
  rules: [
    { name: 'threshold', when: (of) => of('row.t.amount3') >= 357, instead: refused },
    { name: 'two categories', when: (of) => of('row.t.code4') === 3 && of('row.t.code4') + of('row.t.code3') === 5, instead: refused },
    { name: 'band', when: (of) => of('row.t.count3') >= 40 && of('row.t.count3') <= 42, instead: refused },
    { name: 'number and category', when: (of) => of('row.t.amount7') >= 130 && of('row.t.code14') === 5, instead: refused },
    {
      name: 'list, flag and category',
      when: (of) => [2, 5, 9].includes(of('row.t.code9')) && of('row.t.flag2') === 2 && of('row.t.code5') === 1,
      instead: refused,
    },
    { name: 'rare', when: (of) => of('row.t.code10') === 11 && of('row.t.code16') === 3 && of('row.t.flag4') === 2, instead: refused },
  ],
}

const raw: Workload = {
  columns: rawColumns,
  plain: false,
  noise: 0.0002,
  rules: [
    { name: 'cap of a code', when: (of) => of('trigger.code3') === 3 && of('trigger.count1') >= 70, instead: atMost(25) },
    {
      name: 'safety stock',
      when: (of) =>
        of('read.stock.level2') - of('trigger.count0') < 5 && of('read.stock.level2') >= of('trigger.count0') && of('row.cust.code1') === 2,
      instead: refused,
    },
    { name: 'customers', when: (of) => [4, 17, 90, 210].includes(of('trigger.customer')), instead: refused },
    {
      name: 'amount',
      when: (of) => of('row.item.amount0') >= 250 && of('trigger.code1') === 1,
      instead: (quantity) => Math.max(1, quantity - 2),
    },
    {
      name: 'packs',
      when: (of) => of('trigger.code7') === 7 && of('row.item.flag1') === 2,
      instead: (quantity) => (quantity < 6 ? quantity : Math.floor(quantity / 6) * 6),
    },
    {
      name: 'rare',
      when: (of) => of('row.cust.code7') === 9 && of('trigger.code6') === 3 && of('trigger.count3') < 5,
      instead: (quantity) => Math.floor(quantity / 2),
    },
  ],
}

export const workloads = { encoded, pooled, raw } as const
export type WorkloadName = keyof typeof workloads
