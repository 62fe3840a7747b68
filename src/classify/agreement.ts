import type { AsOfAnswer, LegacyDecision, LiveDecision } from '../model/decision.ts'
import type { Verdict } from '../model/verdict.ts'
import { isSampled } from './case.ts'
import type { ClassifyInput } from './input.ts'
import type { CompareAnswers } from './observation-differences.ts'
import { observationDifferences } from './observation-differences.ts'

/** One agreement in so many is asked what older reads would have made of it: where another answer, the legacy worked with no such copy. */
export const askedAgreements = 64

/**
 * The verdict of a decision in which the legacy, the live answer and the as-of answer say the same; null where they do not, or where it takes
 * more to tell: then `classify` does. It says what that would say, and needs no experiment. Most decisions end here.
 */
export const agreement = (input: {
  readonly context: Pick<ClassifyInput['context'], 'exposure'>
  readonly live: LiveDecision
  readonly legacy: LegacyDecision
  readonly asOf: AsOfAnswer
  readonly lagMs: number | null
  readonly compare: CompareAnswers
}): Verdict | null => {
  const { live, legacy, asOf } = input
  if (isSampled(live, askedAgreements) || !isAgreed(input)) return null
  return {
    id: live.id,
    context: live.context,
    revision: legacy.revision,
    finding: { kind: 'agreed' },
    grade: 'A',
    latent: false,
    liveDifferences: [],
    asOfDifferences: [],
    restoring: [],
    evidence: [],
    fingerprint: null,
    asOf,
    decidedAt: legacy.decidedAt ?? live.decidedAt,
    exposure: exposureOf(input),
    lagMs: input.lagMs,
  }
}

const isAgreed = ({ live, legacy, asOf, compare }: Parameters<typeof agreement>[0]): boolean => {
  const final = legacy.observation
  if (final === null || final.kind === 'absent') return false
  try {
    return (
      observationDifferences(compare, final, live.observation).length === 0 &&
      observationDifferences(compare, final, asOf.observation).length === 0
    )
  } catch {
    // What cannot be compared is told with its reason.
    return false
  }
}

/** An exposure that cannot be computed is unknown, never zero. */
export const exposureOf = ({ context, live }: Pick<Parameters<typeof agreement>[0], 'context' | 'live'>): number | null => {
  try {
    return context.exposure?.(live.trigger) ?? null
  } catch {
    return null
  }
}
