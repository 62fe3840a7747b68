import type { Logic } from '../../model/context.ts'
import type { Evidence } from '../../model/verdict.ts'
import type { Case } from '../case.ts'
import { say } from '../evidence.ts'
import type { Snapshot } from '../input.ts'

/** Whom the documents contradict. `agreed`: nobody, though the two sides differ within them. */
export type Contradicted = 'legacy' | 'candidate' | 'both'

/** What the documented policy says of this decision, as of the legacy's commit; null where there is none, or it says nothing. */
export const askSpecification = async (the: Case, snapshot: Snapshot): Promise<Evidence | null> => {
  const { specification } = the.input.context
  if (specification === undefined) return null
  const said = await snapshot.run({ logic: documentedLogic(specification), anyShape: true })
  // Policy that fails, or says nothing here, is no evidence.
  if (said.kind !== 'decided' || said.answer === null) return null
  const legacyKeepsIt = the.agrees(said)
  const candidateKeepsIt = the.agrees(snapshot.asOf.observation, said)
  if (legacyKeepsIt && candidateKeepsIt) return null
  const contradicted: Contradicted = legacyKeepsIt ? 'candidate' : candidateKeepsIt ? 'legacy' : 'both'
  return {
    test: 'specification',
    words: `The documented policy says ${say(said.answer)} here: ${contradictedWords[contradicted]}.`,
    data: { contradicted, says: said.answer },
  }
}

/** Where the documents say nothing, null is the answer. */
export const documentedLogic =
  (specification: Logic): Logic =>
  async (...asked) =>
    (await specification(...asked)) ?? null

const contradictedWords: Readonly<Record<Contradicted, string>> = {
  legacy: 'the legacy does otherwise, the candidate keeps to it',
  candidate: 'the candidate does otherwise, the legacy keeps to it',
  both: 'both do otherwise',
}
