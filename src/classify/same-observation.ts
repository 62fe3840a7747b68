import { encode } from '../model/canonical.ts'
import type { Observation } from '../model/observation.ts'

/** Equal to the last digit; of failures the reason alone counts, for their texts may name instants and addresses. */
export const sameObservation = (a: Observation, b: Observation): boolean => {
  if (a.kind === 'decided' && b.kind === 'decided') return encode(a.answer) === encode(b.answer) && effectsText(a) === effectsText(b)
  if (a.kind === 'failed' && b.kind === 'failed') return a.reason === b.reason
  return a.kind === 'absent' && b.kind === 'absent' && a.reason === b.reason
}

const effectsText = (observation: Extract<Observation, { kind: 'decided' }>): string =>
  encode(observation.effects.map(({ kind, payload }) => ({ kind, payload })))
