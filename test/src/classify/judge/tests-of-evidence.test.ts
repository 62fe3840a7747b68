import { describe, expect, it } from 'vitest'
import { boundary } from '../../../../src/classify/judge/boundary.ts'
import { candidateNumbers } from '../../../../src/classify/judge/constants.ts'
import { onset } from '../../../../src/classify/judge/onset.ts'
import { patchesOf } from '../../../../src/classify/judge/patches.ts'
import { factsOf, readSet } from '../../../../src/classify/judge/read-set.ts'
import { brokenRelation } from '../../../../src/classify/judge/relations.ts'
import { createEvenSample } from '../../../../src/classify/judge/sample.ts'
import { specificationSays } from '../../../../src/classify/judge/specification.ts'
import { versionBisect } from '../../../../src/classify/judge/version-bisect.ts'
import { legacyWitness } from '../../../../src/classify/judge/witness.ts'
import type { Projection } from '../../../../src/model/context.ts'
import type { Literal, RuleEffect } from '../../../../src/model/hidden-rule.ts'
import { epochMs, tableName } from '../../../../src/model/ids.ts'
import { begin, dayMs, residue, residues, world } from './residues.ts'

const atLeast = (feature: string, value: number): Literal => ({ kind: 'at-least', feature, value })
const cap: RuleEffect = [{ kind: 'min', path: '/qty', value: 25 }]
const cluster = (members: ReturnType<typeof residues>) => ({ rule: null, members })

describe('version bisect', () => {
  const agrees = { agrees: ['v1'], differs: [], unlike: ['v1'] }
  const differs = { agrees: [], differs: ['v1'], unlike: [] }

  it('proves a regression where older code agrees in nearly all', () => {
    expect(versionBisect(cluster(residues(20, () => ({ bisected: agrees }))), world())).toMatchObject({ side: 'defect', strength: 'proof' })
    expect(versionBisect(cluster(residues(20, (i) => ({ bisected: i < 5 ? differs : agrees }))), world())).toBeNull()
    expect(versionBisect(cluster(residues(20, () => ({ bisected: differs }))), world())).toMatchObject({ side: 'neither' })
    expect(versionBisect(cluster(residues(20)), world())).toBeNull()
  })
})

describe('onset', () => {
  const span = { count: 900, firstAt: begin, lastAt: begin + 10 * dayMs }

  it('with a version of the candidate is a defect', () => {
    const versions = new Map([
      ['v1', { ...span, count: 500 }],
      ['v2', { ...span, count: 500 }],
    ])
    expect(onset(cluster(residues(30)), world({ versions }))).toMatchObject({ side: 'defect', strength: 'strong' })
    expect(onset(cluster(residues(4, () => ({ at: begin + 1 }))), world({ versions }))).toBeNull()
  })

  it('with a change of the legacy leans towards its rule', () => {
    const at = epochMs(begin + 5 * dayMs)
    const late = residues(40, (i) => ({ at: at + 60_000 + (i * 5 * dayMs) / 40 }))
    const told = onset(cluster(late), world({ legacyChanges: [{ at, what: 'release 7' }] }))
    expect(told).toMatchObject({ side: 'hidden-rule', strength: 'medium' })
    expect(told?.evidence.words).toContain('release 7')
    const always = residues(40, (i) => ({ at: begin + (i * 10 * dayMs) / 40 }))
    expect(onset(cluster(always), world({ legacyChanges: [{ at, what: 'release 7' }] }))).toBeNull()
  })
})

describe('the read set', () => {
  const rule = (...features: readonly string[]) => ({ predicate: features.map((feature) => atLeast(feature, 1)) })
  const customer: Projection = {
    kind: 'reference',
    from: tableName('cust_mst'),
    key: (row) => String(row['cust_no']),
    group: null,
    value: (row) => ({ tier: row['tier_cd'] ?? null, name: row['name'] ?? null }),
    feed: { kind: 'stream' },
    freshWithinMs: null,
  }

  it('is a strong clue where the candidate never looks', () => {
    expect(readSet(rule('cust_mst.tier_cd'), world())).toMatchObject({ side: 'hidden-rule', strength: 'strong' })
    expect(readSet(rule('trigger.qty', 'candidate/qty', 'read.stock.free'), world())).toMatchObject({ side: 'neither' })
  })

  it('counts what a projection shows, and what has always the same value', () => {
    const looked = new Set(['read.customer'])
    const context = { reads: { customer } }
    expect(readSet(rule('cust_mst.tier_cd'), world({ looked, context })).side).toBe('neither')
    expect(readSet(rule('cust_mst.since'), world({ looked, context })).side).toBe('hidden-rule')
    const aliases = (fact: string) => (fact === 'ord_ln.qty' ? ['trigger.qty'] : [])
    expect(readSet(rule('ord_ln.qty'), world({ aliases })).side).toBe('neither')
    expect(readSet(rule('clock'), world()).side).toBe('hidden-rule')
  })

  it('knows which parts of what it read it looked at', () => {
    const looked = new Set(['read.customer', 'read.customer/name', 'read.stock', 'read.stock/free'])
    const context = { reads: { customer } }
    expect(readSet(rule('read.customer.tier'), world({ looked, context })).side).toBe('hidden-rule')
    expect(readSet(rule('cust_mst.tier_cd'), world({ looked, context })).side).toBe('hidden-rule')
    expect(readSet(rule('read.customer.name', 'read.stock.sum.free', 'read.stock.count'), world({ looked, context })).side).toBe('neither')
  })

  it('takes derived features apart', () => {
    expect(factsOf('days(row.cust.since - clock)')).toEqual(['row.cust.since', 'clock'])
    expect(factsOf('trigger.qty * row.ord_ln.unit_prc')).toEqual(['trigger.qty', 'row.ord_ln.unit_prc'])
    expect(factsOf('hour(clock Europe/Berlin)')).toEqual(['clock'])
    expect(factsOf('prefix2(trigger.sku)')).toEqual(['trigger.sku'])
  })
})

