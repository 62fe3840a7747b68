import { describe, expect, it } from 'vitest'
import { evidenceOf } from '../../../src/mine/detail/evidence-since.ts'
import { mine } from '../../../src/mine/mine.ts'
import { contextName } from '../../../src/model/ids.ts'
import { manyKinds, market } from './many-kinds.ts'
import { seeded } from './seeded.ts'

const context = contextName('quote')
const rules = manyKinds.filter(({ name }) => ['most per order', 'surcharge', 'leading zero'].includes(name))

describe('a second night', () => {
  const { cases } = market({ seed: 5, deals: 6000, rules })
  const first = mine(cases.slice(0, 3600), { context })
  const second = mine(cases, { context, known: first.rules })

  it('keeps what still holds with its first appearance, and tells what came after', () => {
    const kept = second.rules.filter((rule) => first.rules.some((one) => one.id === rule.id))
    expect(kept.length).toBeGreaterThan(0)
    for (const { detail } of kept) {
      expect(detail?.foundAt).toBe(cases[3599]?.at)
      expect(detail?.sinceFound.fits).toBeGreaterThan(0)
    }
    expect(kept.some(({ detail, status }) => (detail?.sinceFound.evidence ?? 0) >= 100 && status === 'confirmed')).toBe(true)
  })

  it('finds the same as a first look at everything would', () => {
    const afresh = mine(cases, { context })
    expect(second.rules.map(({ words }) => words).sort()).toEqual(afresh.rules.map(({ words }) => words).sort())
  })

  it('drops a rule that the legacy has given up, or bounds it by date', () => {
    const [rule] = rules.filter(({ name }) => name === 'leading zero')
    if (rule === undefined) expect.fail('no rule')
    const half = cases[3000]?.at ?? 0
    const made = market({
      seed: 6,
      deals: 6000,
      rules: [{ ...rule, when: (deal, quote, before) => deal.at < half && rule.when(deal, quote, before) }],
    })
    const known = mine(made.cases.slice(0, 3000), { context }).rules
    const later = mine(made.cases, { context, known }).rules
    expect(known.length).toBe(1)
    expect(later.filter(({ id }) => id === known[0]?.id)).toEqual([])
    expect(later.map(({ detail }) => detail?.validity.to !== null)).toEqual([true])
  })
})

it('hardly ever holds a poor rule for a good one, however often one looks', () => {
  const random = seeded(3)
  let fooled = 0
  for (let run = 0; run < 400; run++) {
    let [hits, misses, most] = [0, 0, 0]
    for (let i = 0; i < 300; i++) {
      if (random() < 0.8) hits++
      else misses++
      most = Math.max(most, evidenceOf(hits, misses))
    }
    if (most >= 100) fooled++
  }
  expect(fooled).toBeLessThanOrEqual(12)
  expect(evidenceOf(60, 0)).toBeGreaterThan(100)
})
