import { expect } from 'vitest'
import { all, journey } from '../../rules/journey.ts'
import type { RowOf } from '../../rules/recall.ts'
import type { RulesFor } from '../../rules/rule.ts'
import { rulesFor } from '../../rules/rule.ts'
import type { Translate, Translation } from '../../rules/translate.ts'
import { createTranslator } from '../../rules/translate.ts'
import type { Journey } from '../../src/model/journey.ts'
import type { Rule } from '../../src/model/rule.ts'
import type { Decimal, Row } from '../../src/model/value.ts'
import { decimal } from '../../src/model/value.ts'
import type { MadeChange } from './legacy-transaction.ts'
import { table } from './legacy-transaction.ts'

interface OrdHdr {
  readonly ord_no: string
  readonly cust_no: string
  readonly sts_cd: string
  readonly tot_amt: Decimal
}
export interface Oms {
  readonly ord_hdr: OrdHdr
  readonly ord_ln: { readonly ord_no: string; readonly ln_no: number; readonly qty: number }
  readonly cust_mst: { readonly cust_no: string; readonly tier_cd: string; readonly memo: string }
  readonly big: { readonly id: bigint; readonly name: string }
}

const tables = [
  table('ord_hdr', ['ord_no character(10)'], ['cust_no character(8)', 'sts_cd', 'tot_amt numeric']),
  table('ord_ln', ['ord_no character(10)', 'ln_no int4'], ['qty int4']),
  table('cust_mst', ['cust_no character(8)'], ['tier_cd', 'memo']),
  table('big', ['id int8'], ['name']),
]

export const rule: RulesFor<Oms>['rule'] = rulesFor<Oms>().rule
const order = journey('order', { milestones: { placed: 'order.placed', done: all('order.placed', 'order.released') } })

export const placed: Rule = rule('order.placed', {
  version: 2,
  owner: 'order-capture',
  journey: order,
  when: (tx) => tx.created('ord_hdr'),
  emit: (hdr, { tx, asOf }) => ({
    key: hdr.ord_no.trim(),
    data: {
      total: hdr.tot_amt,
      tier: asOf('cust_mst', hdr.cust_no)?.tier_cd,
      lines: tx.created('ord_ln').filter((line) => line.ord_no === hdr.ord_no),
    },
  }),
})

export const released: Rule = rule('order.released', {
  version: 1,
  owner: 'order-capture',
  journey: order,
  when: (tx) => tx.transitioned('ord_hdr', 'sts_cd', { from: 'N', to: 'A' }),
  emit: (hdr) => ({ key: hdr.ord_no.trim(), data: null }),
})

export const header = (number: string, rest: Partial<OrdHdr> = {}): OrdHdr => ({
  ord_no: number.padEnd(10),
  cust_no: 'C1      ',
  sts_cd: 'N',
  tot_amt: decimal('12.50'),
  ...rest,
})
export const row = (value: object): Row => value as Row
export const created = (number: string): MadeChange => ({
  op: 'create',
  table: 'ord_hdr',
  key: [number.padEnd(10)],
  after: row(header(number)),
})
export const lineCreated = (number: string, line: number): MadeChange => ({
  op: 'create',
  table: 'ord_ln',
  key: [number.padEnd(10), line],
  after: { ord_no: number.padEnd(10), ln_no: line, qty: line * 2 },
})
export const customer: { readonly table: string; readonly key: readonly string[]; readonly row: Row } = {
  table: 'cust_mst',
  key: ['C1      '],
  row: { cust_no: 'C1      ', tier_cd: 'G', memo: 'long' },
}
export const updated = (number: string, after: Partial<OrdHdr>, rest: Partial<MadeChange> = {}): MadeChange => ({
  op: 'update',
  table: 'ord_hdr',
  key: [number.padEnd(10)],
  after: row(header(number, after)),
  ...rest,
})

export const translator = (rules: readonly Rule[], journeys: readonly Journey[] = [order]): Translate =>
  createTranslator({ rules, journeys, tables })
export const both: Translate = translator([placed, released])

export const done = (translation: Translation): Extract<Translation, { kind: 'done' }> => {
  if (translation.kind !== 'done') expect.fail(`needs ${JSON.stringify(translation.keys)}`)
  return translation
}
export const noRows: RowOf = () => null
