import { BanyanError } from '../model/errors.ts'
import type { Observation } from '../model/observation.ts'
import type { Cause, Evidence, Finding, Verdict } from '../model/verdict.ts'
import { askedAgreements, exposureOf } from './agreement.ts'
import type { Case, Result } from './case.ts'
import { agreed, isSampled, unresolved } from './case.ts'
import { causedBy, explainLive } from './environment.ts'
import {
  brokenHistory,
  correctedByLegacy,
  liveAlsoMoved,
  logicBesides,
  missingVersions,
  noAnswer,
  notReplayable,
  orderUnknown,
  readEarlier,
  replayFailed,
  tooManyViews,
} from './evidence.ts'
import { olderReads } from './experiments/older-reads.ts'
import { askSpecification } from './experiments/specification.ts'
import { isRightLive, rightLogics } from './experiments/right-logic.ts'
import type { ClassifyInput, Snapshot } from './input.ts'
import { observationDifferences } from './observation-differences.ts'
import { likelierOrder } from './possible-orders.ts'
import { proofsAgainst } from './proofs.ts'
import { environmentBesides, residue } from './residue.ts'
import { withViews } from './views.ts'

/**
 * Finds the cause of one decision's differences, by experiment: agreement restored by the reads as of the legacy's commit is
 * the environment; a candidate that still differs then is logic. Logic without a proof of wrongness is left to the
 * miner, as `unresolved('awaiting-mining')`, with the reads that moved the live answer besides and what further experiments say.
 *
 * @throws BanyanError internal for a decision whose legacy side is still open; the reason of an aborted signal.
 */
export const classify = async (input: ClassifyInput): Promise<Verdict> => {
  const final = input.legacy.observation
  if (final === null) throw new BanyanError('internal', 'a decision was classified before the legacy answered', { hint: 'report this' })
  const agrees: Case['agrees'] = (candidate, other = final) => observationDifferences(input.compare, other, candidate).length === 0
  const { inLog, ...result } = await examine({ input, final, agrees })
  const verdict = verdictOf(input, final, result)
  return inLog === undefined ? verdict : withViews({ inLog: verdictOf(input, final, inLog), otherwise: verdict }, false)
}

const examine = async (the: Case): Promise<Result> => {
  const { input, final, agrees } = the
  const { live, legacy, snapshot } = input
  if (final.kind === 'absent') return unresolved(the, 'unpaired', [noAnswer(final.reason)])
  if (input.missingVersions.length > 0) return unresolved(the, 'missing-version', [missingVersions(input.missingVersions)])
  try {
    const isLiveEqual = agrees(live.observation)
    const then = snapshot.asOf.observation
    if (isLiveEqual && agrees(then)) return { ...agreed(snapshot, 'A', await counterEvidence(the)), isPlain: true }
    if (then.kind === 'failed' && liveOnly.has(then.reason)) return comparedLiveOnly(the, then, isLiveEqual)
    const broken = input.brokenVersions()
    if (broken.length > 0) return unresolved(the, 'missing-version', [brokenHistory(broken)])
    if (agrees(then)) return await environment(the, snapshot, (observation) => agrees(observation))
    if (legacy.firstObservation !== null && agrees(then, legacy.firstObservation)) {
      return await settlement(the, legacy.firstObservation, isLiveEqual)
    }
    return (await otherOrder(the, isLiveEqual)) ?? (await logic(the, isLiveEqual))
  } catch (cause) {
    const isCalledOff = input.signal?.aborted === true || (cause instanceof Error && cause.name === 'AbortError')
    if (isCalledOff) throw cause
    return unresolved(the, 'replay-failed', [replayFailed(cause instanceof Error ? cause.message : String(cause))])
  }
}

/** What the data does not explain. */
const logic = async (the: Case, isLiveEqual: boolean): Promise<Result> =>
  (await proven(the, isLiveEqual)) ?? (await otherInstant(the, isLiveEqual)) ?? (await residue(the, isLiveEqual))

