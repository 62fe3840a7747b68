import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, beforeAll, expect, it } from 'vitest'
import type { MiningCase } from '../../../src/mine/case.ts'
import { mine } from '../../../src/mine/mine.ts'
import { overlay } from '../../../src/mine/overlay.ts'
import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import { contextName, epochMs } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import type { Data } from '../../../src/model/value.ts'
import { seeded } from './seeded.ts'

interface Sold {
  readonly channel: string
  readonly weight: number
  readonly hour: number
  readonly limit: number | null
}

const decisions = 3000

/** Prices that the legacy makes in its own way: of its rules the first whose conditions hold is the only one that acts. */
const sales = (seed: number, legacy: (sold: Sold, price: number) => number | null): readonly MiningCase[] => {
  const random = seeded(seed)
  return Array.from({ length: decisions }, (_, n) => {
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
    const sold: Sold = {
      channel: pick(['WEB', 'STO', 'PHN', 'PRT', 'FAX']),
      weight: Math.floor(random() * 500),
      hour: Math.floor(random() * 24),
      limit: random() < 0.25 ? null : 100 + Math.floor(random() * 900),
    }
    const price = 10 * Math.ceil(random() * 90)
    return {
      id: `d${n}` as DecisionId,
      at: epochMs(Date.UTC(2026, 4, 4) + n * 600_000),
      candidate: { kind: 'decided', answer: { price }, effects: [] },
      legacy: { kind: 'decided', answer: { price: legacy(sold, price) }, effects: [] },
      facts: Object.fromEntries(Object.entries(sold).map(([name, value]) => [`trigger.${name}`, value])),
      exposure: null,
    } as MiningCase
  })
}

const rulesOf = (cases: readonly MiningCase[]): readonly HiddenRule[] => mine(cases, { context: contextName('price') }).rules

const priceOf = (one: ReturnType<typeof overlay>[number] | undefined): Data =>
  one?.kind === 'decided' ? ((one.answer as { readonly price: Data }).price ?? null) : null

/** Stores round down, and often that changes nothing: there heavy things are not dearer either. */
const storesFirst = sales(4, ({ channel, weight }, price) =>
  channel === 'STO' ? Math.floor(price / 50) * 50 : weight >= 400 ? price * 3 : price,
)

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'banyan-behind-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

it('says of a rule behind another where that one goes first, and adds no condition for it', () => {
  const rules = rulesOf(storesFirst)
  expect(rules).toHaveLength(2)
  const heavy = rules.find(({ effect }) => effect[0]?.kind === 'scale')
  expect(heavy?.predicate).toEqual([{ kind: 'at-least', feature: 'trigger.weight', value: 400 }])
  expect(heavy?.unless).toEqual([[{ kind: 'in', feature: 'trigger.channel', values: ['STO'] }]])
  expect(heavy?.words).toContain('unless channel is STO: there another rule goes first')
  expect(rules.find((rule) => rule !== heavy)?.unless).toBeUndefined()
})

it('is silent there when laid over the candidate, in its patch too, and is found again the next night', async () => {
  const rules = rulesOf(storesFirst)
  const heavy = rules.find(({ effect }) => effect[0]?.kind === 'scale')
  if (heavy?.detail === undefined) expect.fail('no rule')
  const laid = overlay(heavy, storesFirst)
  const file = join(folder, 'overlay.ts')
  writeFileSync(file, heavy.detail.patch.overlay)
  const patch = (await import(pathToFileURL(file).href)) as {
    readonly overlay: (answer: Data, facts: MiningCase['facts']) => { readonly price: Data }
  }
  for (const [i, one] of storesFirst.entries()) {
    const { channel, weight } = { channel: one.facts['trigger.channel'], weight: Number(one.facts['trigger.weight']) }
    const mine = priceOf(one.candidate)
    const wanted = channel !== 'STO' && weight >= 400 ? Number(mine) * 3 : mine
    expect(priceOf(laid[i])).toBe(wanted)
    expect(patch.overlay({ price: mine }, one.facts).price).toBe(wanted)
  }
  const again = mine(storesFirst, { context: contextName('price'), known: rules }).rules
  expect(again.map(({ id }) => id).sort()).toEqual(rules.map(({ id }) => id).sort())
})

it('takes a number from a column, and nothing where the column has none', () => {
  const rules = rulesOf(sales(6, ({ channel, limit }, price) => (channel === 'FAX' ? limit : price)))
  expect(rules.map(({ predicate, effect }) => ({ predicate, effect }))).toEqual([
    {
      predicate: [{ kind: 'in', feature: 'trigger.channel', values: ['FAX'] }],
      effect: [{ kind: 'copy', path: '/price', feature: 'trigger.limit' }],
    },
  ])
})

it('names a constant, not a column that happens to have one value only where the rule holds', () => {
  const cases = sales(8, ({ channel, hour }, price) => (channel === 'PRT' && hour >= 12 ? Math.min(price, 300) : price)).map((one) => ({
    ...one,
    facts: { ...one.facts, 'read.terms.most': one.facts['trigger.channel'] === 'PRT' ? 300 : Number(one.facts['trigger.weight']) },
  }))
  const rules = rulesOf(cases)
  expect(rules.map(({ effect }) => effect)).toEqual([[{ kind: 'min', path: '/price', value: 300 }]])
})
