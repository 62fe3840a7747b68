import type { Views } from '../../classify/views.ts'
import { viewsOf, withViews } from '../../classify/views.ts'
import { applyEffect } from '../../mine/overlay.ts'
import { encode } from '../../model/canonical.ts'
import type { HiddenRule } from '../../model/hidden-rule.ts'
import type { DecisionId } from '../../model/ids.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import { getAt } from '../../model/pointer.ts'
import type { Data } from '../../model/value.ts'
import type { Verdict } from '../../model/verdict.ts'

const mark = ' in-log'

/** The name under which the miner knows a decision as the log's own view tells it. */
export const inLogId = (id: DecisionId): DecisionId => `${id}${mark}` as DecisionId

export const isInLogId = (id: DecisionId): boolean => id.endsWith(mark)

/**
 * A decision as the miner is to see it: where two views of the past are possible, no rule is learnt from the log's own, but known ones are looked
 * for in it; what the other view explains is no evidence for or against a rule.
 */
export const asMined = (decision: PairedDecision): readonly PairedDecision[] => {
  const views = decision.verdict === null ? null : viewsOf(decision.verdict)
  if (views === null) return [decision]
  const inLog = { ...decision, live: { ...decision.live, id: inLogId(decision.live.id) }, verdict: withViews(views, true) }
  return views.otherwise.asOfDifferences.length === 0 ? [inLog] : [{ ...decision, verdict: views.otherwise }, inLog]
}

/** The decision with the view that its cause is judged by, as long as no rule is known. */
export const asJudged = (decision: PairedDecision): PairedDecision => {
  const views = decision.verdict === null ? null : viewsOf(decision.verdict)
  return views === null ? decision : { ...decision, verdict: views.otherwise }
}

/** True where the rule makes the candidate's answer with the log's own view the legacy's, in every place in which they differ. */
export const foretells = ({ effect }: Pick<HiddenRule, 'effect'>, { inLog }: Pick<Views, 'inLog'>): boolean => {
  const before = inLog.asOf.observation
  const steps = new Set(effect.map(({ path }) => path))
  if (before.kind !== 'decided' || inLog.asOfDifferences.some(({ path }) => !steps.has(path))) return false
  // That it gives what the legacy said was looked at when the rule was found in it; but for a limit, the legacy's own answer was enough.
  if (!effect.every(({ kind }) => limits.has(kind))) return true
  const after = applyEffect(effect, before, () => Number.NaN)
  return after.kind === 'decided' && effect.every(({ path }) => encode(getAt(after.answer, path) ?? null) === encode(legacyAt(inLog, path)))
}

const limits: ReadonlySet<string> = new Set(['set', 'min', 'max'])

const legacyAt = ({ asOf: { observation }, asOfDifferences }: Verdict, at: string): Data => {
  const difference = asOfDifferences.find(({ path }) => path === at)
  if (difference !== undefined) return difference.legacy ?? null
  return observation.kind === 'decided' ? (getAt(observation.answer, at) ?? null) : null
}
