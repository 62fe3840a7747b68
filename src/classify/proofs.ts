import type { BusinessEvent } from '../model/business-event.ts'
import type { Invariant } from '../model/context.ts'
import type { Observation } from '../model/observation.ts'
import type { Evidence } from '../model/verdict.ts'
import { failedAsOf, invariantBroken } from './evidence.ts'

/** What proves an answer wrong without a second opinion: it failed, or breaks a declared invariant. Empty when nothing does. */
export const proofsAgainst = (
  side: 'candidate' | 'legacy',
  observation: Observation,
  { invariants, trigger }: { readonly invariants: readonly Invariant[]; readonly trigger: BusinessEvent },
): readonly Evidence[] => {
  switch (observation.kind) {
    case 'failed':
      return [failedAsOf(observation)]
    case 'decided':
      return invariants
        .filter((invariant) => isBroken(invariant, observation.answer, trigger))
        .map((invariant) => invariantBroken(side, invariant.name, observation.answer))
    case 'absent':
      return []
    default:
      return observation satisfies never
  }
}

/** An invariant that cannot be evaluated proves nothing. */
const isBroken = (invariant: Invariant, answer: Parameters<Invariant['holds']>[0], trigger: BusinessEvent): boolean => {
  try {
    return !invariant.holds(answer, trigger)
  } catch {
    return false
  }
}
