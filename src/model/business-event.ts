import type { ChangeId, EpochMs, EventId, JourneyKey, Position, SourceName } from './ids.ts'
import type { Data } from './value.ts'

/** A fact in the language of a bounded context. {@link toCloudEvent} gives its form on the wire. */
export interface BusinessEvent<D extends Data = Data> {
  readonly id: EventId
  /** Dotted fact name, e.g. `order.placed`. */
  readonly type: string
  readonly source: SourceName
  readonly key: JourneyKey
  readonly data: D
  /** Commit time of the causing transaction; for a time-out, the instant at which the limit passed. */
  readonly occurredAt: EpochMs
  readonly position: Position
  /** Order among the events of one transaction. */
  readonly ordinal: number
  readonly journey: string | null
  readonly milestone: string | null
  readonly rule: { readonly name: string; readonly version: number }
  /** The row changes, or for a derived fact the events, that caused it. Never empty. */
  readonly causes: readonly (ChangeId | EventId)[]
}

/** CloudEvents 1.0 with extension attributes; see cloudevents.io. */
export interface CloudEvent {
  readonly specversion: '1.0'
  readonly id: string
  readonly type: string
  readonly source: string
  readonly subject: string
  /** Events of one key are in order; by the extension of that name. */
  readonly partitionkey: string
  readonly time: string
  readonly datacontenttype: 'application/json'
  readonly journey?: string
  readonly milestone?: string
  readonly rule: string
  readonly ruleversion: number
  readonly position: string
  readonly causation: string
  readonly data: Data
}

export const toCloudEvent = (event: BusinessEvent): CloudEvent => ({
  specversion: '1.0',
  id: event.id,
  type: event.type,
  source: `urn:banyan:${event.source}`,
  subject: event.key,
  partitionkey: event.key,
  time: new Date(event.occurredAt).toISOString(),
  datacontenttype: 'application/json',
  ...(event.journey === null ? {} : { journey: event.journey }),
  ...(event.milestone === null ? {} : { milestone: event.milestone }),
  rule: event.rule.name,
  ruleversion: event.rule.version,
  position: event.position,
  causation: event.causes.join(' '),
  data: event.data,
})
