import { encode } from '../model/canonical.ts'
import type { HiddenRule } from '../model/hidden-rule.ts'
import type { PairedDecision } from '../model/paired-decision.ts'
import type { Data } from '../model/value.ts'

/** One decision as a line of `verdicts.ndjson`, in canonical encoding; of an agreement only that it is one. */
export const verdictLine = ({ live, legacy, verdict }: PairedDecision): string => {
  const about = { id: live.id, context: live.context, key: live.trigger.key, at: live.trigger.occurredAt }
  if (verdict === null || verdict.finding.kind === 'agreed') return encode({ ...about, finding: { kind: 'agreed' } })
  const { asOf, ...told } = verdict
  return encode({ ...told, ...about, legacy: legacy.observation, live: live.observation, asOf: asOf.observation } as unknown as Data)
}

/** One rule as a line of `rules.ndjson`, in canonical encoding. */
export const ruleLine = (rule: HiddenRule): string => encode(rule as unknown as Data)
