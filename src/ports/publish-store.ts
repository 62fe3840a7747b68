import type { BusinessEvent } from '../model/business-event.ts'
import type { EpochMs, EventId, Position, SourceName } from '../model/ids.ts'

/** The stage whose cursor `commitPublished` moves. */
export const publishStage = (sink: string): string => `publish ${sink}`

/** The last event that was handled, in the order in which the store holds them. */
export interface PublishPoint {
  readonly event: EventId
  readonly position: Position
}

/** Events in the order in which capture stored them: one that was stored later never comes before one that has been read. */
export interface StoredEvent {
  readonly event: BusinessEvent
  /** Place in that order; of this store alone. */
  readonly place: bigint
}

/** Where publication stands, for people. */
export interface PublishLag {
  readonly published: PublishPoint | null
  /** Events that are still to come. */
  readonly events: number
  /** When the oldest of them happened; null: there is none. */
  readonly oldestAt: EpochMs | null
}

/** The outbox: what is stored is what is published, once. */
export interface PublishStore {
  readonly publishPoint: (sink: string) => Promise<PublishPoint | null>
  /** The place of an event; null: this store has no such event. */
  readonly placeOf: (event: EventId) => Promise<bigint | null>
  /** Events behind a place (null: from the first), all of them visible and durable. */
  readonly eventsAfter: (source: SourceName, place: bigint | null, limit: number) => Promise<readonly StoredEvent[]>
  /** @throws BanyanError store-stage-taken when the stored point is not the expected one. */
  readonly commitPublished: (sink: string, expected: PublishPoint | null, next: PublishPoint) => Promise<void>
  readonly publishLag: (sink: string, source: SourceName) => Promise<PublishLag>
}
