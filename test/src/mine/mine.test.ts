import { describe, expect, it } from 'vitest'
import { mine } from '../../../src/mine/mine.ts'
import { matches, overlay } from '../../../src/mine/overlay.ts'
import type { MiningResult } from '../../../src/mine/case.ts'
import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import { contextName } from '../../../src/model/ids.ts'
import { kinds, unsayable, world } from './world.ts'
import type { World } from './world.ts'

const options = { context: contextName('promise') }

/** Overlap of what the rule would change with what the planted rule did change. */
const jaccard = (made: World, result: MiningResult, rule: HiddenRule, planted: string): number => {
  const rows = new Map(made.cases.map((one, row) => [one.id, row]))
  const truth = new Set(made.fired.flatMap((name, row) => (name === planted ? [row] : [])))
  const claimed = (result.extensions.get(rule.id) ?? []).map((id) => rows.get(id) ?? -1)
  const open = claimed.filter((row) => made.fired[row] === planted || made.fired[row] === null)
  const hits = open.filter((row) => truth.has(row)).length
  return hits / (truth.size + open.length - hits)
}

const recovery = (made: World, result: MiningResult): { readonly found: readonly string[]; readonly untrue: readonly string[] } => {
  const names = [...new Set(made.fired.filter((name) => name !== null))]
  const good = (rule: HiddenRule, name: string): boolean => jaccard(made, result, rule, name) >= 0.95
  return {
    found: names.filter((name) => result.rules.some((rule) => good(rule, name))),
    untrue: result.rules.filter((rule) => !names.some((name) => good(rule, name))).map((rule) => rule.words),
  }
}

describe('mine', () => {
  it('recovers eight planted rules of different kinds, and no other, beside what it cannot say', { timeout: 120_000 }, () => {
    for (const [seed, from] of [
      [3, 0],
      [4, 8],
    ] as const) {
      const planted = kinds.slice(from, from + 8)
      const made = world({ seed, lines: 12_000, rules: [...planted, ...unsayable], noise: 0.003 })
      const { found, untrue } = recovery(made, mine(made.cases, options))
      expect(untrue).toEqual([])
      expect(found.length).toBeGreaterThanOrEqual(6)
    }
  })

  it('calls nothing a rule that is noise', { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= 40; seed++) {
      const made = world({ seed, lines: 2000, rules: [], noise: [0.005, 0.01, 0.02, 0.05][seed % 4] ?? 0.01 })
      expect(mine(made.cases, options).rules.map((rule) => rule.words)).toEqual([])
    }
  })

  it('calls nothing a rule that no predicate can say', { timeout: 120_000 }, () => {
    for (let seed = 1; seed <= 5; seed++) {
      const made = world({ seed, lines: 6000, rules: unsayable, noise: 0.003 })
      expect(mine(made.cases, options).rules.map((rule) => rule.words)).toEqual([])
    }
  })

  it('does not depend on the order in which facts are named, and gives the same ids again', () => {
    const made = world({ seed: 9, lines: 4000, rules: kinds.slice(0, 2) })
    const turned = made.cases.map((one) => ({ ...one, facts: Object.fromEntries(Object.entries(one.facts).reverse()) }))
    expect(mine(turned, options).rules).toEqual(mine(made.cases, options).rules)
  })

  it('restores what it says it restores when laid over the candidate, and breaks nothing', () => {
    const made = world({ seed: 5, lines: 6000, rules: kinds.slice(0, 1) })
    const { rules, assignments } = mine(made.cases, options)
    const [rule] = rules
    if (rule === undefined) expect.fail('no rule')
    expect(rule.effect).toEqual([{ kind: 'min', path: '/qty', value: 25 }])
    expect(rule.predicate).toEqual(
      expect.arrayContaining([
        { kind: 'in', feature: 'trigger.channel', values: ['PHN'] },
        { kind: 'at-least', feature: 'trigger.qty', value: 30 },
      ]),
    )
    expect(rule.words).toBe('When channel is PHN and qty is 30 or more, legacy limits qty to at most 25.')
    const laid = overlay(rule, made.cases)
    let restored = 0
    for (const [row, one] of made.cases.entries()) {
      const observation = laid[row] ?? one.candidate
      if (made.fired[row] === null) expect(matches(rule.effect, observation, one.legacy)).toBe(true)
      else if (observation !== one.candidate && matches(rule.effect, observation, one.legacy)) restored++
    }
    expect(restored).toBe(rule.replay.restored)
    expect(assignments.size).toBe(restored)
  })

  it('has nothing to say without mismatches', () => {
    const made = world({ seed: 6, lines: 500, rules: [] })
    expect(mine(made.cases, options)).toMatchObject({ rules: [], leads: [] })
    expect(mine([], options)).toMatchObject({ rules: [], leads: [] })
  })
})
