import { expect, test } from 'vitest'
import { firstCharacters, derived, mailDomain } from '../../../src/masking/derivations.ts'
import { maskChanges } from '../../../src/masking/mask-change.ts'
import { maskingFor } from '../../../src/masking/masking.ts'
import { hashed, keepFormat, redact } from '../../../src/masking/masks.ts'
import { tokenSeal } from '../../../src/masking/seal-token.ts'
import { decode } from '../../../src/model/canonical.ts'
import { resumeToken } from '../../../src/model/ids.ts'
import { table, transaction } from '../../rules/legacy-transaction.ts'

const key = 'a key of the environment, long enough'
// biome-ignore format: one line
interface Shop { cust: { region: string; no: string; nm: string; mail: string; mail_domain: string | null; len: number | null; zip: string; zip2: string | null } }
const { masking } = maskingFor<Shop>()
const tables = [
  table('cust', ['no character(4)', 'region text'], ['nm text', 'mail text', 'zip text']),
  table('ord', ['no int4'], ['cust_no varchar(4)']),
]
const policy = masking({
  key,
  tables: {
    cust: {
      columns: { no: hashed(), nm: redact(), mail: keepFormat() },
      derive: {
        mail_domain: mailDomain('mail'),
        zip2: firstCharacters('zip', 2),
        len: derived('nm', 'length', (value) => String(value).length),
      },
    },
  },
})
const mask = maskChanges(policy, tables)
const row = { no: 'C1  ', region: 'EU', nm: 'Ann Other', mail: 'ann@shop.example', zip: '10115' }
const one = (change: Parameters<typeof transaction>[0][number]): ReturnType<typeof mask> => {
  const [first] = transaction([change]).changes()
  if (first === undefined) expect.fail('no change')
  return mask(first)
}
const clear = /C1|Ann|Other|ann@/

test('before, after and key are masked, and derived columns stand beside them', () => {
  const change = one({ op: 'update', table: 'cust', key: ['C1  ', 'EU'], before: row, after: { ...row, nm: 'Bob' } })
  expect(JSON.stringify(change)).not.toMatch(clear)
  expect(change.after).toMatchObject({ region: 'EU', nm: '***', mail_domain: 'shop.example', zip2: '10', len: 3, zip: '10115' })
  expect(change.before).toMatchObject({ len: 9 })
  expect(decode(change.key ?? '')).toEqual([change.after?.['no'], 'EU'])
})

test('a key-only old row has no derived column, and its key is the same', () => {
  const whole = one({ op: 'create', table: 'cust', key: ['C1  ', 'EU'], after: row })
  const gone = one({ op: 'delete', table: 'cust', key: ['C1  ', 'EU'], before: { no: 'C1  ', region: 'EU' }, beforeKind: 'key' })
  expect(gone.key).toBe(whole.key)
  expect(Object.keys(gone.before ?? {})).toEqual(['no', 'region'])
})

test('a column that was not sent stays omitted, and what is derived from it too', () => {
  const { mail: _, ...sent } = row
  const change = one({ op: 'update', table: 'cust', key: ['C1  ', 'EU'], after: sent, omitted: ['mail'] })
  expect(change.omitted).toEqual(['mail', 'mail_domain'])
  expect(Object.keys(change.after ?? {})).not.toContain('mail_domain')
})

test('a truncate and other tables pass as they are', () => {
  const [truncate, order] = transaction([
    { op: 'truncate', table: 'cust' },
    { op: 'create', table: 'ord', key: [1], after: { no: 1, cust_no: 'C1' } },
  ]).changes()
  if (truncate === undefined || order === undefined) expect.fail('no change')
  expect(mask(truncate)).toMatchObject({ op: 'truncate', key: null, after: null })
  expect(mask(order)).toBe(order)
})

test('a masked column that is gone from its table stops the flow: its values may come under another name', () => {
  const { nm, ...renamed } = row
  expect(() => one({ op: 'create', table: 'cust', key: ['C1  ', 'EU'], after: { ...renamed, full_name: nm } })).toThrow(
    expect.objectContaining({ code: 'masking-invalid', message: expect.not.stringMatching(clear) }),
  )
})

test('a derivation that throws, or gives what is no value, says nothing', () => {
  for (const of of [
    () => {
      throw new TypeError(row.nm)
    },
    () => ({ nm: row.nm }) as never,
  ]) {
    const odd = maskChanges(masking({ key, tables: { cust: { derive: { len: derived('nm', 'odd', of) } } } }), tables)
    const [change] = transaction([{ op: 'create', table: 'cust', key: ['C1  ', 'EU'], after: row }]).changes()
    expect(change && odd(change).after?.['len']).toBeNull()
  }
})

test.each([
  ['an unknown table', { custs: {} }, /custs is not captured/, /cust/],
  ['an unknown column', { cust: { columns: { mial: redact() } } }, /no column mial/, /mail/],
  ['a column to derive from', { cust: { derive: { d: mailDomain('mial') } } }, /no column mial/, /mail/],
  ['a derived column that is there', { cust: { derive: { zip: mailDomain('mail') } } }, /has a column zip already/, /another name/],
  ['a redacted key', { cust: { columns: { no: redact() } } }, /part of the key/, /masking\.md/],
] as const)('%s', (_, policyTables, what, hint) => {
  const compile = (): unknown => maskChanges(maskingFor<never>().masking({ key, tables: policyTables as never }), tables)
  expect(compile).toThrow(
    expect.objectContaining({ code: 'masking-invalid', message: expect.stringMatching(what), hint: expect.stringMatching(hint) }),
  )
})

test.each([
  ['numeric(8,2)', hashed()],
  ['date', hashed()],
  ['date', keepFormat()],
  ['jsonb', keepFormat()],
  ['text[]', hashed()],
] as const)('a %s cannot bear that mask', (type, mask) => {
  const policy = maskingFor<never>().masking({ key, tables: { t: { columns: { c: mask } } } as never })
  expect(() => maskChanges(policy, [table('t', ['id int4'], [`c ${type}`])])).toThrow(expect.objectContaining({ code: 'masking-invalid' }))
})

test('tokens come back as they were, those of a snapshot illegible, and none under another key or policy', () => {
  const seal = tokenSeal(policy)
  for (const text of ['pg1:stream:0/1', `pg1:snapshot:0/1:["C1","${'Ann'.repeat(40)} ü"]`]) {
    for (const hide of [true, false]) {
      const sealed = seal.seal(resumeToken(text), hide)
      expect(seal.open(sealed)).toBe(text)
      expect(seal.seal(resumeToken(text), hide)).toBe(sealed)
      if (hide) expect(sealed).not.toMatch(/C1|Ann|snapshot/)
      for (const other of [masking({ key: `${key}!`, tables: policy.tables }), masking({ key, tables: {} })]) {
        expect(() => tokenSeal(other).open(sealed)).toThrow(expect.objectContaining({ code: 'masking-changed' }))
      }
    }
    expect(() => seal.open(resumeToken(text))).toThrow(expect.objectContaining({ code: 'masking-changed' }))
  }
})
