import type { BusinessEvent } from '../model/business-event.ts'
import type { EventStream } from '../model/event-stream.ts'
import type { PreflightCheck } from './change-source.ts'
import type { PublishPoint } from './publish-store.ts'

/** A stream that is open for writing, by nobody else. */
export interface OpenStream {
  /** The last event that readers have of it, as the sink itself knows; null: there is none. */
  readonly published: PublishPoint | null
  /** True: somebody has written to it. */
  readonly isWritten: boolean
  /**
   * All of the events and the point together, or nothing; readers get those of one key in the given order. After a failure it
   * is not known which: close it, open it again and look.
   *
   * @throws BanyanError sink-*.
   */
  readonly publish: (events: readonly BusinessEvent[], point: PublishPoint) => Promise<void>
  readonly close: () => Promise<void>
}

/** Where business events go that others subscribe to. */
export interface EventSink {
  /** Unique at the place that it writes to. */
  readonly name: string
  readonly streams: readonly EventStream[]
  /** Where readers find it, for the catalogue; without secrets. */
  readonly places: readonly string[]
  readonly mode: 'binary' | 'structured'
  /** What would keep it from being written; nothing is changed. Left out: there is nothing to ask. */
  readonly preflight?: () => Promise<readonly PreflightCheck[]>
  /**
   * Makes the stream where it is missing, and shuts out who wrote to it under this name before.
   *
   * @throws BanyanError sink-*.
   */
  readonly open: (stream: EventStream) => Promise<OpenStream>
}
