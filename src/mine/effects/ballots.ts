import type { EffectStep } from '../../model/hidden-rule.ts'

export interface Ballot {
  readonly step: EffectStep
  readonly bits: number
  votes: number
}

/** One more vote for a step; it is made when its key is first seen. */
export type Cast = (key: string, bits: number, step: () => EffectStep) => void

const maxBallots = 20_000

export const createBallots = (): { readonly cast: Cast; readonly counted: (atLeast: number) => readonly Ballot[] } => {
  const ballots = new Map<string, Ballot>()
  return {
    cast: (key, bits, step) => {
      const ballot = ballots.get(key)
      if (ballot !== undefined) ballot.votes++
      else if (ballots.size < maxBallots) ballots.set(key, { step: step(), bits, votes: 1 })
    },
    counted: (atLeast) => [...ballots.values()].filter((ballot) => ballot.votes >= atLeast),
  }
}
