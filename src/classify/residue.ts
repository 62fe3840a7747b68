import { asRecorded } from '../model/substitution.ts'
import type { Evidence } from '../model/verdict.ts'
import type { Case, Result } from './case.ts'
import { unresolved } from './case.ts'
import type { Explanation } from './environment.ts'
import { explainLive } from './environment.ts'
import { liveAlsoMoved, logicResidue, notRepeated } from './evidence.ts'
import { olderReads, olderStates } from './experiments/older-reads.ts'
import { bisectVersions } from './experiments/older-versions.ts'
import { placeboOf } from './experiments/placebo.ts'
import { brokenRelations } from './experiments/relations.ts'
import { isRightLive, rightLogics } from './experiments/right-logic.ts'
import { askSpecification, documentedLogic } from './experiments/specification.ts'
import { wanderingAnswer } from './reproduce.ts'
import { sameObservation } from './same-observation.ts'

/**
 * Logic differs, and nothing proves either side wrong: which one is right is for the miner and the judge. Everything that can be
 * found out by running this one decision again is found out here, as evidence.
 */
export const residue = async (the: Case, isLiveEqual: boolean): Promise<Result> => {
  const { snapshot } = the.input
  const wandering = await wanderingAnswer(snapshot)
  if (wandering !== null) {
    const relations = await brokenRelations(the, snapshot)
    return unresolved(the, 'nondeterministic-candidate', [notRepeated(snapshot.asOf.observation, wandering), ...relations])
  }
  // Also where the live answer agreed: the reads that hid it are told.
  const movement = isLiveEqual ? await liveMovement(the) : await environmentBesides(the)
  if (movement?.kind === 'unexplained' && !isLiveEqual && !isLiveFailure(the)) return unresolved(the, movement.reason, movement.evidence)
  const moved = movement?.kind === 'explained' ? movement.restoring : []
  const found = [
    await bisectVersions(the, snapshot),
    await askSpecification(the, snapshot),
    ...(await brokenRelations(the, snapshot)),
    restoringOnly(await olderReads(the, snapshot)),
    await placeboOf(the),
  ].filter((one) => one !== null)
  const evidence = [logicResidue(), ...(moved.length === 0 ? [] : [liveAlsoMoved(moved)]), ...found]
  return { ...unresolved(the, 'awaiting-mining', evidence), restoring: moved }
}

/** Earlier states that explain nothing are not worth a line. */
const restoringOnly = (older: Evidence | null): Evidence | null =>
  older !== null && olderStates([older]).some(({ agrees }) => agrees) ? older : null

/** Nothing can be repeated of a live run that failed; the as-of answer speaks for itself. */
const isLiveFailure = (the: Case): boolean => the.input.live.observation.kind === 'failed'

/**
 * Which reads are a cause besides the logic: those without which even right logic would have answered otherwise live. Where no right logic is at
 * hand, those that would have misled the documents, which are nearer to it than a candidate that contradicts them; else those that made the live
 * answer another one than the as-of answer. Null: none is.
 */
export const environmentBesides = async (the: Case): Promise<Explanation | null> => {
  const { input, agrees } = the
  const [right] = await rightLogics(the, input.snapshot, { newer: true })
  if (right === undefined) {
    const documented = await documentedMovement(the)
    return documented === 'none' ? null : (documented ?? liveMovement(the))
  }
  if (await isRightLive(the, input.snapshot, right)) return null
  return explainLive(input, input.snapshot, (observation) => agrees(observation), right.logic)
}

/** The same for the documents, where the candidate contradicts them; null where it does not, or they say nothing. */
const documentedMovement = async ({ input, agrees }: Case): Promise<Explanation | 'none' | null> => {
  const { snapshot, context } = input
  if (context.specification === undefined) return null
  const logic = documentedLogic(context.specification)
  const said = await snapshot.run({ logic, anyShape: true })
  if (said.kind !== 'decided' || said.answer === null || agrees(snapshot.asOf.observation, said)) return null
  const saidLive = await snapshot.run({ logic, anyShape: true, substitution: asRecorded })
  return agrees(saidLive, said) ? 'none' : explainLive(input, snapshot, (observation) => agrees(observation, said), logic)
}

/** Which reads made the live answer another one than the as-of answer; null when it is the same. */
const liveMovement = async ({ input, agrees }: Case): Promise<Explanation | null> => {
  const { live, snapshot } = input
  const then = snapshot.asOf.observation
  if (sameObservation(live.observation, then) || (then.kind === 'decided' && agrees(live.observation, then))) return null
  return explainLive(input, snapshot, (observation) =>
    then.kind === 'decided' ? agrees(observation, then) : sameObservation(observation, then),
  )
}