describe('the legacy’s own mark', () => {
  const marked = residues(30, () => ({ wrote: { 'res.code': 'H7', 'res.kind': 'N' } }))
  const strata = (codes: Readonly<Record<string, number>>) =>
    new Map([
      [
        'amount:#',
        {
          count: 500,
          columns: new Map([
            ['res.code', new Map(Object.entries(codes))],
            ['res.kind', new Map([["'N'", 500]])],
          ]),
        },
      ],
    ])

  it('is a strong clue where other answers of the kind do not carry it', () => {
    expect(legacyWitness(cluster(marked), marked, world({ strata: strata({ empty: 500 }) }))?.evidence.data).toMatchObject({
      column: 'res.code',
      value: "'H7'",
      members: 30,
    })
  })

  it('is none where it is everywhere, or where there is nothing to compare with', () => {
    expect(legacyWitness(cluster(marked), [], world({ strata: strata({ "'H7'": 500 }) }))).toBeNull()
    expect(legacyWitness(cluster(marked), [], world())).toBeNull()
  })
})

describe('declared truths', () => {
  it('a broken relation is a strong clue against the candidate', () => {
    const broken = [{ test: 'relation:any order', words: '', data: null }]
    expect(brokenRelation(cluster(residues(10, (i) => ({ broken: i < 5 ? broken : [] }))))).toMatchObject({ side: 'defect' })
    expect(brokenRelation(cluster(residues(100, (i) => ({ broken: i < 5 ? broken : [] }))))).toBeNull()
  })

  it('the documented policy speaks against whoever contradicts it', () => {
    expect(specificationSays(cluster(residues(10, () => ({ contradicted: 'legacy' }))))).toMatchObject({ side: 'hidden-rule' })
    expect(specificationSays(cluster(residues(10, () => ({ contradicted: 'candidate' }))))).toMatchObject({ side: 'defect' })
    expect(specificationSays(cluster(residues(10, (i) => ({ contradicted: i % 2 === 0 ? 'legacy' : 'candidate' }))))).toBeNull()
    expect(specificationSays(cluster([residue(1)]))).toBeNull()
  })
})

describe('numbers', () => {
  const context = { reads: {}, parameters: { most: 40 }, sourceText: "async (order) => (order.qty >= 24 ? 'over 99' : order.qty * 1_000)" }

  it('of the candidate are those of its text and its parameters', () => {
    expect([...candidateNumbers({ context })].sort((a, b) => a - b)).toEqual([24, 40, 1_000])
  })

  it('near the rule’s lean towards a slip, round ones that it lacks towards a rule', () => {
    const effect: RuleEffect = [{ kind: 'set', path: '/qty', value: 0 }]
    expect(boundary({ predicate: [atLeast('trigger.qty', 25)], effect }, world({ context }))).toMatchObject({ side: 'defect' })
    expect(boundary({ predicate: [atLeast('trigger.qty', 60)], effect }, world({ context }))).toMatchObject({ side: 'hidden-rule' })
    expect(boundary({ predicate: [atLeast('trigger.qty', 6_137)], effect }, world({ context }))).toBeNull()
    expect(boundary({ predicate: [atLeast('trigger.qty', 60)], effect }, world())).toBeNull()
  })

  it('and comparisons are changed one at a time', () => {
    const patches = patchesOf({ predicate: [atLeast('trigger.qty', 30)], effect: cap }, { context })
    expect(patches).toContainEqual({ kind: 'parameter', words: 'parameter most 25 instead of 40', parameters: { most: 25 } })
    const texts = patches.flatMap((patch) => (patch.kind === 'text' ? [patch.text] : []))
    expect(texts).toContain(context.sourceText.replace('>=', '>'))
    expect(texts).toContain(context.sourceText.replace('24', '30'))
    expect(texts.every((text) => text.includes("'over 99'") && text.includes('=>'))).toBe(true)
  })
})

it('an even sample is the same whatever the order', () => {
  const keys = Array.from({ length: 500 }, (_, index) => String((index * 7919) % 1_000).padStart(4, '0'))
  const sampled = (order: readonly string[]) => {
    const sample = createEvenSample<string>(40)
    for (const key of order) sample.add(key, key)
    return sample.values()
  }
  expect(sampled(keys)).toHaveLength(40)
  expect(sampled(keys.toReversed())).toEqual(sampled(keys))
})
