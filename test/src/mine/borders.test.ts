import { expect, it } from 'vitest'
import type { MiningCase } from '../../../src/mine/case.ts'
import { mine } from '../../../src/mine/mine.ts'
import { roundest, roundestTime } from '../../../src/mine/roundest.ts'
import type { HiddenRule } from '../../../src/model/hidden-rule.ts'
import { contextName, epochMs } from '../../../src/model/ids.ts'
import type { DecisionId } from '../../../src/model/ids.ts'
import { seeded } from './seeded.ts'

interface Load {
  readonly carrier: string
  readonly lane: string
  readonly weight: number
}

/** Loads whose price the candidate knows; one about every quarter of an hour. */
const loads = (seed: number, isRefused: (load: Load, at: number) => boolean): readonly MiningCase[] => {
  const random = seeded(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  return Array.from({ length: 2000 }, (_, n) => {
    const load: Load = { carrier: pick(['A', 'B', 'B', 'B', 'B']), lane: pick(['N', 'S', 'W']), weight: Math.floor(random() * 500) }
    const at = Date.UTC(2026, 4, 4) + n * 1_013_000
    const price = 10 * Math.ceil(random() * 90)
    return {
      id: `d${n}` as DecisionId,
      at: epochMs(at),
      candidate: { kind: 'decided', answer: { price }, effects: [] },
      legacy: { kind: 'decided', answer: { price: isRefused(load, at) ? 0 : price }, effects: [] },
      facts: Object.fromEntries(Object.entries(load).map(([name, value]) => [`trigger.${name}`, value])),
      exposure: null,
    } as MiningCase
  })
}

const predicatesOf = (cases: readonly MiningCase[]): readonly HiddenRule['predicate'][] =>
  mine(cases, { context: contextName('loads') }).rules.map(({ predicate }) => predicate)

it('ends a rule where its own decisions do, not where those of another rule do that says the same', () => {
  for (const seed of [1, 2, 3]) {
    const isOther = ({ carrier, weight }: Load): boolean => carrier === 'B' && weight >= 180 && weight <= 199
    const predicates = predicatesOf(loads(seed, (load) => isOther(load) || (load.lane === 'N' && load.weight >= 200)))
    expect(predicates).toHaveLength(2)
    expect(predicates[0]).toContainEqual({ kind: 'at-least', feature: 'trigger.weight', value: 200 })
  }
})

it('says a time of day as people do', () => {
  const minute = (at: number): number => Math.floor(at / 60_000) % 1440
  const predicates = predicatesOf(loads(4, (_, at) => minute(at) >= 17 * 60 + 30 && minute(at) <= 18 * 60 + 15).slice(0, 1000))
  expect(predicates).toEqual([[{ kind: 'between', feature: 'minuteOfDay(clock)', from: 1050, to: 1095 }]])
})

it('puts the border between hours in which nothing was decided into their middle', () => {
  const hour = (at: number): number => Math.floor(at / 3_600_000) % 24
  const cases = loads(5, ({ lane }, at) => lane === 'N' && hour(at) >= 18).filter(({ at }) => hour(at) <= 14 || hour(at) >= 20)
  const [predicate = []] = predicatesOf(cases)
  const border = predicate.find(({ kind }) => kind === 'at-least')
  expect(border).toEqual({ kind: 'at-least', feature: 'hour(clock)', value: 17 })
})

it('prefers the full hour, then the half, then the quarter, and leaves what is exact', () => {
  expect(roundestTime(1041, 1083, 1080)).toBe(1080)
  expect(roundestTime(1042, 1078, 1043)).toBe(1050)
  expect(roundestTime(1081, 1097, 1082)).toBe(1095)
  expect(roundestTime(1081, 1083, 1082)).toBe(1082)
  expect(roundestTime(1082, 1082, 1082)).toBe(1082)
  expect(roundest(28.4, 31, 31, false)).toBe(30)
})
