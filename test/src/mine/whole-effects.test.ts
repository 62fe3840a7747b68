import { expect, it } from 'vitest'
import type { MiningCase } from '../../../src/mine/case.ts'
import { mine } from '../../../src/mine/mine.ts'
import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import { contextName, epochMs } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import { seeded } from './seeded.ts'

interface Quoted {
  readonly outcome: string
  readonly leadDays: number
  readonly node: string | null
  readonly price: number
}

const start = Date.UTC(2026, 4, 4)
const decisions = 3000

type Legacy = (facts: Readonly<Record<string, Data>>, mine: Quoted, random: () => number) => Quoted

/** Orders that the candidate reserves, or promises for a later day where nothing is left. */
const orders = (seed: number, legacy: Legacy): readonly MiningCase[] => {
  const random = seeded(seed)
  return Array.from({ length: decisions }, (_, n) => {
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    const facts = {
      channel: pick(['WEB', 'STO', 'PHN', 'PRT']),
      tier: pick(['GO', 'SI', 'BR']),
      since: Math.floor(random() * 3000),
      weight: Math.floor(random() * 500),
    }
    const left = random() < 0.75
    const mine: Quoted = {
      outcome: left ? 'reserved' : 'back',
      leadDays: left ? 0 : 5,
      node: left ? pick(['N1', 'N2']) : null,
      price: 10 * Math.ceil(random() * 90),
    }
    return {
      id: `d${n}` as DecisionId,
      at: epochMs(start + n * 600_000),
      candidate: { kind: 'decided', answer: { ...mine }, effects: [] },
      legacy: { kind: 'decided', answer: { ...legacy(facts, mine, random) }, effects: [] },
      facts: Object.fromEntries(Object.entries(facts).map(([name, value]) => [`trigger.${name}`, value])),
      exposure: null,
    } as MiningCase
  })
}

const rulesOf = (cases: readonly MiningCase[]): readonly HiddenRule[] => mine(cases, { context: contextName('promise') }).rules

const placesOf = ({ effect }: HiddenRule): Readonly<Record<string, Data>> =>
  Object.fromEntries(effect.map((step) => [step.path, step.kind === 'set' ? step.value : step.kind]))

it('says all that a rule answers, where another rule gives the same outcome with other days', () => {
  const rules = rulesOf(
    orders(3, ({ channel, since, tier }, mine) =>
      channel === 'STO' && Number(since) <= 700
        ? { ...mine, outcome: 'back', leadDays: 28, node: null }
        : channel === 'WEB' && tier === 'GO'
          ? { ...mine, outcome: 'back', leadDays: 14, node: null }
          : mine,
    ),
  )
  expect(rules).toHaveLength(2)
  for (const rule of rules) expect(placesOf(rule)).toEqual({ '/outcome': 'back', '/leadDays': expect.anything(), '/node': null })
})

it('finds a rule where the candidate is often wrong besides, whatever the decision', () => {
  const rules = rulesOf(
    orders(5, ({ channel, weight }, mine, random) => {
      const price = mine.price + (channel === 'PHN' && Number(weight) >= 200 ? 35 : 0)
      return random() < 0.35 ? { ...mine, price: price + 1 + Math.floor(random() * 5000) / 100 } : { ...mine, price }
    }),
  )
  expect(rules.map(({ predicate }) => predicate)).toEqual([
    expect.arrayContaining([
      { kind: 'in', feature: 'trigger.channel', values: ['PHN'] },
      { kind: 'at-least', feature: 'trigger.weight', value: 200 },
    ]),
  ])
})

it('names two days on which nothing was sold', () => {
  const closed = ['2026-05-09', '2026-05-17']
  const rules = rulesOf(
    orders(7, (_, mine) => mine).map((one) =>
      closed.includes(new Date(one.at).toISOString().slice(0, 10))
        ? { ...one, legacy: { kind: 'decided', answer: { outcome: 'closed', leadDays: 0, node: null, price: 0 }, effects: [] } }
        : one,
    ),
  )
  expect(rules.map(({ predicate }) => predicate)).toEqual([
    [{ kind: 'in', feature: 'date(clock)', values: closed.map((day) => Date.parse(day) / 86_400_000) }],
  ])
})
