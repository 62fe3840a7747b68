import { decode, encode } from '../model/canonical.ts'
import type { BusinessEvent } from '../model/business-event.ts'
import type { EventId, SourceName } from '../model/ids.ts'
import { epochMs, journeyKey, position } from '../model/ids.ts'
import type { Data } from '../model/value.ts'
import type { StoredEvent } from '../ports/stored-event.ts'
import type { Cell } from './copy-text.ts'

/** In the order that {@link eventCells} and {@link toEvent} use. */
export const eventColumns = [
  'id',
  'source_id',
  'ordinal',
  'rule_version',
  'occurred_at',
  'position',
  'type',
  'key',
  'journey',
  'milestone',
  'rule_name',
  'causes',
  'data',
] as const

export const eventCells = (sourceId: number, event: BusinessEvent): readonly Cell[] => [
  event.id,
  sourceId,
  event.ordinal,
  event.rule.version,
  event.occurredAt,
  event.position,
  event.type,
  event.key,
  event.journey,
  event.milestone,
  event.rule.name,
  encode(event.causes),
  encode(event.data),
]

/** Cells of {@link eventColumns}, with the place behind them. */
export const toStoredEvent = (source: SourceName, cells: readonly unknown[]): StoredEvent => ({
  event: toEvent(source, cells),
  place: BigInt(String(cells[eventColumns.length])),
})

type EventCells = readonly [
  string,
  number,
  number,
  number,
  number,
  string,
  string,
  string,
  string | null,
  string | null,
  string,
  string,
  string,
]

export const toEvent = (source: SourceName, cells: readonly unknown[]): BusinessEvent => {
  const [id, , ordinal, version, occurredAt, at, type, key, journey, milestone, rule, causes, data] = cells as unknown as EventCells
  return {
    id: id as EventId,
    type,
    source,
    key: journeyKey(key),
    data: decode(data),
    occurredAt: epochMs(occurredAt),
    position: position(at),
    ordinal,
    journey,
    milestone,
    rule: { name: rule, version },
    causes: decode(causes) as readonly Data[] as BusinessEvent['causes'],
  }
}
