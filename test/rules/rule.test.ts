import { expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { rule, rulesFor } from '../../rules/rule.ts'
import type { SchemaEmitTools, SchemaView } from '../../rules/schema.ts'

interface Customer {
  readonly cust_no: string
  readonly tier_cd: string | null
}
interface Oms {
  ord_hdr: { ord_no: string; sts_cd: 'N' | 'A'; cust_no: string | null }
  ord_ln: { ord_no: string; ln_no: number }
  cust_mst: Customer
}
const oms = rulesFor<Oms>()
const said = { version: 1, owner: 'o' } as const

it('keeps what it is told', () => {
  const made = oms.rule('order.placed', {
    version: 3,
    owner: 'order-capture',
    tables: ['cust_mst'],
    when: (tx) => tx.created('ord_hdr'),
    emit: () => null,
  })
  expect(made).toMatchObject({ name: 'order.placed', version: 3, owner: 'order-capture', journey: null, tables: ['cust_mst'] })
})

it.each([
  ['a name with blanks', 'order placed', said],
  ['no name', '', said],
  ['no owner', 'order.placed', { ...said, owner: ' ' }],
  ['version 0', 'order.placed', { ...said, version: 0 }],
  ['version 1.5', 'order.placed', { ...said, version: 1.5 }],
])('refuses %s', (_what, name, rest) => {
  expect(() => rule(name, { ...rest, when: (tx) => tx.created('t'), emit: () => null })).toThrowError(
    expect.objectContaining({ code: 'rule-invalid' }),
  )
})

it('knows rows by their tables', () => {
  const check = (row: unknown): null => (row === null ? row : null)
  oms.rule('a', {
    ...said,
    when: (tx) => tx.created('ord_hdr'),
    emit: (hdr) => {
      expectTypeOf(hdr).toEqualTypeOf<Oms['ord_hdr']>()
      return check(hdr)
    },
  })
  oms.rule('a', {
    ...said,
    when: (tx) => [...tx.created('ord_ln')].map((ln) => ({ ...ln, n: 1 })),
    emit: (ln) => {
      expectTypeOf(ln.n).toEqualTypeOf<number>()
      return check(ln)
    },
  })
  oms.rule('a', {
    ...said,
    when: (tx) => (tx.header.count > 1 ? tx.created('ord_ln') : tx.deleted('ord_hdr')),
    emit: (row) => {
      expectTypeOf(row).toEqualTypeOf<Oms['ord_hdr'] | Oms['ord_ln']>()
      return check(row)
    },
  })
  const made = oms.rule('a', {
    ...said,
    when: (tx) => tx.created('ord_hdr'),
    emit: (hdr, { tx, asOf }) => ({ key: hdr.ord_no, data: { hdr, customer: asOf('cust_mst', hdr.cust_no), lines: tx.created('ord_ln') } }),
  })
  expect(made.name).toBe('a')
})

it('does not compile with a name or value that the schema does not have', () => {
  const wrong = (tx: SchemaView<Oms>, { asOf }: SchemaEmitTools<Oms>): void => {
    // @ts-expect-error no such table
    tx.created('ord_hrd')
    // @ts-expect-error no such column
    tx.transitioned('ord_hdr', 'sts')
    // @ts-expect-error a column of another table
    tx.transitioned('ord_hdr', 'ln_no')
    // @ts-expect-error the column never holds it
    tx.transitioned('ord_hdr', 'sts_cd', { to: 'X' })
    // @ts-expect-error no such table
    asOf('cust', '1')
    // @ts-expect-error keys of this table are text
    asOf('cust_mst', 5)
    // @ts-expect-error the row may not exist
    asOf('cust_mst', '1').tier_cd
    // @ts-expect-error no such table
    oms.rule('a', { ...said, tables: ['nope'], when: () => [], emit: () => null })
    // @ts-expect-error a function is not data
    oms.rule('a', { ...said, when: () => [{}], emit: () => ({ key: 'k', data: { at: () => 1 } }) })
    // @ts-expect-error a fact is about something
    oms.rule('a', { ...said, when: () => [{}], emit: () => ({ data: null }) })
  }
  expect(wrong).toBeTypeOf('function')
})

it('refuses at compile time what the schema does not promise', () => {
  const schema = z.object({ total: z.string(), lines: z.array(z.object({ qty: z.number() })), note: z.string().optional() })
  const lines = (): IteratorObject<{ qty: number }> => Iterator.from([{ qty: 1 }])
  oms.rule('a', { ...said, schema, when: () => [{}], emit: () => ({ key: 'k', data: { total: '1', lines: lines(), note: undefined } }) })
  oms.rule('a', { ...said, schema: z.object({ n: z.string() }), when: () => [{}], emit: () => ({ key: 'k', data: { n: 1n } }) })
  // @ts-expect-error lines are missing
  oms.rule('a', { ...said, schema, when: () => [{}], emit: () => ({ key: 'k', data: { total: '1' } }) })
  // @ts-expect-error total is text on the wire
  oms.rule('a', { ...said, schema, when: () => [{}], emit: () => ({ key: 'k', data: { total: 1, lines: lines() } }) })
})

it('keeps the schema as JSON Schema, whoever wrote it', () => {
  const made = oms.rule('a', { ...said, schema: z.object({ total: z.string() }), when: () => [{}], emit: () => null })
  expect(made.schema).toMatchObject({ type: 'object', properties: { total: { type: 'string' } }, required: ['total'] })
})
