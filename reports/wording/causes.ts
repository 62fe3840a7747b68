import type { CauseLabel } from '../../src/model/night.ts'

/** How people read a cause: its name, what it means, and who has to act. */
export interface CauseWords {
  readonly title: string
  readonly meaning: string
  readonly action: string
}

/** Every cause in the order in which reports list them. */
export const causeOrder: readonly CauseLabel[] = [
  'timing',
  'stale-data',
  'hidden-rule',
  'defect',
  'legacy-defect',
  'compound',
  'unresolved',
]

export const causeWords: Readonly<Record<CauseLabel, CauseWords>> = {
  timing: {
    title: 'Timing',
    meaning: 'The candidate read a moment before or after the legacy. With the reads just as the legacy had them, it agrees.',
    action: 'Nothing in the logic. Shorten the lag, or accept it.',
  },
  'stale-data': {
    title: 'Stale data',
    meaning: 'A feed of the candidate was older than its freshness limit allows. With the reads as the legacy had them, it agrees.',
    action: 'Mend the feed before cutover.',
  },
  'hidden-rule': {
    title: 'Hidden rule',
    meaning: 'The legacy follows a rule that the candidate does not know. Laid over the candidate, it makes the answers agree.',
    action: 'Its owner decides: adopt the rule, or waive it.',
  },
  defect: {
    title: 'Defect',
    meaning: 'On the very facts that the legacy had, the candidate still answers otherwise, and no compact rule explains it.',
    action: 'Mend the candidate.',
  },
  'legacy-defect': {
    title: 'Legacy defect',
    meaning: 'The legacy’s answer breaks a rule that must hold for every answer. The candidate should not copy it.',
    action: 'Its owner confirms that the legacy is wrong.',
  },
  compound: {
    title: 'Several causes',
    meaning: 'More than one cause took part: all were needed, or each alone would have done.',
    action: 'Each of the causes asks for its own action.',
  },
  unresolved: {
    title: 'Unresolved',
    meaning: 'The cause could not be shown. Each carries the reason, and counts against readiness.',
    action: 'Look at the examples; supply what is missing.',
  },
}

const reasons: Readonly<Record<string, string>> = {
  unpaired: 'one side never answered',
  'nondeterministic-candidate': 'the candidate answers differently on the same reads',
  'candidate-replaced': 'another version of the candidate decided live, and its code is not at hand',
  'missing-version': 'a version that was read is no longer kept',
  'unrecorded-read': 'the candidate looked at something that was not recorded',
  'legacy-snapshot-unknown': 'it is unknown which state the legacy read',
  'legacy-inconsistent': 'the legacy answered equal cases differently',
  'no-compact-explanation': 'the legacy acts otherwise, and no short rule says when',
  'owner-decides': 'hidden rule or defect: only the owner can say',
  'awaiting-mining': 'not mined yet',
  'replay-failed': 'the decision could not be replayed',
  'not-replayable': 'the candidate is a service that can only be asked live',
}

/** Why a divergence is unresolved, as words; an unknown reason as it is. */
export const reasonWords = (reason: string): string => (Object.hasOwn(reasons, reason) ? (reasons[reason] ?? reason) : reason)
