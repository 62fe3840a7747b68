import { expect, it } from 'vitest'
import { createPatterns } from '../../../../src/classify/judge/pattern.ts'
import type { PairedDecision } from '../../../../src/model/paired-decision.ts'

/** Spread over the same weeks, whatever the number. */
const atMs = (id: number): number => ((id * 7_919) % 293) * 7_200_000

/** A decision of which only what patterns look at is made up. */
const decision = (id: number, data: Readonly<Record<string, string | number>>): PairedDecision =>
  ({
    live: { id: `d${id}`, trigger: { data }, decidedAt: atMs(id) },
    legacy: { decidedAt: atMs(id) },
    verdict: { asOf: { observation: { kind: 'decided', answer: { outcome: 'granted' } }, reads: [] } },
  }) as unknown as PairedDecision

const some = (count: number, from: number, of: (at: number) => Readonly<Record<string, string | number>>): readonly PairedDecision[] =>
  Array.from({ length: count }, (_, at) => decision(from + at, of(at)))

const country = (at: number): string => ['DE', 'FR', 'IT', 'ES', 'PL', 'AT'][at % 6] ?? ''
const agreements = some(300, 0, (at) => ({ country: country(at), kind: at % 2 === 0 ? 'a' : 'b' }))
const struck = some(30, 1_000, (at) => ({ country: 'DE', kind: at % 2 === 0 ? 'a' : 'b' }))
const slips = some(20, 2_000, (at) => ({ country: country(at), kind: at % 2 === 0 ? 'a' : 'b' }))

it('is told of those that have it in common, and of none beside them', () => {
  const patternFor = createPatterns(agreements)([...struck, ...slips])
  expect(struck.every(({ live }) => patternFor(live.id)?.words.includes('country = DE') === true)).toBe(true)
  const told = slips.filter(({ live }) => patternFor(live.id) !== null)
  expect(told.length).toBeLessThanOrEqual(4)
})

it('speaks for those that were not looked at only where nearly all have it', () => {
  expect(createPatterns(agreements)([...struck, ...slips])('not seen')).toBeNull()
  expect(createPatterns(agreements)(struck)('not seen')?.test).toBe('pattern')
})

it('is none where slips strike anywhere', () => {
  const patternFor = createPatterns(agreements)(slips)
  expect(slips.filter(({ live }) => patternFor(live.id) !== null)).toEqual([])
})

it('is none where too many of those that have it are slips, and sharper where something else tells them apart', () => {
  // A third of all have it anyway: of forty slips so many that they are a fourth of those that have it.
  const often = (count: number, from: number, more: (at: number) => Readonly<Record<string, string>> = () => ({})) =>
    some(count, from, (at) => ({ country: at % 3 === 0 ? 'DE' : 'FR', kind: at % 2 === 0 ? 'a' : 'b', ...more(at) }))
  const cards = (at: number) => ({ card: ['VISA', 'AMEX', 'JCB', 'UP'][at % 4] ?? '' })
  const vague = createPatterns(often(300, 0))([...struck, ...often(30, 3_000)])
  expect(struck.filter(({ live }) => vague(live.id) !== null)).toEqual([])
  const struckByCard = some(30, 1_000, () => ({ country: 'DE', kind: 'a', card: 'JCB' }))
  const sharp = createPatterns(often(300, 0, cards))([...struckByCard, ...often(30, 3_000, cards)])
  expect(struckByCard.every(({ live }) => sharp(live.id)?.words.includes('card = JCB') === true)).toBe(true)
})
