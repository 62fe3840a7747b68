import { expect, it } from 'vitest'
import type { MiningCase } from '../../../src/mine/case.ts'
import { mine } from '../../../src/mine/mine.ts'
import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import { contextName, epochMs } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import { seeded } from './seeded.ts'

interface Asked {
  readonly customer: string
  readonly level: number
  readonly amount: number
}

const decisions = 2500
const customer = (n: number): string => `C${String(n).padStart(4, '0')}`

/** Loans to a few hundred customers, most of whom come a handful of times. */
const loans = (seed: number, refuses: (asked: Asked) => boolean): readonly MiningCase[] => {
  const random = seeded(seed)
  return Array.from({ length: decisions }, (_, n) => {
    const asked: Asked = {
      customer: customer(Math.floor(random() * 500)),
      level: 1 + Math.floor(random() * 4),
      amount: Math.floor(random() * 50_000),
    }
    return {
      id: `d${n}` as DecisionId,
      at: epochMs(Date.UTC(2026, 4, 4) + n * 600_000),
      candidate: { kind: 'decided', answer: { outcome: 'lent', amount: asked.amount }, effects: [] },
      legacy: {
        kind: 'decided',
        answer: refuses(asked) ? { outcome: 'refused', amount: 0 } : { outcome: 'lent', amount: asked.amount },
        effects: [],
      },
      facts: { 'trigger.customer': asked.customer, 'trigger.amount': asked.amount, 'cust.level': asked.level },
      exposure: null,
    } as MiningCase
  })
}

const rulesOf = (cases: readonly MiningCase[]): readonly HiddenRule[] => mine(cases, { context: contextName('loan') }).rules

const valuesOf = (rule: HiddenRule | undefined): readonly unknown[] => {
  const list = rule?.predicate.find(({ feature }) => feature === 'trigger.customer')
  return list?.kind === 'in' ? [...list.values].sort() : []
}

const blocked = [3, 41, 77, 130, 166, 204, 251, 333, 402, 471].map(customer)

it('names every customer of a list who was ever refused, and nobody else', () => {
  const cases = loans(2, (asked) => blocked.includes(asked.customer))
  const seen = new Set(cases.map(({ facts }) => facts['trigger.customer']))
  const rules = rulesOf(cases)
  expect(rules).toHaveLength(1)
  expect(valuesOf(rules[0])).toEqual(blocked.filter((one) => seen.has(one)))
})

it('does not put on the list whom another rule refuses', () => {
  const rules = rulesOf(loans(3, (asked) => blocked.includes(asked.customer) || asked.amount >= 46_000))
  const list = rules.find(({ predicate }) => predicate.some(({ feature }) => feature === 'trigger.customer'))
  expect(rules).toHaveLength(2)
  expect(valuesOf(list).filter((one) => !blocked.includes(String(one)))).toEqual([])
  expect(valuesOf(list).length).toBeGreaterThanOrEqual(blocked.length - 1)
})

it('excepts a level for which the rule does not hold', () => {
  const rules = rulesOf(loans(4, ({ amount, level }) => amount >= 44_000 && level !== 3))
  expect(rules).toHaveLength(1)
  const holds = (level: number): boolean =>
    (rules[0]?.predicate ?? []).every(
      (one) =>
        one.feature !== 'cust.level' ||
        (one.kind === 'not-in' ? !one.values.includes(level) : one.kind === 'in' && one.values.includes(level)),
    )
  expect([1, 2, 3, 4].map(holds)).toEqual([true, true, false, true])
})
