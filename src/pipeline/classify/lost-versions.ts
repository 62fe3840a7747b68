import type { VersionRef } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { Evidence, Verdict } from '../../model/verdict.ts'
import type { SeenVersions } from './seen-versions.ts'

/** A version of a row that a live run saw, and that the captured log lacks. */
export interface LostVersion {
  /** Projection and key, as {@link readUnit} says them. */
  readonly unit: string
  readonly key: string
  readonly value: Data
  readonly version: VersionRef
}

export const lostTest = 'lost-versions'

/** What the log has lost, as the decision shows that saw it live: it may have been there for others, too. */
export const lostVersions = (seen: SeenVersions): Evidence => ({
  test: lostTest,
  words: `The log has lost what the candidate saw live of ${[...seen.keys()].slice(0, 5).join(', ').replaceAll('\n', ' ')}: the as-of answer was given with it.`,
  data: [...seen].map(([unit, { key, value, version }]) => ({ unit, key, value, version: { ...version } })),
})

/** What a verdict tells of versions that the log has lost. */
export const lostIn = ({ evidence }: Pick<Verdict, 'evidence'>): readonly LostVersion[] =>
  (evidence.find(({ test }) => test === lostTest)?.data ?? []) as unknown as readonly LostVersion[]
