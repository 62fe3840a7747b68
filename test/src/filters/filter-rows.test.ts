import { describe, expect, test } from 'vitest'
import { atLeast, below, between, noneOf, oneOf } from '../../../src/filters/conditions.ts'
import { keptColumns, withoutColumns } from '../../../src/filters/filter-columns.ts'
import { filterFaults } from '../../../src/filters/filter-faults.ts'
import { filterRows } from '../../../src/filters/filter-rows.ts'
import type { FiltersOptions } from '../../../src/filters/filters.ts'
import { filtersFor } from '../../../src/filters/filters.ts'
import type { ChangeEvent } from '../../../src/model/change-event.ts'
import type { MadeChange } from '../../rules/legacy-transaction.ts'
import { table, transaction } from '../../rules/legacy-transaction.ts'

// biome-ignore format: one line
interface Shop { ord: { no: number; region: string; sts: string | null; total: number; note: string } }
const { filters } = filtersFor<Shop>()
const tables = [
  table('ord', ['no int4'], ['region text', 'sts character(3)', 'total int4', 'note text', 'amt numeric(8,2)']),
  table('sku', ['id int4']),
]

const seen = (rows: NonNullable<FiltersOptions<Shop>['ord']>['rows'], change: Partial<MadeChange>): ChangeEvent | null => {
  const [made] = transaction([{ op: 'update', table: 'ord', key: [1], ...change }]).changes()
  if (made === undefined) expect.fail('no change')
  return filterRows(filters({ ord: { rows: rows ?? {} } }), tables).change(made)
}
const inside = { no: 1, region: 'EU', sts: 'N  ', total: 5, note: '' }
const outside = { ...inside, region: 'US' }
const eu = { region: 'EU' }

describe('a row as seen from inside', () => {
  test.each([
    ['create', inside, 'create'],
    ['create', outside, null],
    ['read', inside, 'read'],
    ['read', outside, null],
  ] as const)('%s', (op, after, expected) => expect(seen(eu, { op, after })?.op ?? null).toBe(expected))

  test.each([
    ['within', inside, inside, 'update'],
    ['coming in', outside, inside, 'create'],
    ['going out', inside, outside, 'delete'],
    ['outside', outside, outside, null],
  ] as const)('update %s, when the log says what it was', (_, before, after, expected) => {
    const change = seen(eu, { before, after })
    expect(change?.op ?? null).toBe(expected)
    if (expected === 'create') expect(change).toMatchObject({ before: null, beforeKind: 'none', after })
    if (expected === 'delete') expect(change).toMatchObject({ before, beforeKind: 'full', after: null })
  })

  test('update when the log does not say: it stands for either, and going out for a delete', () => {
    expect(seen(eu, { after: inside })).toMatchObject({ op: 'update', after: inside })
    expect(seen(eu, { after: { ...outside }, omitted: [] })).toMatchObject({ op: 'delete', before: null, after: null })
  })

  test.each([
    ['of a row inside', { before: inside, beforeKind: 'full' }, 'delete'],
    ['of a row outside', { before: outside, beforeKind: 'full' }, null],
    ['of nobody knows what', { before: { no: 1 }, beforeKind: 'key' }, 'delete'],
  ] as const)('delete %s', (_, change, expected) => expect(seen(eu, { op: 'delete', ...change })?.op ?? null).toBe(expected))

  test('a truncate takes all rows, those inside too; other tables are not touched', () => {
    expect(seen(eu, { op: 'truncate' })?.op).toBe('truncate')
    expect(seen(eu, { table: 'sku', after: { id: 1 } })?.op).toBe('update')
  })

  test('a column that the log leaves out, and that decides, is an error that names it', () => {
    const { region: _, ...rest } = inside
    expect(() => seen(eu, { after: rest, omitted: ['region'] })).toThrow(
      expect.objectContaining({ code: 'filter-invalid', message: expect.stringContaining('region') }),
    )
    expect(seen({ ...eu, total: 7 }, { before: { ...rest, total: 6 }, after: { ...rest, total: 6 } })).toBeNull()
  })
})

test.each([
  [{ total: oneOf(4, 5) }, true],
  [{ total: noneOf(4, 5) }, false],
  [{ total: atLeast(5) }, true],
  [{ total: below(5) }, false],
  [{ total: between(5, 6) }, true],
  [{ sts: 'N' }, true],
  [{ sts: oneOf('N', null) }, true],
  [{ sts: noneOf('N') }, false],
  [{ region: 'EU', total: 6 }, false],
] as const)('condition %j', (rows, expected) => expect(seen(rows, { op: 'create', after: inside }) !== null).toBe(expected))

test('null meets only what names it, and no bound', () => {
  const missing = { op: 'create', after: { ...inside, sts: null, total: null } } as const
  expect([seen({ sts: null }, missing), seen({ sts: noneOf('N') }, missing)]).not.toContain(null)
  expect([seen({ sts: 'N' }, missing), seen({ sts: noneOf(null) }, missing), seen({ total: below(9) }, missing)]).toEqual([
    null,
    null,
    null,
  ])
})

test('columns: those that are named and the key, or all but those that are named; also of later ones', () => {
  const [change] = transaction([
    { op: 'update', table: 'ord', key: [1], before: inside, after: { ...inside, later: 1 }, omitted: ['amt', 'note'] },
  ]).changes()
  if (change === undefined) expect.fail('no change')
  const kept = (filter: NonNullable<FiltersOptions<Shop>['ord']>): ChangeEvent =>
    withoutColumns(
      keptColumns(filters({ ord: filter }), tables, () => ['made']),
      change,
    )
  expect(kept({ columns: ['region'] })).toMatchObject({ before: { no: 1, region: 'EU' }, after: { no: 1, region: 'EU' }, omitted: [] })
  expect(Object.keys(kept({ columns: ['region'] }).after ?? {})).toEqual(['no', 'region'])
  expect(Object.keys(kept({ except: ['note', 'total'] }).after ?? {})).toEqual(['no', 'region', 'sts', 'later'])
  expect(kept({ except: ['note'] }).omitted).toEqual(['amt'])
})

test.each([
  [{ ords: {} }, /ords is not captured/, /ord/],
  [{ ord: { columns: ['regoin'] } }, /no column regoin/, /region/],
  [{ ord: { rows: { regoin: oneOf('EU') } } }, /no column regoin/, /region/],
  [{ ord: { except: ['no'] } }, /part of the key/, /mask it/],
  [{ ord: { columns: ['no'], except: ['note'] } }, /both/, /either/],
  [{ ord: { rows: { amt: atLeast('5') } } }, /decimals are text/, /oneOf/],
] as const)('a fault: %j', (given, what, hint) => {
  expect(filterFaults(given as never, tables)).toEqual([
    expect.objectContaining({ what: expect.stringMatching(what), hint: expect.stringMatching(hint) }),
  ])
})
