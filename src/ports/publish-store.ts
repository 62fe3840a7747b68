import type { EventStream } from '../model/event-stream.ts'
import type { EpochMs, EventId, Position, SourceName } from '../model/ids.ts'
import type { StoredEvent } from './stored-event.ts'

/** The stage that publishes one stream of a sink. */
export const publishStage = (sink: string, stream: EventStream): string => `publish ${sink} ${stream.name}`

/** The last event of a stream that was published. */
export interface PublishPoint {
  readonly event: EventId
  readonly position: Position
}

export interface StreamQuery {
  readonly source: SourceName
  readonly stream: EventStream
  /** Exclusive; null: from the first. */
  readonly after: bigint | null
}

/** What of a stream is still to be published. */
export interface PublishLag {
  readonly events: number
  /** When the oldest of them happened; null: there is none. */
  readonly oldestAt: EpochMs | null
}

/** The outbox: what is stored is what is published, once. */
export interface PublishStore {
  readonly publishPoint: (stage: string) => Promise<PublishPoint | null>
  /** @throws BanyanError store-stage-taken when the stored point is not the expected one. */
  readonly commitPublished: (stage: string, expected: PublishPoint | null, next: PublishPoint) => Promise<void>
  /** The place of an event; null: this store has no such event. */
  readonly placeOf: (event: EventId) => Promise<bigint | null>
  /** Events of a stream in order, all of them durable. */
  readonly eventsOfStream: (query: StreamQuery & { readonly limit: number }) => Promise<readonly StoredEvent[]>
  readonly publishLag: (query: StreamQuery) => Promise<PublishLag>
}
