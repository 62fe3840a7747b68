import type { Context, Logic } from '../model/context.ts'
import type { EpochMs } from '../model/ids.ts'

type Versions = Pick<Context, 'candidate' | 'candidateVersion' | 'olderVersions'>

/** The code of a version of the candidate; the present one for a version that the context does not name. */
export const logicOf = ({ candidate, olderVersions = [] }: Versions, version: string): Logic =>
  olderVersions.length === 0 ? candidate : (olderVersions.find((older) => older.version === version)?.candidate ?? candidate)

/** The version that decided at an instant of the source's time: the one that was replaced next after it, else the present one. */
export const versionAt = ({ candidateVersion, olderVersions = [] }: Versions, at: EpochMs): string => {
  let found: { readonly version: string; readonly until: number } | null = null
  for (const { version, until } of olderVersions) {
    if (until !== null && at < until && (found === null || until < found.until)) found = { version, until }
  }
  return found?.version ?? candidateVersion
}
