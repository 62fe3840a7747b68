import { expect, test } from 'vitest'
import type { Group } from '../../../bench/classify/scenario.ts'
import { freshWorld, openScenario, seedOf } from '../../../bench/classify/scenario.ts'
import { changedBy } from '../../../bench/classify/world/plant.ts'
import { ruleKinds } from '../../../bench/classify/world/kinds.ts'
import { truthOf } from '../../../bench/classify/world/truth.ts'

test('the same reference gives the same scenario', () => {
  const [left, right] = [0, 0].map((index) => openScenario({ group: 'heldout-clean', index }))
  expect(left?.world.decided.map(({ legacy }) => legacy)).toEqual(right?.world.decided.map(({ legacy }) => legacy))
  expect(left?.options.rules).toEqual(right?.options.rules)
})

test('no two scenarios share a seed', () => {
  const groups: readonly Group[] = ['dev-clean', 'dev-faulty', 'heldout-clean', 'heldout-faulty', 'mirrored', 'null']
  const seeds = groups.flatMap((group) => Array.from({ length: 600 }, (_, index) => seedOf({ group, index })))
  expect(new Set(seeds).size).toBe(seeds.length)
})

test('development and held-out scenarios differ in business, kinds of rules and lag', () => {
  const seen = { dev: new Set<string>(), heldout: new Set<string>() }
  for (const [group, side] of [
    ['dev-clean', 'dev'],
    ['heldout-clean', 'heldout'],
  ] as const) {
    for (const index of [0, 2]) {
      const { options, feeds } = openScenario({ group, index })
      seen[side].add(`domain ${options.domain.name}`)
      for (const rule of options.rules.filter(({ inLanguage }) => inLanguage)) seen[side].add(`kind ${rule.kind}`)
      for (const feed of Object.values(feeds)) seen[side].add(`lag ${feed.lag.kind}`)
    }
  }
  expect(seen.dev.size).toBeGreaterThan(4)
  expect(seen.heldout.size).toBeGreaterThan(3)
  expect([...seen.dev].filter((name) => seen.heldout.has(name))).toEqual([])
})

test('every planted rule changes decisions, in the period and in a fresh one', () => {
  let rules = 0
  for (const index of [0, 2]) {
    const scenario = openScenario({ group: 'dev-clean', index })
    const fresh = scenario.options.rules.length === 0 ? null : freshWorld(scenario, 0)
    for (const rule of scenario.options.rules) {
      rules += 1
      expect(changedBy(rule, scenario.world.decided).length, `${scenario.name} ${rule.id} ${rule.kind}`).toBeGreaterThan(0)
      expect(changedBy(rule, fresh?.decided ?? []).length, `${scenario.name} ${rule.id} ${rule.kind} fresh`).toBeGreaterThan(0)
    }
  }
  expect(rules).toBeGreaterThanOrEqual(5)
})

test('a null scenario has no cause but lag and noise', () => {
  for (let index = 0; index < 3; index += 1) {
    const { world, view } = openScenario({ group: 'null', index })
    const kinds = new Set(
      world.decided.flatMap((decided) =>
        truthOf(world, view, decided)
          .liveSets.flat()
          .map(({ kind }) => kind),
      ),
    )
    expect([...kinds].filter((kind) => kind === 'rule' || kind === 'defect' || kind === 'unsayable-rule')).toEqual([])
  }
})

test('kinds have names of their own, and at least forty are there', () => {
  expect(new Set(ruleKinds.map(({ kind }) => kind)).size).toBe(ruleKinds.length)
  expect(ruleKinds.length).toBeGreaterThanOrEqual(45)
})
