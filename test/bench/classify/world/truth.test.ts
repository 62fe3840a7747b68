import { expect, test } from 'vitest'
import { domains } from '../../../../bench/classify/domains/all.ts'
import type { Scenario } from '../../../../bench/classify/scenario.ts'
import { openScenario } from '../../../../bench/classify/scenario.ts'
import type { FeedModel } from '../../../../bench/classify/world/feed.ts'
import { deliver } from '../../../../bench/classify/world/feed.ts'
import type { PlantedRule } from '../../../../bench/classify/world/planted-rule.ts'
import type { WorldOptions } from '../../../../bench/classify/world/options.ts'
import type { World } from '../../../../bench/classify/world/simulate.ts'
import { legacyAnswer, simulate } from '../../../../bench/classify/world/simulate.ts'
import type { CandidateView, Switch } from '../../../../bench/classify/world/truth.ts'
import { bugsOf, minimalSets, truthOf } from '../../../../bench/classify/world/truth.ts'
import { sameCells } from '../../../../bench/classify/world/cells.ts'

const atOnce: FeedModel = {
  lag: { kind: 'exponential', meanMs: 0 },
  outages: [],
  reorderShare: 0,
  lostShare: 0,
  duplicateShare: 0,
  wrongKeyShare: 0,
}

const worldOf = (domain: (typeof domains)[number], changed: Partial<WorldOptions> = {}): World =>
  simulate({
    seed: 5,
    masterSeed: 5,
    domain,
    columns: domain.request.columns,
    rules: [],
    decisions: 1_000,
    startMs: Date.UTC(2026, 2, 3),
    days: 20,
    noiseShare: 0,
    againShare: 0.5,
    hasteMs: 400,
    laterShare: 0.1,
    laterMs: 3_000,
    decideMs: 120,
    referenceChanges: 100,
    refills: 200,
    ...changed,
  })

const viewOf = (world: World, changed: { readonly feed?: FeedModel; readonly bugs?: readonly string[] } = {}): CandidateView => {
  const { domain } = world.options
  const projections = [domain.state.projection, ...domain.references.map((each) => each.projection)]
  return {
    arrivals: Object.fromEntries(projections.map((projection) => [projection, deliver(world, projection, changed.feed ?? atOnce)])),
    bugs: (changed.bugs ?? []).map((bug) => ({ bug, fromMs: 0, toMs: Number.POSITIVE_INFINITY })),
    presentSinceMs: 0,
    freshMs: Object.fromEntries(projections.map((projection) => [projection, 5_000])),
  }
}

const kindsOf = (sets: readonly (readonly Switch[])[]): readonly string[] => [...new Set(sets.flat().map(({ kind }) => kind))].sort()

for (const domain of domains) {
  test(`${domain.name}: nobody lags, nobody errs, no rule: as of the legacy's commit nothing differs`, () => {
    const world = worldOf(domain)
    const view = viewOf(world)
    const truths = world.decided.map((decided) => truthOf(world, view, decided))
    expect(truths.filter(({ asOfDiverged }) => asOfDiverged)).toEqual([])
    expect(new Set(world.decided.map(({ base }) => base['outcome'])).size).toBeGreaterThan(1)
  })

  test(`${domain.name}: the policy's own answers break no invariant`, () => {
    const world = worldOf(domain)
    expect(world.decided.filter(({ base, input }) => !domain.invariant(base, input))).toEqual([])
  })

  test(`${domain.name}: lag alone gives timing and stale data, told apart by age`, () => {
    const world = worldOf(domain, { decisions: 1_500 })
    const lag: FeedModel = { ...atOnce, lag: { kind: 'heavy', medianMs: 1_500, sigma: 1.6 } }
    const view = viewOf(world, { feed: lag })
    const truths = world.decided.map((decided) => truthOf(world, view, decided)).filter(({ diverged }) => diverged)
    expect(truths.length).toBeGreaterThan(5)
    expect(kindsOf(truths.flatMap(({ liveSets }) => liveSets)).filter((kind) => kind !== 'timing' && kind !== 'stale')).toEqual([])
    for (const truth of truths) {
      expect(truth.liveSets.length).toBeGreaterThan(0)
      if (truth.differingReads !== 1 || truth.youngestMs === null) continue
      const kinds = kindsOf(truth.liveSets.filter((set) => !set.some(({ id }) => id === 'clock')))
      if (kinds.length > 0) expect(kinds).toEqual([truth.youngestMs > 5_000 ? 'stale' : 'timing'])
    }
  })

  test(`${domain.name}: each mistake of the candidate shows as that mistake`, () => {
    const world = worldOf(domain, { decisions: 1_500 })
    const masked: string[] = []
    for (const bug of Object.keys(domain.bugs)) {
      const view = viewOf(world, { bugs: [bug] })
      const truths = world.decided.map((decided) => truthOf(world, view, decided)).filter(({ asOfDiverged }) => asOfDiverged)
      if (truths.length === 0) masked.push(bug)
      for (const { asOfSets } of truths) expect(asOfSets).toEqual([[{ id: bug, kind: 'defect' }]])
    }
    // One that shows nowhere in fifteen hundred decisions would be a label without a divergence.
    expect(masked.length).toBeLessThan(Object.keys(domain.bugs).length / 2)
  })
}

