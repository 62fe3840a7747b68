import type { Observation } from '../../src/model/observation.ts'
import { cut, dataText, visible } from './data-text.ts'

const failures = {
  threw: 'threw an error',
  'timed-out': 'ran out of time',
  'wrong-shape': 'gave an answer of a wrong shape',
  'circuit-open': 'was not asked, because it kept failing',
  unreachable: 'could not be asked',
  'not-replayable': 'can only be asked live',
  'unrecorded-read': 'used what it was not given',
} as const

/** What became of an answer that is none; null for a decided one. */
export const noAnswerText = (observation: Observation | null): string | null => {
  if (observation === null) return 'not answered yet'
  switch (observation.kind) {
    case 'decided':
      return null
    case 'failed':
      return cut(`${failures[observation.reason]}: ${visible(observation.message)}`, 200)
    case 'absent':
      return observation.reason === 'time-limit' ? 'no answer within the time limit' : 'no answer before the input ended'
    default:
      return observation satisfies never
  }
}

/** One answer on one line. */
export const observationText = (observation: Observation | null, max = 160): string => {
  const none = noAnswerText(observation)
  if (none !== null || observation?.kind !== 'decided') return none ?? ''
  const effects =
    observation.effects.length === 0 ? '' : ` and intends ${observation.effects.map((effect) => visible(effect.kind)).join(', ')}`
  return cut(`${dataText(observation.answer, max)}${effects}`, max)
}
