import { describe, expect, test } from 'vitest'
import { graceMs, leaseMs, nextMoves } from '../../../../src/pipeline/share/next-moves.ts'
import type { Member, MemberNumber } from '../../../../src/ports/claim-store.ts'
import type { Draw } from '../../../support/history/draw.ts'
import { drawFrom } from '../../../support/history/draw.ts'

const me = 1 as MemberNumber
const none: ReadonlySet<string> = new Set()

const member = (number: number, holds: readonly string[], waitsFor: readonly string[], silentMs = 0): Member => ({
  number: number as MemberNumber,
  host: 'h',
  pid: number,
  since: 0,
  silentMs,
  waitsFor,
  holds: holds.map((stage) => ({ stage, since: 0 })),
})

const moves = (members: readonly Member[], wanted: readonly string[], more: Partial<Parameters<typeof nextMoves>[0]> = {}) =>
  nextMoves({ me, members, wanted, kept: none, freeForMs: () => 0, ...more })

describe('what a member does next', () => {
  test('alone it claims all at once', () => {
    expect(moves([member(1, [], ['a', 'b', 'c'])], ['a', 'b', 'c'])).toEqual({ claim: ['a', 'b', 'c'], giveUp: null, expel: [] })
  })

  test('beside one who waits for the same it claims no more than that one has, until nobody else has taken it for a while', () => {
    const members = [member(1, [], ['a', 'b', 'c']), member(2, [], ['a', 'b', 'c'])]
    expect(moves(members, ['a', 'b', 'c']).claim).toEqual(['a'])
    expect(moves(members, ['a', 'b', 'c'], { freeForMs: () => graceMs }).claim).toEqual(['a', 'b', 'c'])
    expect(moves([member(1, ['x'], ['a']), member(2, [], ['b'])], ['a']).claim).toEqual(['a'])
  })

  test('it gives up its last stage to one who waits and has two fewer, and none for the sake of one', () => {
    expect(moves([member(1, ['a', 'b'], []), member(2, [], ['a', 'b'])], []).giveUp).toBe('b')
    expect(moves([member(1, ['a', 'b'], []), member(2, [], ['a'])], []).giveUp).toBe('a')
    expect(moves([member(1, ['a', 'b'], []), member(2, ['c'], ['a', 'b'])], []).giveUp).toBeNull()
    expect(moves([member(1, ['a', 'b'], []), member(2, [], ['c'])], []).giveUp).toBeNull()
    expect(moves([member(1, ['a', 'b'], []), member(2, [], ['a', 'b'])], [], { kept: new Set(['b']) }).giveUp).toBe('a')
  })

  test('of two with equally many only one gives up, and the fullest only if somebody waits for what it has', () => {
    const two = [member(1, ['a', 'b'], []), member(2, ['c', 'd'], []), member(3, [], ['b', 'd'])]
    expect([moves(two, []).giveUp, moves(two, [], { me: 2 as MemberNumber }).giveUp]).toEqual(['b', null])
    const other = [member(1, ['a', 'b'], []), member(2, ['c', 'd', 'e'], []), member(3, [], ['b'])]
    expect(moves(other, []).giveUp).toBe('b')
  })

  test('one that is silent counts for nothing, and in the end loses what others want', () => {
    const silent = (ms: number): readonly Member[] => [member(1, [], ['a', 'b']), member(2, ['b'], ['a'], ms)]
    expect(moves(silent(leaseMs - 1), ['a', 'b'])).toEqual({ claim: ['a'], giveUp: null, expel: [] })
    expect(moves(silent(leaseMs), ['a', 'b'])).toEqual({ claim: ['a'], giveUp: null, expel: [2] })
    expect(moves(silent(leaseMs), ['a']).expel).toEqual([])
  })
})

interface Simulated {
  readonly offers: readonly string[]
  readonly holds: string[]
}

/** Members look in any order, each at what is so at that instant; what one gives up it wants again at once. */
const play = (members: readonly Simulated[], freeRounds: Map<string, number>, draw: Draw): number => {
  let changes = 0
  for (const index of members.map((_, at) => at).sort(() => draw.below(3) - 1)) {
    const seen = members.map(({ offers, holds }, at) =>
      member(
        at + 1,
        holds,
        offers.filter((stage) => !holds.includes(stage)),
      ),
    )
    const mine = members[index] as Simulated
    const wanted = mine.offers.filter((stage) => !mine.holds.includes(stage))
    const freeForMs = (stage: string): number => (freeRounds.get(stage) ?? 0) * 200
    const { claim, giveUp } = nextMoves({ me: (index + 1) as MemberNumber, members: seen, wanted, kept: none, freeForMs })
    mine.holds.push(...claim)
    if (giveUp !== null) mine.holds.splice(mine.holds.indexOf(giveUp), 1)
    changes += claim.length + (giveUp === null ? 0 : 1)
  }
  const taken = new Set(members.flatMap(({ holds }) => holds))
  for (const stage of new Set(members.flatMap(({ offers }) => offers)))
    freeRounds.set(stage, taken.has(stage) ? 0 : (freeRounds.get(stage) ?? 0) + 1)
  return changes
}

test('whoever comes and goes and whatever each can do: soon every stage that somebody can do is done by one, loads are even, and nothing moves', () => {
  for (let seed = 1; seed <= 300; seed += 1) {
    const draw = drawFrom(seed)
    const stages = Array.from({ length: 1 + draw.below(14) }, (_, at) => `s${at}`)
    const isSame = draw.below(2) === 0
    const newcomer = (): Simulated => ({ offers: isSame ? stages : stages.filter(() => draw.below(3) > 0), holds: [] })
    let members = Array.from({ length: 1 + draw.below(5) }, newcomer)
    for (let change = 0; change < 4; change += 1) {
      if (draw.below(2) === 0) members = [...members, newcomer()]
      else members = members.filter((_, at) => at !== draw.below(members.length) || members.length === 1)
      const free = new Map<string, number>()
      for (let round = 0; round < 60; round += 1) play(members, free, draw)
      const held = members.flatMap(({ holds }) => holds)
      const doable = stages.filter((stage) => members.some(({ offers }) => offers.includes(stage)))
      expect(held.toSorted(), `seed ${seed}`).toEqual(doable.toSorted())
      expect(play(members, free, draw), `seed ${seed}: still moving`).toBe(0)
      const loads = members.map(({ holds }) => holds.length)
      if (isSame) expect(Math.max(...loads) - Math.min(...loads), `seed ${seed}: ${loads}`).toBeLessThanOrEqual(1)
    }
  }
})
