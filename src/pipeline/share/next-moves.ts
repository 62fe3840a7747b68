import type { Member, MemberNumber } from '../../ports/claim-store.ts'

/** What one member does next about its claims. */
export interface Moves {
  /** In this order; each only while it gets no fuller than others who wait: see {@link isNextTo}. */
  readonly claim: readonly string[]
  /** To be given up at once, so that another may have it. */
  readonly giveUp: string | null
  /** Silent for so long that what it has is to be taken from it. */
  readonly expel: readonly MemberNumber[]
}

export interface Situation {
  readonly me: MemberNumber
  /** As heard a moment ago, this member included. */
  readonly members: readonly Member[]
  /** What this member would do if it could, best first. */
  readonly wanted: readonly string[]
  /** What it must not give up, though others wait for it. */
  readonly kept: ReadonlySet<string>
  /** For how long a stage has been seen free by now. */
  readonly freeForMs: (stage: string) => number
}

/** Who was asked first is not always there to take it: after so long anybody may. */
export const graceMs = 2_000
/** One that is silent for so long counts no more when work is shared out. */
const quietMs = 10_000
/** One that is silent for so long is stopped, or cut off. More than a candidate or a miner holds up its own process. */
export const leaseMs = 60_000

/**
 * Work goes to who has least. A stage that is free is left to those who wait for it with fewer claims; of those with most, one gives up
 * one stage at a time to somebody who waits for it with at least two fewer, so that nothing goes to and fro.
 */
export const nextMoves = ({ me, members, wanted, kept, freeForMs }: Situation): Moves => {
  const owners = new Map(members.flatMap((member) => member.holds.map(({ stage }) => [stage, member] as const)))
  const awake = members.filter(({ silentMs, number }) => silentMs < quietMs && number !== me)
  const mine = members.find(({ number }) => number === me)?.holds ?? []
  const expelled = wanted.flatMap((stage) => owners.get(stage) ?? []).filter(({ silentMs }) => silentMs >= leaseMs)
  const claim: string[] = []
  for (const stage of wanted.filter((one) => !owners.has(one))) {
    const load = mine.length + claim.length
    const isLeast = awake.every((other) => other.holds.length >= load || !other.waitsFor.includes(stage))
    if (isLeast || freeForMs(stage) >= graceMs) claim.push(stage)
  }
  const giver = claim.length > 0 ? null : nextGiver(members.filter(({ silentMs, number }) => silentMs < quietMs || number === me))
  const giveUp = giver?.number === me ? (giver.stages.findLast((stage) => !kept.has(stage)) ?? null) : null
  return { claim, giveUp, expel: [...new Set(expelled.map(({ number }) => number))] }
}

interface Giver {
  readonly number: MemberNumber
  readonly load: number
  /** What it has and others wait for that have less, first claimed first. */
  readonly stages: readonly string[]
}

/** Of several the first one: two that give up at once would give too much. */
const nextGiver = (members: readonly Member[]): Giver | null => {
  const givers = members.flatMap(({ number, holds }): Giver[] => {
    const load = holds.length
    const waiting = new Set(members.filter((other) => other.holds.length <= load - 2).flatMap(({ waitsFor }) => waitsFor))
    const stages = holds.map(({ stage }) => stage).filter((stage) => waiting.has(stage))
    return stages.length === 0 ? [] : [{ number, load, stages }]
  })
  return givers.sort((a, b) => b.load - a.load || a.number - b.number)[0] ?? null
}
