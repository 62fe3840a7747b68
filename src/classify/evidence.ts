import type { Context } from '../model/context.ts'
import type { LiveDecision } from '../model/decision.ts'
import type { Observation } from '../model/observation.ts'
import { durationWords } from '../model/duration.ts'
import type { Evidence, RestoringRead } from '../model/verdict.ts'
import type { Data } from '../model/value.ts'
import type { ChangedRead } from './changed-reads.ts'

const maxText = 160

/** Data as a person would say it, cut where it gets long. */
export const say = (data: Data): string => {
  if (data === null) return 'nothing'
  if (typeof data === 'string') return `'${data}'`
  const text = JSON.stringify(data, (_, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)) ?? ''
  return text.length > maxText ? `${text.slice(0, maxText)}…` : text.replaceAll('"', '')
}

const sayRead = ({ projection, key, seen, atLegacyCommit, ageMs }: RestoringRead): string => {
  if (projection === 'clock')
    return `the clock, which was ${durationWords(Math.abs(ageMs))} ${ageMs < 0 ? 'behind' : 'ahead of'} the legacy's`
  const when = ageMs < 0 ? 'newer than what the legacy saw' : `${durationWords(ageMs)} out of date`
  return `${projection} ${key}: the candidate saw ${say(seen)} where the legacy had ${say(atLegacyCommit)} (${when})`
}

/** In which order the two sides saw a change and took their decision: the inversion is the proof of timing. */
const orderOf = ({ projection, ageMs }: RestoringRead): Data => {
  if (projection === 'clock') return null
  return ageMs < 0
    ? { legacy: ['decision', 'change'], candidate: ['change', 'decision'] }
    : { legacy: ['change', 'decision'], candidate: ['decision', 'change'] }
}

const dataOf = (read: RestoringRead): Data => {
  const { projection, key, seen, atLegacyCommit, ageMs, cause } = read
  return { projection, key, seen, atLegacyCommit, ageMs, cause, order: orderOf(read) }
}

export const restoredBy = (reads: readonly RestoringRead[]): Evidence => ({
  test: 'as-of-reads-restore',
  words: `The answers agree once the candidate reads what the legacy saw: ${reads.map(sayRead).join('; ')}.`,
  data: reads.map(dataOf),
})

export const valueUnknown = ({ projection, key, seen }: ChangedRead): Evidence => ({
  test: 'value-of-no-version',
  words: `${projection} ${key} held ${say(seen)} in the candidate's own store, which no captured version of the legacy row ever was; its age is a lower bound.`,
  data: { projection, key, seen },
})

export const notRestored = (changed: number): Evidence => ({
  test: 'unrecorded-read',
  words: `The candidate agrees when all is as of the legacy's commit, but not when its ${changed} changed reads and the clock are replaced: it also looked at something that was not recorded.`,
  data: { changed },
})

export const notReproduced = (live: Observation, again: Observation): Evidence => ({
  test: 'live-not-reproduced',
  words: `With the very reads of its live run the candidate now always ${sayObservation(again)}, where live it ${sayObservation(live)}: something that was not recorded decides with it.`,
  data: { live: sayObservation(live), again: sayObservation(again) },
})

export const notRepeated = (one: Observation, other: Observation): Evidence => ({
  test: 'double-replay',
  words: `Asked the very same several times, the candidate once ${sayObservation(one)} and once ${sayObservation(other)}.`,
  data: { one: sayObservation(one), other: sayObservation(other) },
})

export const answeredByOther = (live: LiveDecision, context: Pick<Context, 'candidateVersion'>, again: Observation): Evidence => ({
  test: 'candidate-version',
  words: `Version ${live.candidateVersion} of the candidate ${sayObservation(live.observation)} live; its code is not at hand, and version ${context.candidateVersion} ${sayObservation(again)}.`,
  data: { live: live.candidateVersion, present: context.candidateVersion },
})

export const notReplayable = (observation: Extract<Observation, { kind: 'failed' }>): Evidence => ({
  test: 'replay',
  words: `The candidate cannot be asked as of the legacy's commit (${observation.message}): only its live answer is compared.`,
  data: { reason: observation.reason },
})

/** What says that the candidate's logic is a cause beside the reads. `version`: other code of the candidate; null: the documents. */
export const otherLogicTest = 'other-logic'
export interface OtherLogic {
  readonly logic: string
  readonly version: string | null
  readonly decidedBy: string
}

