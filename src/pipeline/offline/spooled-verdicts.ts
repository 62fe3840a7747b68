import type { Context } from '../../model/context.ts'
import type { LegacyDecision, LiveDecision } from '../../model/decision.ts'
import { BanyanError } from '../../model/errors.ts'
import type { DecisionId, EpochMs } from '../../model/ids.ts'
import type { PairedDecision } from '../../model/paired-decision.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'
import type { DecisionSpool } from '../../ports/decision-spool.ts'
import type { Verdict } from '../../model/verdict.ts'
import { feedProgress } from '../../shadow/feed-progress.ts'
import type { VersionState } from '../../shadow/version-state.ts'
import { classifyKnowing, createClassifyOne } from '../classify/classify-one.ts'
import { isReadBeyond, readsFollowing, tellsUntil } from '../classify/feed-window.ts'
import type { AskedDecisions } from './asked-decisions.ts'
import { liveDecision } from './candidate-side.ts'
import type { CandidateStores } from './candidate-stores.ts'
import type { RecordedState } from './recorded-state.ts'
import { storedLegacy, storedLive, storedVerdict } from './stored-order.ts'
import type { TriggerLine } from './trigger-line.ts'

/** Classified decisions, each with its candidate's live side, in their spool. */
export interface SpooledVerdicts {
  /**
   * Settled decisions in as-of order: asks the candidate, classifies, and keeps both. Those for which it is too early wait. Everything
   * delivered up to `at`, and every commit before it, has been taken.
   */
  readonly add: (decisions: readonly LegacyDecision[], at: EpochMs) => Promise<void>
  /** True when this revision of a decision, or a later one, is there or waits. */
  readonly has: (decision: LegacyDecision) => boolean
  readonly count: () => number
  /** Decisions that are in the spool more than once → the revision that counts. */
  readonly revised: () => ReadonlyMap<DecisionId, number>
}

const batchDecisions = 500
/** Classified decisions whose late answer is still recognised. */
const remembered = 200_000

export const createSpooledVerdicts = (input: {
  readonly context: Context
  readonly spool: DecisionSpool
  readonly state: VersionState
  readonly stores: CandidateStores
  readonly asked: AskedDecisions
  readonly line: TriggerLine
  readonly recorded: RecordedState
  readonly signal: AbortSignal
}): SpooledVerdicts => {
  const { context, spool, state, stores, asked, line, recorded, signal } = input
  const classifyOne = createClassifyOne(context, recorded.rolling)
  const spooled = new Map<DecisionId, { readonly index: number; readonly revision: number }>()
  const revised = new Map<DecisionId, number>()
  let [count, inSpool] = [0, 0]

  const liveOf = async (legacy: LegacyDecision): Promise<LiveDecision> => {
    const question = asked.of(legacy.id)
    if (question !== undefined) return liveDecision({ context, stores, asked: question, legacy, signal })
    // A late answer has opened a decided question again; the live answer is written once.
    const before = await spool.at(spooled.get(legacy.id)?.index ?? -1)
    if (before !== null) return before.live
    throw new BanyanError('internal', `decision ${legacy.id} was answered again, and is not remembered`, { hint: 'report this' })
  }
  const keep = async (decisions: readonly PairedDecision[]): Promise<void> => {
    await spool.add(decisions)
    for (const { live, legacy } of decisions) {
      const earlier = spooled.get(live.id)
      if (earlier === undefined) count += 1
      else revised.set(live.id, legacy.revision)
      spooled.set(live.id, { index: inSpool, revision: legacy.revision })
      inSpool += 1
      asked.done(live.id)
    }
    forgetOldest(spooled, remembered)
  }
  const waiting = new Map<DecisionId, ReadyDecision>()
  const classified = (decision: ReadyDecision, at: EpochMs): Promise<Verdict | null> =>
    classifyKnowing(classifyOne, {
      decision,
      signal,
      known: async () => {
        const told = readsFollowing(line.from(decision.live), { until: tellsUntil(context, decision.live), knownUntil: at })
        return told === null ? null : feedProgress(state, told)
      },
    })
  /** The first of those that wait, up to the first for which it is too early. */
  const takeKnown = async (at: EpochMs): Promise<readonly PairedDecision[]> => {
    const decisions: PairedDecision[] = []
    for (const [id, decision] of waiting) {
      const verdict = isReadBeyond(context, decision.live, at) ? await classified(decision, at) : null
      if (verdict === null) break
      waiting.delete(id)
      if (decisions.push({ ...decision, verdict: storedVerdict(verdict) }) >= batchDecisions) break
    }
    return decisions
  }
  const decide = async (legacy: LegacyDecision): Promise<void> => {
    const live = storedLive(await liveOf(legacy))
    line.decided(live)
    // A late answer puts a decision that still waits where it belongs now.
    waiting.delete(live.id)
    waiting.set(live.id, { live, legacy: storedLegacy(legacy) })
  }
  return {
    add: async (settled, at) => {
      for (let from = 0; from === 0 || from < settled.length; from += batchDecisions) {
        for (const legacy of settled.slice(from, from + batchDecisions)) await decide(legacy)
        for (;;) {
          const decisions = await takeKnown(at)
          if (decisions.length === 0) break
          await keep(decisions)
        }
      }
    },
    has: ({ id, revision }) => Math.max(spooled.get(id)?.revision ?? 0, waiting.get(id)?.legacy.revision ?? 0) >= revision,
    count: () => count,
    revised: () => revised,
  }
}

const forgetOldest = (map: Map<unknown, unknown>, most: number): void => {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
