import type { BusinessEvent } from '../model/business-event.ts'

/** An event with its place in the order in which capture stored them: what is stored later has a higher one. Of this store alone. */
export interface StoredEvent {
  readonly event: BusinessEvent
  readonly place: bigint
}
