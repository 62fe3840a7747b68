import { expect, test } from 'vitest'
import type { EffectStep, HiddenRule, Literal } from '../../../../src/model/hidden-rule.ts'
import { epochMs } from '../../../../src/model/ids.ts'
import type { Case } from '../../../../bench/classify/score/case.ts'
import { credit } from '../../../../bench/classify/domains/credit.ts'
import { changedAsk } from '../../../../bench/classify/score/changed-ask.ts'
import { readRule } from '../../../../bench/classify/score/found-rule.ts'
import type { Ask } from '../../../../bench/classify/world/domain.ts'
import type { Cells } from '../../../../bench/classify/world/cells.ts'

const ruleOf = (predicate: readonly Literal[], effect: readonly EffectStep[]): HiddenRule =>
  ({
    status: 'confirmed',
    predicate,
    effect,
    words: 'told',
    train: { fits: 7, breaks: 0, other: 0 },
    holdout: { fits: 3, breaks: 0, other: 0 },
    firstSeenAt: epochMs(0),
  }) as unknown as HiddenRule

const candidate = { outcome: 'granted', amount: 730, node: 'W1' }

const caseOf = (cells: Cells, clockMs = Date.UTC(2026, 0, 31, 22, 30)): Case =>
  ({
    candidate,
    legacy: candidate,
    decided: { facts: { cell: (name: string) => cells[name] ?? null, clockMs, earlier: () => ({ total: 4, today: 2 }) } },
  }) as unknown as Case

const always: Literal = { kind: 'is-given', feature: 'candidate.outcome' }

const amountBy = (step: EffectStep, cells: Cells = {}): unknown => readRule(ruleOf([always], [step])).overlay(caseOf(cells))['amount']

const holds = (literal: Literal, cells: Cells, clockMs?: number): boolean => {
  const each = caseOf(cells, clockMs)
  return readRule(ruleOf([literal], [{ kind: 'set', path: '/amount', value: 1 }])).overlay(each) !== each.candidate
}

test('each kind of condition, on facts, candidate, rows and the calendar', () => {
  const cells = {
    'trigger.qty': 40,
    'trigger.code': 'A1 ',
    'trigger.price': '12.50',
    'row.cust_mst.grp': 'EMP',
    'trigger.day': '2026-03-01',
  }
  expect(holds({ kind: 'at-least', feature: 'trigger.qty', value: 40 }, cells)).toBe(true)
  expect(holds({ kind: 'at-least', feature: 'trigger.qty', value: 41 }, cells)).toBe(false)
  expect(holds({ kind: 'at-most', feature: 'trigger.price', value: 12.5 }, cells)).toBe(true)
  expect(holds({ kind: 'between', feature: 'trigger.qty', from: 41, to: 50 }, cells)).toBe(false)
  expect(holds({ kind: 'in', feature: 'trigger.code', values: ['A1'] }, cells)).toBe(true)
  expect(holds({ kind: 'not-in', feature: 'trigger.code', values: ['A1'] }, cells)).toBe(false)
  expect(holds({ kind: 'in', feature: 'cust_mst.grp', values: ['EMP'] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'candidate.node', values: ['W1'] }, cells)).toBe(true)
  expect(holds({ kind: 'is-null', feature: 'trigger.none' }, cells)).toBe(true)
  expect(holds({ kind: 'is-given', feature: 'trigger.none' }, cells)).toBe(false)
  expect(holds({ kind: 'around', feature: 'hour(clock)', from: 22, to: 2 }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'hour(clock Europe/Berlin)', values: [23] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'daysToMonthEnd(clock)', values: [0] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'isoWeek(clock)', values: [1] }, cells, Date.UTC(2025, 11, 29))).toBe(true)
  expect(holds({ kind: 'in', feature: 'month(trigger.day)', values: [3] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'spaced(trigger.code)', values: [true] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'weekday(clock)', values: [6] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'weekday(clock)', values: [7] }, cells, Date.UTC(2026, 1, 1))).toBe(true)
  expect(holds({ kind: 'in', feature: 'days(trigger.day - clock)', values: [29] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'trigger.qty - trigger.price', values: [27.5] }, cells)).toBe(true)
  expect(holds({ kind: 'at-most', feature: 'trigger.price / trigger.qty', value: 0.3124 }, cells)).toBe(false)
  expect(holds({ kind: 'in', feature: 'mod7(trigger.qty)', values: [5] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'letters(trigger.code)', values: ['upper'] }, cells)).toBe(true)
  expect(holds({ kind: 'at-least', feature: 'earlierToday(trigger.code)', value: 2 }, cells)).toBe(true)
  expect(holds({ kind: 'at-least', feature: 'earlierToday(trigger.code)', value: 3 }, cells)).toBe(false)
  expect(holds({ kind: 'in', feature: 'candidate/node', values: ['W1'] }, cells)).toBe(true)
  expect(holds({ kind: 'in', feature: 'prefix1(trigger.code)', values: ['A'] }, cells)).toBe(true)
})

