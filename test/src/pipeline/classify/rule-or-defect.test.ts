import { describe, expect, it } from 'vitest'
import { hasViews } from '../../../../src/classify/views.ts'
import type { Fee, Parcel } from './parcels.ts'
import { begin, documented, runPost } from './parcels.ts'

const dayMs = 86_400_000
/** Heavy parcels cost at most 2,000. */
const capped: Fee = (parcel, rate, at) => (parcel.kg >= 20 ? Math.min(2_000, documented(parcel, rate, at)) : documented(parcel, rate, at))
/** From some weight on something is added. */
const from =
  (kg: number): Fee =>
  (parcel, rate, at) =>
    documented(parcel, rate, at) + (parcel.kg >= kg ? 700 : 0)

describe('the same residue', () => {
  it('is the owner’s to decide where nothing but a wish separates rule and defect, whoever follows it', async () => {
    expect(Object.keys((await runPost({ candidate: documented, legacy: from(20) })).findings)).toEqual(['owner-decides'])
    expect(Object.keys((await runPost({ candidate: from(20), legacy: documented })).findings)).toEqual(['owner-decides'])
  })

  it('is a hidden rule where the documents say otherwise than the legacy, and a defect where they say otherwise than the candidate', async () => {
    const rule = await runPost({ candidate: documented, legacy: capped, specification: documented })
    expect(Object.keys(rule.findings)).toEqual(['hidden-rule'])
    const defect = await runPost({ candidate: capped, legacy: documented, specification: documented })
    expect(Object.keys(defect.findings)).toEqual(['defect'])
  })

  it('is shown as no rule of the legacy where the documents prove the candidate wrong', async () => {
    const documents = { specification: documented }
    expect((await runPost({ candidate: documented, legacy: from(20), ...documents })).rules.length).toBeGreaterThan(0)
    const { rules, leads } = await runPost({ candidate: from(20), legacy: documented, ...documents })
    expect(rules).toEqual([])
    const mistakes = leads.filter(({ detail }) => detail?.failedGate === 'mistake-of-the-candidate')
    expect(mistakes.map(({ words }) => words).join()).toContain('mistaken')
  })

  it('is a hidden rule where the legacy marks it', async () => {
    const { findings } = await runPost({ candidate: documented, legacy: capped, code: ({ kg }) => (kg >= 20 ? 'CAP' : null) })
    expect(Object.keys(findings)).toEqual(['hidden-rule'])
  })

  it('is a regression where older code agrees', async () => {
    const { findings, pairs } = await runPost({ candidate: from(21), legacy: from(20), older: { yesterday: from(20) } })
    expect(Object.keys(findings)).toEqual(['defect'])
    const told = [...pairs.values()].flatMap((pair) => pair.verdict?.evidence ?? []).find((one) => one.test === 'mined:version-bisect')
    expect(told?.words).toContain('yesterday')
  })

  it('is both where the documents contradict both', async () => {
    const { findings } = await runPost({ candidate: from(10), legacy: capped, specification: documented })
    expect(findings['hidden-rule+defect'] ?? findings['defect+hidden-rule']).toBeGreaterThan(100)
  })
})

it('is a rule where one foretells the answer, also where another order of the commits gives it by luck', async () => {
  const free: Fee = (parcel, rate, at) => (parcel.kg >= 15 ? 0 : documented(parcel, rate, at))
  const { pairs } = await runPost({ candidate: documented, legacy: free, rates: [0, 110, 170, 230], clockError: '20 min' })
  const byLuck = [...pairs.values()].filter(({ verdict }) => verdict !== null && hasViews(verdict))
  const heavy = byLuck.filter(({ live }) => (live.trigger.data as unknown as Parcel).kg >= 15)
  expect(heavy.length).toBeGreaterThan(10)
  expect(new Set(heavy.map(({ verdict }) => verdict?.finding.kind))).toEqual(new Set(['unresolved']))
  expect(heavy.every(({ verdict }) => verdict?.finding.kind === 'unresolved' && verdict.finding.reason === 'owner-decides')).toBe(true)
  expect(heavy.every(({ verdict }) => (verdict?.asOfDifferences.length ?? 0) > 0 && verdict?.grade === 'B')).toBe(true)
  // What no rule foretells is left to the order of the commits.
  const light = [...pairs.values()].filter(({ live }) => (live.trigger.data as unknown as Parcel).kg < 15)
  expect(new Set(light.map(({ verdict }) => verdict?.finding.kind))).toEqual(new Set(['agreed']))
})

it('finds that the legacy works with last midnight’s copy', async () => {
  const { findings, pairs } = await runPost({
    candidate: documented,
    legacy: documented,
    rateOf: (rates, at) => rates.findLast((one) => one.at < Math.max(begin + 1, at - ((at - begin) % dayMs)))?.rate ?? 0,
  })
  expect(findings['hidden-rule']).toBeGreaterThan(0.9 * Object.values(findings).reduce((sum, count) => sum + count, 0))
  const told = [...pairs.values()].flatMap((pair) => pair.verdict?.evidence ?? []).find((one) => one.test === 'mined:legacy-copy')
  expect(told?.data).toMatchObject({ projection: 'tariff', clock: 'time-of-day' })
})

it('finds that the legacy works with what was there hours ago', async () => {
  const { pairs } = await runPost({
    candidate: documented,
    legacy: documented,
    rateOf: (rates, at) => rates.findLast((one) => one.at <= Math.max(begin, at - 3 * 3_600_000))?.rate ?? 0,
  })
  const told = [...pairs.values()].flatMap((pair) => pair.verdict?.evidence ?? []).find((one) => one.test === 'mined:legacy-copy')
  expect(told?.data).toMatchObject({ projection: 'tariff', clock: 'age' })
})

it('calls a legacy that answers equal cases differently inconsistent', async () => {
  let turn = 0
  const whimsical: Fee = (parcel, rate, at) => {
    turn += 1
    return documented({ ...parcel, kg: 1 }, rate, at) + (turn % 7 === 0 ? 13 : 0)
  }
  const { findings } = await runPost({ candidate: (parcel, rate, at) => documented({ ...parcel, kg: 1 }, rate, at), legacy: whimsical })
  expect(findings['legacy-inconsistent']).toBeGreaterThan(0)
  expect(findings['hidden-rule'] ?? 0).toBe(0)
  expect(findings['defect'] ?? 0).toBe(0)
})
