import { oldestCopyMs } from '../../classify/experiments/older-reads.ts'
import type { Context } from '../../model/context.ts'
import type { LegacyDecision } from '../../model/decision.ts'
import type { EpochMs } from '../../model/ids.ts'
import { epochMs } from '../../model/ids.ts'

type Times = Pick<Context, 'answersWithinMs' | 'settlesWithinMs' | 'maxTransactionMs' | 'clockErrorMs'>

/** How long before a legacy's answer the past of what changes with each decision is looked at. */
export const stateSpanMs = ({ answersWithinMs, settlesWithinMs, maxTransactionMs, clockErrorMs = 0 }: Times): number =>
  answersWithinMs + settlesWithinMs + maxTransactionMs + 2 * clockErrorMs

/**
 * How far back experiments on a decision look: as far as is kept for every decision, and no further, for what happens to be there still hangs on
 * where batches are cut. Master data may have been copied long ago.
 */
export const looksBackTo = (context: Times & Pick<Context, 'reads'>, legacy: LegacyDecision, projection: string): EpochMs => {
  const declared = context.reads[projection]
  const isCopied = declared?.kind === 'reference' || declared?.feed.kind === 'external'
  return epochMs((legacy.answeredAt ?? Number.NEGATIVE_INFINITY) - (isCopied ? oldestCopyMs : stateSpanMs(context)))
}
