import { expect, it } from 'vitest'
import type { MiningCase } from '../../../../src/mine/case.ts'
import { mine } from '../../../../src/mine/mine.ts'
import { matches, overlay } from '../../../../src/mine/overlay.ts'
import type { HiddenRule } from '../../../../src/model/hidden-rule.ts'
import { contextName } from '../../../../src/model/ids.ts'
import type { Node, Shipment } from './shipments.ts'
import { firstBy, shipments } from './shipments.ts'

const rulesOf = (cases: readonly MiningCase[]): readonly HiddenRule[] => mine(cases, { context: contextName('shipment') }).rules

/** Laid over the candidate on other decisions, the rule gives what the legacy says in so large a share of those that differ, and breaks so many. */
const judged = (rule: HiddenRule, fresh: readonly MiningCase[]): { readonly restored: number; readonly broken: number } => {
  const laid = overlay(rule, fresh)
  const isRight = (one: MiningCase, i: number): boolean => matches(rule.effect, laid[i] ?? one.candidate, one.legacy)
  const differing = fresh.filter((one) => !matches(rule.effect, one.candidate, one.legacy))
  const agreeing = fresh.filter((one) => matches(rule.effect, one.candidate, one.legacy))
  const right = (some: readonly MiningCase[]): number => some.filter((one) => isRight(one, fresh.indexOf(one))).length
  return { restored: right(differing) / Math.max(1, differing.length), broken: agreeing.length - right(agreeing) }
}

type Choosing = (shipment: Shipment, mine: Node) => Node | undefined

const eachIs: readonly { readonly name: string; readonly legacy: Choosing; readonly words: RegExp }[] = [
  {
    name: 'of equally good ones the lowest number, not the nearest',
    legacy: ({ qty, nodes }) =>
      firstBy(
        nodes.filter(({ stock }) => stock >= qty),
        ({ stock }) => -stock,
        ({ node }) => node,
      ),
    words:
      /of nodes(?: with the same stock as the candidate's, the one with the lowest node|, the one with the highest stock, of equal ones with the lowest node)\.$/,
  },
  {
    name: 'of equally good ones the first in EBCDIC',
    legacy: ({ nodes }, own) =>
      firstBy(
        nodes.filter(({ stock }) => stock === own.stock),
        ({ node }) => Array.from(node, (one) => (/\d/.test(one) ? `z${one}` : `a${one}`)).join(''),
      ),
    words: /the lowest node \(by its EBCDIC codes\)/,
  },
  {
    name: 'the nearest with enough, in one channel',
    legacy: ({ qty, nodes, channel }, own) =>
      channel === 'STO'
        ? firstBy(
            nodes.filter(({ stock }) => stock >= qty),
            ({ km }) => km,
          )
        : own,
    words:
      /^When channel is STO, legacy takes node and cost of another: of nodes whose stock is at least qty, the one with the lowest km\.$/,
  },
  {
    name: 'the cheapest of those that are open and have enough',
    legacy: ({ qty, nodes }, own) =>
      firstBy(
        nodes.filter(({ stock, open }) => stock >= qty && open === 'Y'),
        ({ cost }) => cost,
      ) ?? own,
    words: /of nodes whose (?=.*open is Y)(?=.*stock is at least qty).*the one with the lowest cost/,
  },
]

it.each(eachIs)('$name: is found, said, and right on decisions that were never seen', ({ legacy, words }) => {
  const rules = rulesOf(shipments(5, legacy))
  expect(rules.map((rule) => rule.words)).toHaveLength(1)
  const [rule] = rules
  if (rule === undefined) expect.fail('no rule')
  expect(rule.words).toMatch(words)
  const { restored, broken } = judged(rule, shipments(77, legacy))
  expect(restored).toBeGreaterThan(0.99)
  expect(broken).toBe(0)
})

it('finds a choice among the offers of the command, by their place in it', () => {
  const first: Choosing = ({ qty, nodes, channel }, own) => (channel === 'WEB' ? nodes.find(({ stock }) => stock >= qty) : own)
  const [rule, ...more] = rulesOf(shipments(9, first, { as: 'trigger.offers' }))
  expect(more).toEqual([])
  expect(rule?.words).toMatch(
    /^When channel is WEB, .* of offers whose stock is at least qty, the one with the lowest place in the list\.$/,
  )
})

it('finds the same again the next night, and nothing of it where nobody knows the alternatives', () => {
  const cases = shipments(5, eachIs[2]?.legacy ?? (() => undefined))
  const known = rulesOf(cases)
  expect(mine(cases, { context: contextName('shipment'), known }).rules.map(({ id }) => id)).toEqual(known.map(({ id }) => id))
  const unknown = cases.map(({ lists: _, ...rest }): MiningCase => rest)
  expect(mine(unknown, { context: contextName('shipment'), known }).rules.flatMap(({ effect }) => effect)).not.toContainEqual(
    expect.objectContaining({ kind: 'choose' }),
  )
})

it('calls nothing a choice where the legacy takes any of them', () => {
  for (const seed of [1, 2, 3, 4]) {
    const cases = shipments(seed, ({ nodes }, own, random) => (random() < 0.15 ? nodes[Math.floor(random() * nodes.length)] : own))
    expect(rulesOf(cases).map(({ words }) => words)).toEqual([])
  }
})
