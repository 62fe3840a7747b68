import { agreement } from '../../classify/agreement.ts'
import { classify } from '../../classify/classify.ts'
import type { ClassifyInput } from '../../classify/input.ts'
import type { CompareAnswers } from '../../classify/observation-differences.ts'
import { compileComparison } from '../../diff/compare.ts'
import { compileFingerprint } from '../../diff/fingerprint.ts'
import type { Context } from '../../model/context.ts'
import { comparePoints } from '../../model/log-point.ts'
import type { Verdict } from '../../model/verdict.ts'
import type { ReadyDecision } from '../../ports/classify-store.ts'
import type { FeedProgress } from '../../shadow/feed-progress.ts'
import { noProgress, nothingTells } from '../../shadow/feed-progress.ts'
import { brokenVersions } from './broken-versions.ts'
import { lagOf } from './lag.ts'
import { lostVersions } from './lost-versions.ts'
import { placeboPoint } from './placebo-point.ts'
import { otherInstants, otherOrders } from './possible-snapshots.ts'
import type { RollingState } from './rolling-state.ts'
import type { Replay, ReplayedSnapshot, SnapshotInput } from './snapshot.ts'
import { asOfAnswer, createSnapshot, replayAt, snapshotOf } from './snapshot.ts'

/**
 * Most decisions agree, and are answered at once where the candidate is. `progress`: how far external feeds had come when the decision was
 * taken; asked only where that matters.
 */
export type ClassifyOne = (decision: ReadyDecision, signal: AbortSignal, progress?: FeedProgress) => Verdict | Promise<Verdict>

/** The as-of replay of one decision and the experiments on it, over the versions that the rolling state holds. */
export const createClassifyOne = (context: Context, rolling: RollingState): ClassifyOne => {
  const compare = compileComparison(context.compare)
  const fingerprint = compileFingerprint(context.name, context.compare)
  return ({ live, legacy }, signal, progress = noProgress) => {
    const point = legacy.asOf ?? live.trigger
    const input: SnapshotInput = { context, rolling, progress, live, legacy, point, signal }
    const comparedAt = legacy.decidedAt ?? live.decidedAt
    // A tolerance holds, or has ended, at the decision's own time: later replays must not say otherwise.
    const compareThen: CompareAnswers = (left, right) => compare(left, right, comparedAt)
    const lagMs = lagOf({ live, legacy })
    const missing = missingVersions(input)
    const told = (replay: Replay): Verdict | Promise<Verdict> => {
      const isWhole = missing.length === 0 && replay.then.lost === null
      const agreed = isWhole ? agreement({ context, live, legacy, asOf: asOfAnswer(replay.ran), lagMs, compare: compareThen }) : null
      return agreed ?? examined(input, snapshotOf(input, replay), { missing, lagMs, compare: compareThen, fingerprint })
    }
    return replayAt(input, told)
  }
}

const noneMissing: readonly string[] = []

const missingVersions = ({ rolling, live, point }: SnapshotInput): readonly string[] => {
  const kept = rolling.keptFrom()
  if (kept === null || comparePoints(point, kept) >= 0) return noneMissing
  return live.reads.filter((read) => read.feed === 'stream').map((read) => `${read.projection} ${read.key}`)
}

const examined = async (
  input: SnapshotInput,
  snapshot: ReplayedSnapshot,
  means: Pick<ClassifyInput, 'lagMs' | 'compare' | 'fingerprint'> & { readonly missing: readonly string[] },
): Promise<Verdict> => {
  const { context, rolling, live, legacy, point: asOf, signal } = input
  const { lagMs, compare, fingerprint, missing } = means
  const classified = await classify({
    context,
    live,
    legacy,
    snapshot,
    scan: otherInstants(input, snapshot),
    orders: otherOrders(input, snapshot),
    missingVersions: missing,
    brokenVersions: () => brokenVersions(rolling.state, { live, legacy, asOf, reads: snapshot.asOf.reads }),
    placebo: async () => {
      const point = placeboPoint(rolling.state, { context, legacy, asOf, reads: snapshot.asOf.reads })
      return point === null ? null : createSnapshot({ ...input, point })
    },
    lagMs,
    compare,
    fingerprint,
    signal,
  })
  const { lost } = snapshot
  const verdict: Verdict =
    lost === null ? classified : { ...classified, grade: 'B', evidence: [...classified.evidence, lostVersions(lost)] }
  // Of as-of agreements a share is enough; what differs will be asked what it depends on. The live answer has no say: it differs from run to run.
  if (verdict.asOfDifferences.length === 0 || snapshot.asOf.observation.kind !== 'decided') return verdict
  return { ...verdict, asOf: { ...verdict.asOf, inputsRead: await snapshot.lookedAt() } }
}

/**
 * A decision's verdict, with what is known of external feeds where that matters: most never ask. Null: the feeds are asked about, and it is
 * too early to tell how far they had come.
 */
export const classifyKnowing = async (
  classifyOne: ClassifyOne,
  {
    decision,
    signal,
    known,
  }: { readonly decision: ReadyDecision; readonly signal: AbortSignal; readonly known: () => Promise<FeedProgress | null> },
): Promise<Verdict | null> => {
  let isAsked = false
  const missedFrom: FeedProgress['missedFrom'] = () => {
    isAsked = true
    return nothingTells
  }
  const verdict = await classifyOne(decision, signal, { missedFrom })
  if (!isAsked) return verdict
  const progress = await known()
  return progress === null ? null : classifyOne(decision, signal, progress)
}
