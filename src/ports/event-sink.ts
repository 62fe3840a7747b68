import type { BusinessEvent } from '../model/business-event.ts'
import type { EventStream } from '../model/event-stream.ts'
import type { PublishPoint } from './publish-store.ts'

/** An event with the stream that carries it. */
export interface OutgoingEvent {
  readonly stream: string
  readonly event: BusinessEvent
}

/** A sink that is open, by nobody else. */
export interface OpenEventSink {
  /** What the sink itself holds as its last one; null: nothing was ever published through it. */
  readonly published: PublishPoint | null
  /** True: some stream holds events already, by whomever. */
  readonly holdsEvents: boolean
  /**
   * All of the events and the point together, or nothing. When it fails it is not known which: open again and look. Events of one key
   * are read in the order in which they are given.
   */
  readonly publish: (events: readonly OutgoingEvent[], point: PublishPoint) => Promise<void>
  readonly close: () => Promise<void>
}

/** Where business events go that others subscribe to. */
export interface EventSink {
  /** Unique among the sinks of a store and of the place that it writes to. */
  readonly name: string
  readonly streams: readonly EventStream[]
  /** Where readers find it, for the catalogue; without secrets. */
  readonly places: readonly string[]
  readonly mode: 'binary' | 'structured'
  /**
   * Makes the streams that are missing, shuts out an earlier instance of the same name, and says where publication stands.
   *
   * @throws BanyanError sink-*.
   */
  readonly open: () => Promise<OpenEventSink>
}