const capOf = (domain: (typeof domains)[number], id: string, inLanguage = true): PlantedRule => ({
  id,
  kind: '5',
  conditions: [{ is: 'at-least', feature: { fn: 'cell', of: domain.roles.need }, value: 1 }],
  effect: { do: 'answer', answer: domain.refusal },
  inLanguage,
})

test('a rule shows as that rule; two that do the same are needed off together', () => {
  for (const domain of domains) {
    for (const rules of [[capOf(domain, 'r1')], [capOf(domain, 'r1'), capOf(domain, 'r2')]]) {
      const world = worldOf(domain, { rules, decisions: 400 })
      const view = viewOf(world)
      const diverged = world.decided.map((decided) => truthOf(world, view, decided)).filter(({ asOfDiverged }) => asOfDiverged)
      expect(diverged.length).toBeGreaterThan(50)
      for (const { asOfSets } of diverged) expect(asOfSets).toEqual([rules.map(({ id }) => ({ id, kind: 'rule' }))])
    }
  }
})

test('minimal sets: each alone, both together, and no superset of either', () => {
  const switches: readonly Switch[] = ['a', 'b', 'c'].map((id) => ({ id, kind: 'timing' }))
  const names = (sets: readonly (readonly Switch[])[]): readonly string[] => sets.map((set) => set.map(({ id }) => id).join('+'))
  expect(names(minimalSets(switches, (off) => off.has('a') || off.has('b')))).toEqual(['a', 'b'])
  expect(names(minimalSets(switches, (off) => off.has('a') && off.has('c')))).toEqual(['a+c'])
  expect(names(minimalSets(switches, (off) => off.has('b') || (off.has('a') && off.has('c'))))).toEqual(['b', 'a+c'])
  expect(names(minimalSets(switches, () => false))).toEqual([])
  const many = ['a', 'b', 'c', 'd', 'e', 'f'].map((id) => ({ id, kind: 'defect' }) as const)
  const five = minimalSets(many, (off) => off.size >= 5 && !off.has('f'))
  expect(names(five)).toEqual(['a+b+c+d+e'])
})

/** But-for, checked from outside: with the set off both sides agree, and with any of it on they do not. */
const checkSets = (scenario: Scenario): number => {
  const { world, view } = scenario
  const { domain, rules } = world.options
  let looked = 0
  for (const decided of world.decided) {
    const truth = truthOf(world, view, decided)
    if (!truth.asOfDiverged) {
      expect(truth.asOfSets).toEqual([])
      continue
    }
    const agrees = (off: ReadonlySet<string>): boolean => {
      const bugs = new Set([...bugsOf(view, decided)].filter((bug) => !off.has(bug)))
      const legacy = decided.noise !== null && !off.has('noise') ? decided.noise : legacyAnswer(rules, decided, off)
      try {
        return sameCells(domain.policy(decided.ask, bugs), legacy)
      } catch {
        return false
      }
    }
    for (const set of truth.asOfSets) {
      looked += 1
      expect(agrees(new Set(set.map(({ id }) => id)))).toBe(true)
      for (const each of set) expect(agrees(new Set(set.filter((other) => other !== each).map(({ id }) => id)))).toBe(false)
    }
  }
  return looked
}

test('in whole scenarios every set restores agreement, and nothing less does', () => {
  let looked = 0
  for (const index of [2]) looked += checkSets(openScenario({ group: 'dev-clean', index }))
  expect(looked).toBeGreaterThan(80)
})
