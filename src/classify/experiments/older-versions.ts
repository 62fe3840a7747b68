import type { OlderVersion } from '../../model/context.ts'
import type { Evidence } from '../../model/verdict.ts'
import type { Case } from '../case.ts'
import type { Snapshot } from '../input.ts'

/** What older code of the candidate makes of the same decision. */
export interface Bisected {
  readonly agrees: readonly string[]
  readonly differs: readonly string[]
}

const olderThan = ({ input }: Case): readonly OlderVersion[] =>
  (input.context.olderVersions ?? []).filter(({ version }) => version !== input.live.candidateVersion)

/** Runs older code as of the legacy's commit; null where the context names none. */
export const bisectVersions = async (the: Case, snapshot: Snapshot): Promise<Evidence | null> => {
  const bisected = await runOlder(the, (logic) => snapshot.run({ logic }))
  if (bisected === null) return null
  const { agrees, differs } = bisected
  const words =
    agrees.length === 0
      ? `Older versions of the candidate (${differs.join(', ')}) differ from the legacy here as well.`
      : `As of the legacy's commit version ${agrees.join(', ')} of the candidate agrees with the legacy; the version that decided does not.`
  return { test: 'version-bisect', words, data: { agrees, differs } }
}

const runOlder = async (the: Case, run: (logic: OlderVersion['candidate']) => ReturnType<Snapshot['run']>): Promise<Bisected | null> => {
  const older = olderThan(the)
  if (older.length === 0) return null
  const agrees: string[] = []
  const differs: string[] = []
  for (const { version, candidate } of older) (the.agrees(await run(candidate)) ? agrees : differs).push(version)
  return { agrees, differs }
}
