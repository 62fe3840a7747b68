import { describe, expect, it } from 'vitest'
import { pending } from '../../../src/model/context.ts'
import { legacySchema } from '../../../src/legacy-schema.ts'
import { tableName } from '../../../src/model/ids.ts'
import { columnUses } from '../../../src/schema/column-uses.ts'

interface Oms {
  ord_hdr: { ord_no: string; cust_no: string; sts_cd: string; tot_amt: string; note: string; hold: string }
  ord_ln: { ord_no: string; sku: string; qty: number; note: string }
  cust_mst: { cust_no: string; tier_cd: string; nm: string }
  itm: { sku: string; pack: number; brand: string }
}
const { rule, defineContext, projection, stream } = { ...legacySchema<Oms>(), stream: () => ({ kind: 'stream' }) as const }

/** Out of line, as people write them: their text is not the rule's. */
const totals = (hdr: Oms['ord_hdr']): object => ({ amount: hdr.tot_amt })
const linesOf = (lines: readonly Oms['ord_ln'][]): readonly string[] => lines.map((line) => `${line.sku} × ${line.qty}`)

const placed = rule('order.placed', {
  version: 1,
  owner: 'o',
  when: (tx) => tx.created('ord_hdr').filter((hdr) => hdr.sts_cd === 'N'),
  emit: (hdr, { tx, asOf }) => ({
    key: hdr.ord_no.trim(),
    data: { ...totals(hdr), tier: asOf('cust_mst', hdr.cust_no)?.tier_cd, lines: linesOf([...tx.created('ord_ln')]) },
  }),
})
const held = rule('order.held', {
  version: 1,
  owner: 'o',
  when: (tx) => tx.transitioned('ord_hdr', 'hold', { to: 'Y' }),
  emit: ({ ord_no: number }) => ({ key: number, data: null }),
})
const copied = rule('line.copied', {
  version: 1,
  owner: 'o',
  when: (tx) => tx.created('ord_ln'),
  emit: (line) => ({ key: 'x', data: { ...line } }),
})
const promise = defineContext('promise', {
  on: 'order.placed',
  reads: {
    items: projection({ kind: 'reference', from: 'itm', key: (row) => row.sku, value: (row) => ({ pack: row.pack }), feed: stream() }),
  },
  candidate: () => 'none',
  legacy: {
    watch: { ord_ln: (row) => row.ord_no },
    answer: (transactions) => {
      for (const tx of transactions) for (const line of tx.created('ord_ln')) if (line.qty > 3) return line.note
      return pending
    },
  },
  answersWithin: '1 h',
  settlesWithin: '1 s',
})
const uses = columnUses({ rules: [placed, held, copied], contexts: [promise] })
const usersOf = (table: string, column: string | null): readonly string[] => uses(tableName(table), column)

describe('who looks at a column', () => {
  it('by a filter, an emission, a look-up, a helper out of line, and a join', () => {
    expect(usersOf('ord_hdr', 'sts_cd')).toEqual(['rule order.placed'])
    expect(usersOf('ord_hdr', 'tot_amt')).toEqual(['rule order.placed'])
    expect(usersOf('cust_mst', 'tier_cd')).toEqual(['rule order.placed'])
    expect(usersOf('ord_ln', 'sku')).toEqual(['rule order.placed', 'rule line.copied'])
  })
  it('by a transition, a renaming pattern, a copy of the whole row', () => {
    expect(usersOf('ord_hdr', 'hold')).toEqual(['rule order.held'])
    expect(usersOf('ord_hdr', 'ord_no')).toEqual(['rule order.placed', 'rule order.held'])
    expect(usersOf('ord_ln', 'note')).toContain('rule line.copied')
  })
  it('by projections and the legacy’s side of a context, behind a condition too', () => {
    expect(usersOf('itm', 'pack')).toEqual(['context promise (reads.items)'])
    expect(usersOf('itm', 'sku')).toEqual(['context promise (reads.items)'])
    expect(usersOf('ord_ln', 'ord_no')).toContain('context promise (legacy)')
    expect(usersOf('ord_ln', 'note')).toContain('context promise (legacy)')
  })
  it('and nobody where nobody does', () => {
    expect(usersOf('ord_hdr', 'note')).toEqual([])
    expect(usersOf('itm', 'brand')).toEqual([])
    expect(usersOf('cust_mst', 'nm')).toEqual([])
    expect(usersOf('nowhere', null)).toEqual([])
  })
  it('of a table as a whole', () => {
    expect(usersOf('itm', null)).toEqual(['context promise (reads.items)'])
    expect(usersOf('ord_hdr', null)).toEqual(['rule order.placed', 'rule order.held'])
  })
  it('and code that loops over what it is shown comes to an end', () => {
    const endless = rule('endless', {
      version: 1,
      owner: 'o',
      when: (tx) => tx.created('ord_hdr'),
      emit: (hdr) => {
        let at: unknown = hdr
        while ((at as { readonly cust_no?: unknown }).cust_no) at = (at as { readonly cust_no: unknown }).cust_no
        return null
      },
    })
    expect(columnUses({ rules: [endless], contexts: [] })(tableName('ord_hdr'), 'cust_no')).toEqual(['rule endless'])
  })
})
