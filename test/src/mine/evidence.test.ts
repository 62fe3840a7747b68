import { describe, expect, it } from 'vitest'
import { factsOf, weigh } from '../../../src/mine/evidence.ts'
import type { Literal, RuleEffect } from '../../../src/model/hidden-rule.ts'

const rule = (predicate: readonly Literal[], effect: RuleEffect) => ({ predicate, effect, status: 'confirmed' as const })
const cap: RuleEffect = [{ kind: 'min', path: '/qty', value: 25 }]

describe('weigh', () => {
  it('calls it a hidden rule when the candidate never looks at what the rule depends on', () => {
    const weighed = weigh({
      rule: rule([{ kind: 'in', feature: 'row.cust_mst.tier_cd', values: ['GO'] }], cap),
      inputsRead: ['/qty', '/channel'],
    })
    expect(weighed.cause).toBe('hidden-rule')
    expect(weighed.evidence[0]?.words).toContain('row.cust_mst.tier_cd')
  })

  it('calls it a defect when the candidate reads all and the answers differ by one only', () => {
    const slip = rule([{ kind: 'at-least', feature: 'trigger.qty', value: 40 }], [{ kind: 'add', path: '/qty', value: 1 }])
    expect(weigh({ rule: slip, inputsRead: ['/qty'] }).cause).toBe('defect')
  })

  it('leaves it to the owner when the evidence is balanced', () => {
    const slip = rule([{ kind: 'in', feature: 'row.cust_mst.tier_cd', values: ['GO'] }], [{ kind: 'add', path: '/qty', value: 1 }])
    expect(weigh({ rule: slip, inputsRead: ['/qty'] }).cause).toBe('owner-decides')
  })

  it('calls a business action under a round threshold a hidden rule', () => {
    expect(weigh({ rule: rule([{ kind: 'at-least', feature: 'trigger.qty', value: 40 }], cap), inputsRead: ['/qty'] }).cause).toBe(
      'hidden-rule',
    )
  })
})

describe('factsOf', () => {
  it('takes derived features apart', () => {
    expect(factsOf('days(row.cust.since - clock)')).toEqual(['row.cust.since', 'clock'])
    expect(factsOf('trigger.qty * row.ord_ln.unit_prc')).toEqual(['trigger.qty', 'row.ord_ln.unit_prc'])
    expect(factsOf('hour(clock Europe/Berlin)')).toEqual(['clock'])
    expect(factsOf('prefix2(trigger.sku)')).toEqual(['trigger.sku'])
  })
})
