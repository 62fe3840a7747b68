import { expect, it } from 'vitest'
import { checkRules } from '../../rules/check.ts'
import { all, journey } from '../../rules/journey.ts'
import { rule } from '../../rules/rule.ts'
import type { Rule } from '../../src/model/rule.ts'
import type { Journey } from '../../src/model/journey.ts'
import { table } from './legacy-transaction.ts'

const tables = [table('ord_hdr', ['ord_no']), table('ord_ln', ['ord_no', 'ln_no'])]
const order = journey('order', { milestones: { placed: 'order.placed', confirmed: all('order.placed', 'order.released') } })
const stated = (name: string, of: Journey | null = order, from = 'ord_hdr'): Rule =>
  rule(name, { version: 1, owner: 'o', ...(of === null ? {} : { journey: of }), when: (tx) => tx.created(from), emit: () => null })
const good = [stated('order.placed'), stated('order.released')]

const refusal = (rules: readonly Rule[], journeys: readonly Journey[] = [order]): unknown => {
  try {
    checkRules(rules, journeys, tables)
  } catch (error) {
    return error
  }
  return null
}

it('lets good rules pass', () => {
  expect(refusal(good)).toBeNull()
})

it('finds unknown tables that `when` looks at, undeclared, with the rule and near names', () => {
  expect(refusal([stated('order.placed', null, 'ord_hrd')], [])).toMatchObject({
    code: 'rule-unknown-table',
    where: 'ord_hrd',
    message: "rule 'order.placed' looks at table 'ord_hrd', which the source does not capture",
    hint: expect.stringContaining('did you mean ord_hdr'),
  })
})

it('finds unknown tables that are declared', () => {
  const declared = rule('a', { version: 1, owner: 'o', tables: ['zzz'], when: (tx) => tx.created('ord_hdr'), emit: () => null })
  expect(refusal([declared], [])).toMatchObject({ code: 'rule-unknown-table', where: 'zzz', hint: "add the table to the source's tables" })
})

it.each<[string, readonly Rule[], readonly Journey[], string]>([
  ['two rules of one name', [...good, stated('order.placed')], [order], "two rules 'order.placed'"],
  ['a journey that is not in the config', good, [], "journey 'order', which is not in the config"],
  ['a milestone that waits for a fact nobody states', [good[0] as Rule], [order], "waits for 'order.released'"],
  ['an end that nobody states', good, [{ ...order, ends: ['order.canceled'] }], "waits for 'order.canceled'"],
  ['a rule named like a derived milestone', [...good, stated('order.confirmed')], [order], 'both a rule and a derived milestone'],
])('finds %s', (_what, rules, journeys, message) => {
  expect(refusal(rules, journeys)).toMatchObject({ code: 'rule-invalid', message: expect.stringContaining(message) })
})

it('says what to do when the fact is stated outside the journey', () => {
  expect(refusal([stated('order.placed'), stated('order.released', null)])).toMatchObject({
    hint: "say journey: order in rule 'order.released'",
  })
})
