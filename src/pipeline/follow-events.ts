import type { BusinessEvent } from '../model/business-event.ts'
import type { Position, SourceName } from '../model/ids.ts'
import type { ShadowStore } from '../ports/shadow-store.ts'
import type { StoredEvent } from '../ports/stored-event.ts'

/** The next events of a stage, and where it then stands. */
export interface FollowedEvents {
  readonly events: readonly BusinessEvent[]
  /** In the order in which events were stored: where to go on; null: at the first. */
  readonly place: bigint | null
}

/** At most so many events: fewer, when no more are known up to a position of the log. */
export type NextEvents = (upTo: Position, limit: number) => Promise<FollowedEvents>

/**
 * Follows events in the order in which they were stored, which alone misses none: one may be stated at a position that was passed before. What
 * was read and lies beyond `upTo` waits in memory, `limit` of them at most.
 */
export const followEvents = (input: {
  readonly store: Pick<ShadowStore, 'eventsBehind'>
  readonly source: SourceName
  readonly types: readonly string[]
  /** Where an earlier run stood; null: at the first. */
  readonly after: bigint | null
}): NextEvents => {
  const { store, source, types } = input
  let seen = input.after
  let place = input.after
  let held: readonly StoredEvent[] = []
  return async (upTo, limit) => {
    const isBeyond = ({ event }: StoredEvent): boolean => event.position > upTo
    if (held.length < limit && !held.some(isBeyond)) {
      const more = await store.eventsBehind({ source, types, after: seen, limit: limit - held.length })
      seen = more.seen
      held = [...held, ...more.events]
    }
    const beyond = held.findIndex(isBeyond)
    const taken = held.slice(0, beyond < 0 ? limit : Math.min(limit, beyond))
    held = held.slice(taken.length)
    place = held.length === 0 ? seen : (taken.at(-1)?.place ?? place)
    return { events: taken.map(({ event }) => event), place }
  }
}