/** Clocks ordered the commits, and another order explains more; null where none does. */
const otherOrder = async (the: Case, isLiveEqual: boolean): Promise<Result | null> => {
  const snapshot = the.input.orders == null ? null : await likelierOrder(the)
  if (snapshot === null) return null
  const ordered: Case = { ...the, input: { ...the.input, snapshot } }
  const isCleared = the.agrees(snapshot.asOf.observation)
  const inLog = await logicInLog(the, isLiveEqual)
  if (isCleared && isLiveEqual) return { ...agreed(snapshot, 'B', [orderUnknown()]), ...inLog }
  const result = isCleared
    ? await environment(ordered, snapshot, (observation) => the.agrees(observation))
    : await logic(ordered, isLiveEqual)
  return { ...result, grade: 'B', evidence: [orderUnknown(), ...result.evidence], ...inLog }
}

/** The residue of a decision that another view of the past explains: a rule may explain it, too. Nothing where one side is proved wrong anyway. */
const logicInLog = async (the: Case, isLiveEqual: boolean): Promise<Pick<Result, 'inLog'>> => {
  if ((await proven(the, isLiveEqual)) !== null) return {}
  const inLog = await residue(the, isLiveEqual)
  return inLog.finding.kind === 'unresolved' && inLog.finding.reason === 'awaiting-mining' ? { inLog } : {}
}

/** More views of the past are possible than can be tried: which one the legacy had is not known. */
const tooMany = (the: Case): Result => ({ ...unresolved(the, 'legacy-snapshot-unknown', [tooManyViews()]), grade: 'B' })

const counterEvidence = async (the: Case): Promise<readonly Evidence[]> => {
  if (!isSampled(the.input.live, askedAgreements)) return []
  const older = await olderReads(the, the.input.snapshot)
  return older === null ? [] : [older]
}

/** Failures of a replay that say nothing about the candidate's logic. */
const liveOnly: ReadonlySet<string> = new Set(['not-replayable', 'unrecorded-read', 'unreachable'])

/** A candidate that cannot be asked as of then: what it said live is all that there is. */
const comparedLiveOnly = (the: Case, then: Extract<Observation, { kind: 'failed' }>, isLiveEqual: boolean): Result => {
  const evidence = [notReplayable(then)]
  if (isLiveEqual) return agreed(the.input.snapshot, 'B', evidence)
  const reason = then.reason === 'not-replayable' || then.reason === 'unrecorded-read' ? then.reason : 'replay-failed'
  return { ...unresolved(the, reason, evidence), grade: 'B' }
}

/** The candidate is right when it sees what the legacy saw: which reads made it differ? */
const environment = async (the: Case, snapshot: Snapshot, matches: (observation: Observation) => boolean): Promise<Result> => {
  const explanation = await explainLive(the.input, snapshot, matches)
  if (explanation.kind === 'unexplained') {
    return {
      finding: { kind: 'unresolved', reason: explanation.reason },
      grade: 'A',
      restoring: [],
      evidence: explanation.evidence,
      snapshot,
    }
  }
  const { restoring, evidence, isUnique } = explanation
  // The documents come first: where they are wrong live too, older code that is not is right by luck.
  const [right] = await rightLogics(the, snapshot, { newer: false })
  if (right !== undefined && (await isRightLive(the, snapshot, right))) {
    const causes: readonly Cause[] = [...explanation.causes, 'defect']
    const finding: Finding = { kind: 'caused', causes, relation: 'overdetermined', rule: null }
    return { finding, grade: 'B', restoring, evidence: [...evidence, logicBesides(right, the.input.live)], snapshot }
  }
  return { finding: causedBy(explanation), grade: isUnique ? 'A' : 'B', restoring, evidence, snapshot }
}

/** The legacy changed its mind within its settlement time; the candidate said what the legacy said first. */
const settlement = async (the: Case, first: Observation, isLiveEqual: boolean): Promise<Result> => {
  const { live, snapshot } = the.input
  if (isLiveEqual) return agreed(snapshot, 'A', [correctedByLegacy(first)])
  if (!the.agrees(live.observation, first)) return environment(the, snapshot, (observation) => the.agrees(observation, first))
  const finding: Finding = { kind: 'caused', causes: ['timing'], relation: 'single', rule: null }
  return { finding, grade: 'A', restoring: [], evidence: [correctedByLegacy(first)], snapshot }
}

