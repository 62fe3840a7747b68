import type { Logic } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'
import type { Observation } from '../model/observation.ts'
import type { Cause, Evidence, Finding, RestoringRead, UnresolvedReason } from '../model/verdict.ts'
import { changedReads } from './changed-reads.ts'
import type { ChangedRead } from './changed-reads.ts'
import { notRestored, restoredBy, valueUnknown } from './evidence.ts'
import type { ClassifyInput, Snapshot } from './input.ts'
import { minimalSets } from './minimal-sets.ts'
import { irreproducible } from './reproduce.ts'

/** Why the live answer is not what the candidate would have said with the legacy's view of the world. */
export type Explanation =
  | {
      readonly kind: 'explained'
      readonly causes: readonly Cause[]
      readonly relation: 'single' | 'compound' | 'overdetermined'
      readonly restoring: readonly RestoringRead[]
      readonly isUnique: boolean
      readonly evidence: readonly Evidence[]
    }
  | { readonly kind: 'unexplained'; readonly reason: UnresolvedReason; readonly evidence: readonly Evidence[] }

/** Something that a replay can take as of the legacy's commit: an entry that was read, or the clock. */
type Unit = ChangedRead | 'clock'

/**
 * Shows by experiment which reads made the live answer what it is: first that the live run can be repeated, then which
 * smallest sets of reads, replaced by their values of the snapshot, turn its answer into one that `matches`. `logic`: whose answer;
 * default: the candidate's.
 */
export const explainLive = async (
  input: Pick<ClassifyInput, 'context' | 'live' | 'legacy'>,
  snapshot: Snapshot,
  matches: (observation: Observation) => boolean,
  logic?: Logic,
): Promise<Explanation> => {
  const { live, context } = input
  const doubt = await irreproducible(context, live, snapshot)
  if (doubt !== null) return { kind: 'unexplained', ...doubt }
  const changed = changedReads(live.reads, await snapshot.asOfReads())
  const restores = async (units: readonly Unit[]): Promise<boolean> => {
    const reads = new Set(units.flatMap((unit) => (unit === 'clock' ? [] : [unit.unit])))
    const substitution = { reads, clock: units.includes('clock') }
    return matches(await snapshot.run(logic === undefined ? { substitution } : { substitution, logic, anyShape: true }))
  }
  // The clock always differs a little: it is suspected only where the reads alone do not explain.
  const units: readonly Unit[] = changed.length > 0 && (await restores(changed)) ? changed : [...changed, 'clock']
  if (units.includes('clock') && !(await restores(units))) {
    return { kind: 'unexplained', reason: 'unrecorded-read', evidence: [notRestored(changed.length)] }
  }
  const { sets, isExhaustive } = await minimalSets<Unit>(units, restores)
  const explained = sets.map((set) => set.map((unit) => restoringRead(input, snapshot, unit)))
  const unknown = sets.flat().filter((unit) => unit !== 'clock' && snapshot.missed(unit.read, unit.entry)?.kind === 'unknown')
  return {
    kind: 'explained',
    ...relate(explained),
    isUnique: isExhaustive && sets.length === 1 && unknown.length === 0,
    evidence: [...explained.map((set) => restoredBy(set)), ...unknown.flatMap((unit) => (unit === 'clock' ? [] : [valueUnknown(unit)]))],
  }
}

const relate = (
  sets: readonly (readonly RestoringRead[])[],
): Pick<Extract<Explanation, { kind: 'explained' }>, 'causes' | 'relation' | 'restoring'> => {
  const causesOf = (reads: readonly RestoringRead[]): readonly Cause[] =>
    (['timing', 'stale-data'] as const).filter((cause) => reads.some((read) => read.cause === cause))
  const causes = causesOf(sets.flat())
  const first = sets[0] ?? []
  if (causes.length <= 1) return { causes, relation: 'single', restoring: first }
  if (sets.every((set) => causesOf(set).length > 1)) return { causes, relation: 'compound', restoring: first }
  return { causes, relation: 'overdetermined', restoring: [...new Set(sets.flat())] }
}

const restoringRead = (input: Pick<ClassifyInput, 'context' | 'live' | 'legacy'>, snapshot: Snapshot, unit: Unit): RestoringRead => {
  const { live, legacy, context } = input
  const legacyAt = legacy.decidedAt ?? live.decidedAt
  if (unit === 'clock') {
    return {
      projection: 'clock',
      key: '',
      seen: live.decidedAt,
      atLegacyCommit: legacyAt,
      ageMs: live.decidedAt - legacyAt,
      cause: 'timing',
    }
  }
  const { projection, key, seen, atLegacyCommit } = unit
  const ageMs = ageOf(snapshot, unit, { liveAt: live.decidedAt, legacyAt })
  const declared = context.reads[projection]
  const limitMs = declared?.freshWithinMs ?? context.settlesWithinMs
  return { projection, key, seen, atLegacyCommit, ageMs, cause: ageMs <= limitMs ? 'timing' : 'stale-data' }
}

/** Positive: how long the oldest missed version had been there; negative: the candidate saw a later one than the legacy. */
const ageOf = (snapshot: Snapshot, unit: ChangedRead, at: { readonly liveAt: EpochMs; readonly legacyAt: EpochMs }): number => {
  const missed = snapshot.missed(unit.read, unit.entry)
  if (missed === null) return 0
  return missed.kind === 'ahead' ? -Math.max(1, missed.at - at.legacyAt) : at.liveAt - missed.at
}

export const causedBy = (explanation: Extract<Explanation, { kind: 'explained' }>): Finding => ({
  kind: 'caused',
  causes: explanation.causes,
  relation: explanation.relation,
  rule: null,
})
