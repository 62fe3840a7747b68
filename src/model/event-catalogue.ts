import type { EventSchema } from './event-schema.ts'

/** One kind of event, as its subscribers are promised it. */
export interface CatalogueEvent {
  readonly type: string
  readonly version: number
  readonly owner: string
  readonly journey: string | null
  readonly description: string | null
  /** Null: nothing is promised of its data. */
  readonly schema: EventSchema | null
}

/** What others may subscribe to, at one release. Kept in the project's repository, where the next release is compared with it. */
export interface EventCatalogue {
  readonly format: 1
  /** By type. */
  readonly events: readonly CatalogueEvent[]
}
