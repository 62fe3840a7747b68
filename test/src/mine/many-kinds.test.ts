import { expect, it } from 'vitest'
import { mine } from '../../../src/mine/mine.ts'
import { contextName } from '../../../src/model/ids.ts'
import { manyKinds, market } from './many-kinds.ts'
import type { Kind } from './many-kinds.ts'

const options = { context: contextName('quote') }

/** The best overlap of a mined rule's decisions at risk with those that the planted rule decided, and how many rules there are. */
const recovered = (kind: Kind): { readonly jaccard: number; readonly rules: readonly string[] } => {
  const { cases, fired } = market({ seed: 11, deals: 6000, rules: [kind] })
  const rowOf = new Map(cases.map((one, row) => [one.id, row]))
  const truth = fired.filter((name) => name === kind.name).length
  const result = mine(cases, options)
  const jaccards = result.rules.map(({ id }) => {
    const claimed = (result.extensions.get(id) ?? []).map((decision) => rowOf.get(decision) ?? -1)
    const hits = claimed.filter((row) => fired[row] === kind.name).length
    return hits / (truth + claimed.length - hits)
  })
  return { jaccard: Math.max(0, ...jaccards), rules: result.rules.map((rule) => rule.words) }
}

it('finds rules of many kinds, each with its effect, and says nothing else', { timeout: 120_000 }, () => {
  const missed: string[] = []
  const many: string[] = []
  for (const kind of manyKinds) {
    const { jaccard, rules } = recovered(kind)
    if (jaccard < 0.95) missed.push(`${kind.name} (${jaccard.toFixed(2)})`)
    if (rules.length > 1) many.push(...rules)
  }
  expect(missed.length, missed.join(', ')).toBeLessThanOrEqual(0.05 * manyKinds.length)
  expect(many).toEqual([])
})
