import type { Context, Logic } from '../../model/context.ts'
import type { LiveDecision } from '../../model/decision.ts'
import type { Evidence } from '../../model/verdict.ts'
import type { Case } from '../case.ts'
import type { Snapshot } from '../input.ts'

/** What other code of the candidate, older or newer, makes of the same decision. */
export interface Bisected {
  readonly agrees: readonly string[]
  readonly differs: readonly string[]
  /** Versions that say something else than the one that decided, right or wrong. */
  readonly unlike: readonly string[]
}

/** All code that the context names but that which decided. */
export const otherVersions = (
  { candidate, candidateVersion, olderVersions = [] }: Pick<Context, 'candidate' | 'candidateVersion' | 'olderVersions'>,
  live: Pick<LiveDecision, 'candidateVersion'>,
): readonly { readonly version: string; readonly logic: Logic }[] => {
  const older = olderVersions.map((one) => ({ version: one.version, logic: one.candidate }))
  const isReplaced = older.some(({ version }) => version === live.candidateVersion)
  const all = isReplaced ? [{ version: candidateVersion, logic: candidate }, ...older] : older
  return all.filter(({ version }) => version !== live.candidateVersion)
}

/** Runs the other code as of the legacy's commit; null where the context names none. */
export const bisectVersions = async (the: Case, snapshot: Snapshot): Promise<Evidence | null> => {
  const others = otherVersions(the.input.context, the.input.live)
  if (others.length === 0) return null
  const [agrees, differs, unlike]: [string[], string[], string[]] = [[], [], []]
  for (const { version, logic } of others) {
    const said = await snapshot.run({ logic })
    const into = the.agrees(said) ? agrees : differs
    into.push(version)
    if (!the.agrees(said, snapshot.asOf.observation)) unlike.push(version)
  }
  const words =
    agrees.length === 0
      ? `Other versions of the candidate (${differs.join(', ')}) differ from the legacy here as well.`
      : `As of the legacy's commit version ${agrees.join(', ')} of the candidate agrees with the legacy; the version that decided does not.`
  return { test: 'version-bisect', words, data: { agrees, differs, unlike } satisfies Bisected }
}