export const logicBesides = (
  { name, version }: { readonly name: string; readonly version: string | null },
  live: Pick<LiveDecision, 'candidateVersion'>,
): Evidence => ({
  test: otherLogicTest,
  words: `On the very reads of the live run ${name} agrees with the legacy: that the candidate differs from it is as much a cause as the reads are.`,
  data: { logic: name, version, decidedBy: live.candidateVersion } satisfies OtherLogic,
})

export const brokenHistory = (broken: readonly string[]): Evidence => ({
  test: 'history',
  words: `What the legacy saw is not known for sure: versions are missing in the history of ${broken.slice(0, 5).join(', ')}.`,
  data: broken.slice(0, 20),
})

export const failedOnlyLive = (live: Extract<Observation, { kind: 'failed' }>): Evidence => ({
  test: 'failed-live-only',
  words: `Live the candidate gave no answer (${live.reason}: ${live.message}), so there is nothing to repeat; as of the legacy's commit it agrees.`,
  data: { reason: live.reason },
})

export const failedAsOf = (observation: Extract<Observation, { kind: 'failed' }>): Evidence => ({
  test: `candidate-${observation.reason}`,
  words: `With everything as the legacy saw it, the candidate ${sayObservation(observation)}.`,
  data: { reason: observation.reason, message: observation.message },
})

/** True for what proves an answer wrong without a second opinion. */
export const isProof = ({ test }: Evidence): boolean => test.startsWith('invariant:') || failureTests.has(test)

/** True for a proof that it is the legacy's answer that is wrong. */
export const isOfLegacy = ({ data }: Evidence): boolean => (data as { readonly side?: string } | null)?.side === 'legacy'

export const invariantBroken = (side: 'candidate' | 'legacy', name: string, answer: Data): Evidence => ({
  test: `invariant:${name}`,
  words: `The ${side}'s answer ${say(answer)} breaks the rule '${name}', which must hold for every answer.`,
  data: { side, invariant: name },
})

export const correctedByLegacy = (first: Observation): Evidence => ({
  test: 'settlement',
  words: `The legacy itself first ${sayObservation(first)} and corrected that within its settlement time; the candidate agrees with the first word.`,
  data: null,
})

export const readEarlier = (): Evidence => ({
  test: 'legacy-snapshot',
  words: 'The legacy does not lock what it reads: the candidate agrees with the state at another instant of the legacy’s own transaction.',
  data: null,
})

export const orderUnknown = (): Evidence => ({
  test: 'commit-order',
  words:
    'Clocks ordered the commits, and cannot tell the order of those close together: the candidate agrees with a state that is as possible as the recorded one.',
  data: null,
})

export const tooManyViews = (): Evidence => ({
  test: 'possible-views',
  words:
    'What the candidate reads changed more often than can be tried in the time in which the legacy may have read it; none of those tried explains its answer.',
  data: null,
})

export const noAnswer = (reason: 'time-limit' | 'end-of-input'): Evidence => ({
  test: 'legacy-answer',
  words:
    reason === 'time-limit' ? 'The legacy gave no answer within the time limit.' : 'The legacy had given no answer when the input ended.',
  data: { reason },
})

export const missingVersions = (missing: readonly string[]): Evidence => ({
  test: 'history',
  words: `What the legacy saw is not known any more: history does not go back far enough for ${missing.slice(0, 5).join(', ')}.`,
  data: missing.slice(0, 20),
})

export const replayFailed = (message: string): Evidence => ({ test: 'replay', words: `The replay itself failed: ${message}.`, data: null })

export const logicResidue = (): Evidence => ({
  test: 'as-of-differs',
  words: 'With everything as the legacy saw it, the candidate still answers otherwise: the logic differs, not the data.',
  data: null,
})

export const liveAlsoMoved = (reads: readonly RestoringRead[]): Evidence => ({
  test: 'live-reads-moved',
  words: `Besides, the live answer was given on other data: ${reads.map(sayRead).join('; ')}.`,
  data: reads.map(dataOf),
})

const sayObservation = (observation: Observation): string => {
  switch (observation.kind) {
    case 'decided':
      return `answered ${say(observation.answer)}`
    case 'failed':
      return `${failureWords[observation.reason]} (${observation.message})`
    case 'absent':
      return 'gave no answer'
    default:
      return observation satisfies never
  }
}

const failureWords = {
  threw: 'threw an error',
  'timed-out': 'did not answer in time',
  'wrong-shape': 'gave an answer of the wrong shape',
  'circuit-open': 'was not asked, because it had failed too often',
  unreachable: 'could not be asked',
  'not-replayable': 'cannot be asked again',
  'unrecorded-read': 'used something that it had not been given',
} as const

const failureTests: ReadonlySet<string> = new Set(Object.keys(failureWords).map((reason) => `candidate-${reason}`))
