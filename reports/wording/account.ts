import type { NightContext } from '../../src/model/night.ts'

/** One term of the account, with what it means. */
export interface AccountTerm {
  readonly name: string
  readonly value: number
  readonly meaning: string
}

/** Every term whose sum must be all legacy decisions; the remainder last. */
export const accountTerms = ({ account }: NightContext): readonly AccountTerm[] => [
  { name: 'compared', value: account.compared, meaning: 'both sides answered and the answers were compared' },
  { name: 'sampled out', value: account.sampledOut, meaning: 'left out on purpose by the sampling rate' },
  { name: 'dead-lettered', value: account.deadLettered, meaning: 'parked because something about them failed' },
  { name: 'unpaired', value: account.unpaired, meaning: 'the legacy never answered within its time limit' },
  { name: 'open', value: account.open, meaning: 'still waiting for an answer, or for their classification' },
  { name: 'remainder', value: account.remainder, meaning: 'in no account at all; must be zero' },
]

/** True when the terms add up to the decisions and nothing remains. */
export const accountBalances = (context: NightContext): boolean =>
  context.account.remainder === 0 && accountTerms(context).reduce((sum, term) => sum + term.value, 0) === context.account.decisions
