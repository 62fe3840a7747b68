import { BanyanError } from '../../model/errors.ts'
import type { EpochMs } from '../../model/ids.ts'
import type { RecordedRead } from '../../model/read.ts'
import type { Data } from '../../model/value.ts'
import type { ResolveRead } from '../../shadow/read-resolver.ts'
import type { ArchivedAnswer } from './archived-decision.ts'

/** Reads of a replay, answered with what was recorded and nothing else. */
export interface RecordedReads {
  readonly resolve: ResolveRead
  /** The first read that was asked for and not recorded; the candidate may have hidden its failure. */
  readonly missing: () => string | null
}

/**
 * A single key is also known from a recorded group that held it; a group only from a read of the group, for absence of others
 * is part of it. `otherwise` answers what was not recorded.
 */
export const recordedReads = ({ reads, at }: ArchivedAnswer, otherwise: ResolveRead | null): RecordedReads => {
  let missing: string | null = null
  const found = (projection: string, kind: RecordedRead['kind'], key: string): readonly (readonly [string, Data])[] | null => {
    const same = reads.find((read) => read[0] === projection && read[1] === kind && read[2] === key)
    if (same !== undefined) return same[3]
    if (kind === 'group') return null
    for (const read of reads) {
      const entry = read[0] === projection ? read[3].find(([name]) => name === key) : undefined
      if (entry !== undefined) return [entry]
    }
    return null
  }
  return {
    missing: () => missing,
    resolve: (asked) => {
      const { projection, kind, key } = asked
      const entries = found(projection, kind, key)
      if (entries !== null) return recorded({ projection, kind, key, readAt: at }, entries)
      if (otherwise !== null) return otherwise(asked)
      missing ??= `${projection} ${key}`
      throw new BanyanError('candidate-shape', `${projection} ${key} was not read when this decision was recorded`, {
        hint: 'a replay can give only what was recorded',
      })
    },
  }
}

const recorded = (
  place: Pick<RecordedRead, 'projection' | 'kind' | 'key'> & { readonly readAt: EpochMs },
  entries: readonly (readonly [string, Data])[],
): RecordedRead => ({
  ...place,
  entries: entries.map(([key, value]) => ({ key, value, version: null })),
  feed: 'stream',
  frontier: null,
})
