import { boundedDifference } from '../model/bounded-difference.ts'
import type { Difference } from '../model/difference.ts'
import type { Observation } from '../model/observation.ts'
import type { Data } from '../model/value.ts'

/** Compares two answers; made once for a context by the comparison part. */
export type CompareAnswers = (legacy: Data, candidate: Data) => readonly Difference[]

/**
 * The differences between two observations. A failure against an answer differs as a whole, at the path ''. Effects are
 * compared, under `/effects`, only where the legacy's side states any.
 */
export const observationDifferences = (compare: CompareAnswers, legacy: Observation, candidate: Observation): readonly Difference[] => {
  if (legacy.kind === 'decided' && candidate.kind === 'decided') {
    const differences = compare(legacy.answer, candidate.answer)
    if (legacy.effects.length === 0) return differences
    return [...differences, ...compare({ effects: effectsOf(legacy.effects) }, { effects: effectsOf(candidate.effects) })]
  }
  if (legacy.kind === candidate.kind && (legacy.kind !== 'failed' || candidate.kind !== 'failed' || legacy.reason === candidate.reason))
    return []
  if (legacy.kind === 'absent') return [boundedDifference({ path: '', kind: 'extra', candidate: wholeOf(candidate) })]
  if (candidate.kind === 'absent') return [boundedDifference({ path: '', kind: 'missing', legacy: wholeOf(legacy) })]
  return [boundedDifference({ path: '', kind: 'type', legacy: wholeOf(legacy), candidate: wholeOf(candidate) })]
}

const effectsOf = (effects: readonly { readonly kind: string; readonly payload: Data }[]): Data =>
  effects.map(({ kind, payload }) => ({ kind, payload }))

const wholeOf = (observation: Observation): Data => {
  switch (observation.kind) {
    case 'decided':
      return observation.answer
    case 'failed':
      return { failed: observation.reason, message: observation.message }
    case 'absent':
      return { absent: observation.reason }
    default:
      return observation satisfies never
  }
}
