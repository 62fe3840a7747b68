import type { Context } from '../../model/context.ts'
import type { SourceName } from '../../model/ids.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { Store } from '../../ports/store.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import { asOfReads } from '../../shadow/read-resolver.ts'
import type { RollingState } from '../classify/rolling-state.ts'
import { createRollingState } from '../classify/rolling-state.ts'
import { archivedDecision } from './archived-decision.ts'
import { createReplayOne } from './replay-one.ts'
import type { Tally } from './tally.ts'
import { addReplayed, forgetUnrecorded } from './tally.ts'

/**
 * Replays once more, as of the legacy's commit, what a first pass could not because the candidate reads what was not recorded: the store has
 * every version that any captured row ever had. One pass over the archive and one over the log, merged; the tally is corrected in place.
 */
export const replayUnrecorded = async (input: {
  readonly context: Context
  readonly store: Store
  readonly source: SourceName
  readonly tally: Tally
  readonly signal: AbortSignal
  readonly onReplayed: (decisions: number) => void
}): Promise<void> => {
  const { context, store, source, tally, signal } = input
  const rolling = createRollingState({ context, log: store, source })
  const replayOne = createReplayOne({ context, source, basis: 'as-of' })
  const captured = await store.captureCursor(source)
  forgetUnrecorded(tally)
  let done = 0
  for await (const part of store.archive(context.name)) {
    signal.throwIfAborted()
    await rolling.advance(part, captured)
    for (const pair of part) {
      const decision = archivedDecision(pair)
      const first = await replayOne(decision, signal)
      if (first.kind !== 'missed' || first.reason !== 'unrecorded-read') continue
      addReplayed(tally, decision, await replayOne(decision, signal, versionsFor(pair, context, rolling)))
    }
    rolling.forget(part)
    done += part.length
    input.onReplayed(done)
  }
}

/** Null where history does not go back so far any more. */
const versionsFor = ({ live, legacy }: PairedDecision, context: Context, rolling: RollingState): ResolveRead | null => {
  const before = legacy.asOf ?? live.trigger
  const kept = rolling.keptFrom()
  if (kept !== null && comparePoints(before, kept) < 0) return null
  const readAt = legacy.decidedAt ?? live.decidedAt
  return asOfReads({ projections: context.reads, state: rolling.state, before, masked: legacy.transactions, readAt })
}