test('each kind of effect on a number', () => {
  expect(amountBy({ kind: 'set', path: '/amount', value: 5 })).toBe(5)
  expect(amountBy({ kind: 'min', path: '/amount', value: 700 })).toBe(700)
  expect(amountBy({ kind: 'max', path: '/amount', value: 900 })).toBe(900)
  expect(amountBy({ kind: 'add', path: '/amount', value: -30 })).toBe(700)
  expect(amountBy({ kind: 'round-down', path: '/amount', multiple: 50 })).toBe(700)
  expect(amountBy({ kind: 'scale', path: '/amount', factor: 0.5 })).toBe(365)
  expect(amountBy({ kind: 'copy', path: '/amount', feature: 'trigger.price' }, { 'trigger.price': 88 })).toBe(88)
  expect(amountBy({ kind: 'min-feature', path: '/amount', feature: 'trigger.most' }, { 'trigger.most': 600 })).toBe(600)
  expect(amountBy({ kind: 'multiple-of', path: '/amount', feature: 'trigger.pack' }, { 'trigger.pack': 12 })).toBe(720)
  expect(amountBy({ kind: 'round', path: '/amount', feature: null, unit: 100, mode: 'half-up' })).toBe(700)
  expect(amountBy({ kind: 'wrap', path: '/amount', modulus: 100 })).toBe(30)
})

test('a name that is not understood finds nothing, and is told', () => {
  const rule = readRule(
    ruleOf([{ kind: 'at-least', feature: 'unheardOf(trigger.qty)', value: 1 }], [{ kind: 'set', path: '/amount', value: 1 }]),
  )
  expect(rule.unreadable).toEqual(['unheardOf(trigger.qty)'])
  expect(rule.overlay(caseOf({ 'trigger.qty': 5 }))).toBe(candidate)
})

test('two ends of one feature are one condition', () => {
  const ends: readonly Literal[] = [
    { kind: 'at-least', feature: 'trigger.qty', value: 1 },
    { kind: 'at-most', feature: 'trigger.qty', value: 9 },
    { kind: 'in', feature: 'trigger.code', values: ['A'] },
  ]
  expect(readRule(ruleOf(ends, [])).literals).toBe(2)
})

test('what the candidate answers to changed inputs, at the places that are named', () => {
  const step: EffectStep = { kind: 'as-if', path: '/amount', changes: [{ input: 'read.customer.limit', to: 'unlimited' }] }
  const asked: unknown[] = []
  const otherwise = (changes: unknown): typeof candidate => {
    asked.push(changes)
    return { outcome: 'granted', amount: 990, node: 'W2' }
  }
  const each = { ...caseOf({}), otherwise }
  expect(readRule(ruleOf([always], [step])).overlay(each)).toEqual({ ...candidate, amount: 990 })
  expect(asked).toEqual([[{ input: 'read.customer.limit', to: 'unlimited' }]])
})

test('inputs of a decision are changed as they are named', () => {
  const ask: Ask = {
    input: { amt: 5, chnl: 'WEB' },
    state: [{ open: 7 }],
    references: { customer: { limit: 3 }, product: null },
    clockMs: 0,
  }
  expect(
    changedAsk(credit, ask, [
      { input: 'trigger.chnl', to: 'value', value: 'TEL' },
      { input: 'read.exposure', to: 'absent' },
      { input: 'read.customer.limit', to: 'unlimited' },
      { input: 'read.product.most', to: 'unlimited' },
    ]),
  ).toEqual({ ...ask, input: { amt: 5, chnl: 'TEL' }, state: [], references: { customer: { limit: 1e12 }, product: null } })
})

test('where another rule goes first, a rule says nothing', () => {
  const rule: HiddenRule = {
    ...ruleOf([always], [{ kind: 'set', path: '/amount', value: 1 }]),
    unless: [[{ kind: 'in', feature: 'trigger.reg_cd', values: ['N'] }]],
  }
  const [there, elsewhere] = [caseOf({ 'trigger.reg_cd': 'N' }), caseOf({ 'trigger.reg_cd': 'S' })]
  expect(readRule(rule).overlay(there)).toBe(there.candidate)
  expect(readRule(rule).overlay(elsewhere)).toEqual({ ...candidate, amount: 1 })
  expect(readRule({ ...rule, unless: [[{ kind: 'is-null', feature: 'unheard(of)' }]] }).unreadable).toEqual(['unheard(of)'])
})
