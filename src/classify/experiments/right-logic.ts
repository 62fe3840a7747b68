import type { Logic } from '../../model/context.ts'
import { asRecorded } from '../../model/substitution.ts'
import type { Case } from '../case.ts'
import type { Snapshot } from '../input.ts'
import { otherVersions } from './older-versions.ts'
import { documentedLogic } from './specification.ts'

/** Logic that says what the legacy said, on the legacy's own view of the world. */
export interface RightLogic {
  readonly name: string
  readonly logic: Logic
  /** Null: the documents. */
  readonly version: string | null
}

/**
 * Every other logic at hand that is right as of the legacy's commit: what the documents say, and other code, in this order. `newer`: newer code may
 * speak, too. Where the code that decided was right itself, it may not: what newer code makes of these reads may be its own mistake.
 */
export const rightLogics = async (
  the: Case,
  snapshot: Snapshot,
  { newer }: { readonly newer: boolean },
): Promise<readonly RightLogic[]> => {
  const { context, live } = the.input
  const { specification } = context
  const known: readonly RightLogic[] = [
    ...(specification === undefined ? [] : [{ name: 'the documented policy', logic: documentedLogic(specification), version: null }]),
    ...(newer || live.candidateVersion === context.candidateVersion ? otherVersions(context, live) : []).map(({ version, logic }) => ({
      name: `version ${version} of the candidate`,
      logic,
      version,
    })),
  ]
  const right: RightLogic[] = []
  for (const one of known) if (the.agrees(await snapshot.run({ logic: one.logic, anyShape: true }))) right.push(one)
  return right
}

/** Whether it is right on the very reads of the live run too: then these reads are no cause. */
export const isRightLive = async (the: Case, snapshot: Snapshot, { logic }: RightLogic): Promise<boolean> =>
  the.agrees(await snapshot.run({ logic, anyShape: true, substitution: asRecorded }))