/** Wrong beyond doubt, on either side; null when nothing proves it. */
const proven = async (the: Case, isLiveEqual: boolean): Promise<Result | null> => {
  const { context, live, snapshot } = the.input
  const about = { invariants: context.invariants, trigger: live.trigger }
  const candidate = proofsAgainst('candidate', snapshot.asOf.observation, about)
  const legacy = proofsAgainst('legacy', the.final, about)
  if (candidate.length === 0 && legacy.length === 0) return null
  const causes = [...(candidate.length > 0 ? (['defect'] as const) : []), ...(legacy.length > 0 ? (['legacy-defect'] as const) : [])]
  const documents = await askSpecification(the, snapshot)
  const evidence = [...candidate, ...legacy, ...(documents === null ? [] : [documents])]
  const movement = isLiveEqual ? null : await environmentBesides(the)
  const moved = movement?.kind === 'explained' ? movement : null
  const all = [...causes, ...(moved?.causes ?? [])]
  return {
    finding: { kind: 'caused', causes: all, relation: all.length > 1 ? 'compound' : 'single', rule: null },
    grade: 'A',
    restoring: moved?.restoring ?? [],
    evidence: [...evidence, ...(moved === null ? [] : [liveAlsoMoved(moved.restoring)])],
    snapshot,
  }
}

/** The legacy may have read at another instant of its own transaction; null when none of them explains its answer. */
const otherInstant = async (the: Case, isLiveEqual: boolean): Promise<Result | null> => {
  const { scan, orders, snapshot: first } = the.input
  if (scan === null && orders == null) return null
  for await (const snapshot of scan?.snapshots ?? []) {
    if (!the.agrees(snapshot.asOf.observation)) continue
    const inLog = await logicInLog(the, isLiveEqual)
    if (isLiveEqual) return { ...agreed(snapshot, 'B', [readEarlier()]), ...inLog }
    const result = await environment(the, snapshot, (observation) => the.agrees(observation))
    return { ...result, grade: 'B', evidence: [readEarlier(), ...result.evidence], ...inLog }
  }
  const isWhole = scan?.isWhole !== false && orders?.isWhole !== false
  return isWhole || (await rightLogics(the, first, { newer: true })).length > 0 ? null : tooMany(the)
}

const verdictOf = (input: ClassifyInput, final: Observation, result: Result): Verdict => {
  const { live, legacy, compare } = input
  const { asOf } = result.snapshot
  const liveDifferences = result.isPlain === true ? [] : observationDifferences(compare, final, live.observation)
  const asOfDifferences =
    isLogicCleared(result.finding) || isNoReplay(asOf.observation) ? [] : observationDifferences(compare, final, asOf.observation)
  const told = asOfDifferences.length > 0 ? asOfDifferences : liveDifferences
  return {
    id: live.id,
    context: live.context,
    revision: legacy.revision,
    finding: result.finding,
    grade: result.grade,
    latent: liveDifferences.length === 0 && asOfDifferences.length > 0,
    liveDifferences,
    asOfDifferences,
    restoring: result.restoring,
    evidence: result.evidence,
    fingerprint: told.length === 0 ? null : input.fingerprint(told),
    asOf,
    decidedAt: legacy.decidedAt ?? live.decidedAt,
    exposure: exposureOf(input),
    lagMs: input.lagMs,
  }
}

/** There is no as-of answer that could differ: the live one is told. */
const isNoReplay = (observation: Observation): boolean => observation.kind === 'failed' && liveOnly.has(observation.reason)

/** Agreement, and what the environment alone explains, may rest on the legacy's first word: its logic is not in doubt. */
const isLogicCleared = (finding: Finding): boolean =>
  finding.kind === 'agreed' || (finding.kind === 'caused' && finding.causes.every((cause) => cause === 'timing' || cause === 'stale-data'))
