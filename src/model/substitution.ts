/** Names one entry of one projection in a {@link Substitution}. */
export const readUnit = (projection: string, key: string): string => `${projection}\n${key}`

/** What a replay takes as of the legacy's commit; everything else is as it was recorded live. */
export interface Substitution {
  /** Made by {@link readUnit}. */
  readonly reads: ReadonlySet<string>
  /** True: the legacy's own clock instead of the live one. */
  readonly clock: boolean
}

/** Nothing replaced: the live run again. */
export const asRecorded: Substitution = { reads: new Set(), clock: false }
