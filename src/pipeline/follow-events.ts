import type { Position, SourceName } from '../model/ids.ts'
import type { ShadowStore } from '../ports/shadow-store.ts'
import type { StoredEvent } from '../ports/stored-event.ts'

/** The next events of a stage, at most so many: fewer, when no more are known up to a position of the log. */
export type NextEvents = (upTo: Position, limit: number) => Promise<readonly StoredEvent[]>

/**
 * Follows events in the order in which they were stored, which alone misses none: one may be stated at a position that was passed before. What
 * was read and lies beyond `upTo` waits in memory, `limit` of them at most.
 */
export const followEvents = (input: {
  readonly store: Pick<ShadowStore, 'eventsBehind'>
  readonly source: SourceName
  readonly types: readonly string[]
  /** The last one that was seen; null: none. */
  readonly after: bigint | null
}): NextEvents => {
  const { store, source, types } = input
  let after = input.after
  let held: readonly StoredEvent[] = []
  return async (upTo, limit) => {
    const isBeyond = ({ event }: StoredEvent): boolean => event.position > upTo
    if (held.length < limit && !held.some(isBeyond)) {
      const more = await store.eventsBehind({ source, types, after, limit: limit - held.length })
      after = more.at(-1)?.place ?? after
      held = [...held, ...more]
    }
    const beyond = held.findIndex(isBeyond)
    const taken = held.slice(0, beyond < 0 ? limit : Math.min(limit, beyond))
    held = held.slice(taken.length)
    return taken
  }
}
