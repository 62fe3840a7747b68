import { expect, it } from 'vitest'
import { answerAt, factValue } from '../../../../src/mine/detail/fact-value.ts'
import { caseTable } from '../../../../src/mine/table/case-table.ts'
import type { MiningCase } from '../../../../src/mine/case.ts'
import { epochMs } from '../../../../src/model/ids.ts'
import type { DecisionId } from '../../../../src/model/ids.ts'
import type { Data } from '../../../../src/model/value.ts'

const decided = (answer: Data) => ({ kind: 'decided', answer, effects: [] }) as const
const one = (
  id: string,
  at: number,
  facts: Record<string, Data>,
  mine: Data,
  theirs: Data,
  more: Partial<MiningCase> = {},
): MiningCase => ({
  id: id as DecisionId,
  at: epochMs(at),
  candidate: decided(mine),
  legacy: decided(theirs),
  exposure: null,
  facts,
  ...more,
})

it('keeps each kind of fact, in the order of time', () => {
  const table = caseTable([
    one(
      'b',
      20,
      { n: '12.50', t: 'AB ', d: '2026-03-01', flag: true, mixed: 5, order: { lines: [{ qty: 2 }, { qty: 5 }] } },
      { qty: 1 },
      { qty: 1 },
    ),
    one('a', 10, { n: 7n, t: 'AB', d: '9999-12-31', flag: false, mixed: 'x', deep: null }, { qty: 3 }, { qty: 2 }),
  ])
  expect(table.ids).toEqual(['a', 'b'])
  const values = (name: string) => [0, 1].map((row) => factValue(table, name, row))
  expect(values('n')).toEqual([7, 12.5])
  expect(values('t')).toEqual(['AB', 'AB '])
  expect(values('d')).toEqual(['9999-12-31', '2026-03-01'])
  expect(values('flag')).toEqual([false, true])
  expect(values('mixed')).toEqual(['x', '5'])
  expect(values('order.lines.count')).toEqual([undefined, 2])
  expect(values('order.lines.qty.sum')).toEqual([undefined, 7])
  expect(table.facts.map(({ name }) => name)).not.toContain('deep')
  expect([...table.answers.agree]).toEqual([0, 1])
})

it('takes numbers in any writing for equal, and lists in any order', () => {
  const table = caseTable([
    one('a', 1, {}, { amount: '5.00', nodes: ['x', 'y'] }, { amount: 5, nodes: ['y', 'x'] }),
    one('b', 2, {}, { amount: 5n, nodes: [] }, { amount: '5.01', nodes: [] }),
  ])
  expect([...table.answers.agree]).toEqual([1, 0])
  expect(answerAt(table.answers.paths, 'legacy', 1)).toEqual({ amount: '5.01', nodes: [] })
})

it('leaves out what can tell nothing, and keeps what is proved wrong', () => {
  const failed = { kind: 'failed', reason: 'threw', message: '' } as const
  const table = caseTable([
    one('a', 1, {}, {}, {}, { legacy: { kind: 'absent', reason: 'time-limit' } }),
    one('b', 2, {}, {}, { x: 1 }, { candidate: failed }),
    one('c', 3, {}, {}, { x: 1 }, { candidate: failed, proved: true }),
  ])
  expect(table.ids).toEqual(['c'])
  expect([...table.proved]).toEqual([1])
})

it('grows without losing a row', () => {
  const rows = 5000
  const cases = Array.from({ length: rows }, (_, i) =>
    one(`d${i}`, rows - i, i % 3 === 0 ? { n: i } : { n: i, late: `T${i % 7}` }, { q: i }, { q: i }),
  )
  const table = caseTable(cases)
  for (const i of [0, 1, 1023, 1024, 4097, rows - 1]) {
    expect(factValue(table, 'n', rows - 1 - i)).toBe(i)
    expect(factValue(table, 'late', rows - 1 - i)).toBe(i % 3 === 0 ? undefined : `T${i % 7}`)
  }
})
