import { encode } from '../model/canonical.ts'
import type { Observation } from '../model/observation.ts'
import { sameData } from '../model/same-data.ts'
import type { Data } from '../model/value.ts'

/** Equal to the last digit; of failures the reason alone counts, for their texts may name instants and addresses. */
export const sameObservation = (a: Observation, b: Observation): boolean => {
  if (a.kind === 'decided' && b.kind === 'decided') return sameAnswer(a.answer, b.answer) && sameEffects(a, b)
  if (a.kind === 'failed' && b.kind === 'failed') return a.reason === b.reason
  return a.kind === 'absent' && b.kind === 'absent' && a.reason === b.reason
}

/** What is the same at a look need not be written down. */
const sameAnswer = (a: Data, b: Data): boolean => sameData(a, b) || encode(a) === encode(b)

const sameEffects = (a: Decided, b: Decided): boolean =>
  (a.effects.length === 0 && b.effects.length === 0) || effectsText(a) === effectsText(b)

type Decided = Extract<Observation, { kind: 'decided' }>

const effectsText = (observation: Decided): string => encode(observation.effects.map(({ kind, payload }) => ({ kind, payload })))
