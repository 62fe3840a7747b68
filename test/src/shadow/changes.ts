import type { BusinessEvent } from '../../../src/model/business-event.ts'
import type { ChangeEvent, ChangeOp, TransactionHeader } from '../../../src/model/change-event.ts'
import { epochMs, journeyKey, position, rowKey, sourceName, tableName } from '../../../src/model/ids.ts'
import type { EventId, Position } from '../../../src/model/ids.ts'
import type { Data, Row } from '../../../src/model/value.ts'

/** The position of the n-th transaction. */
export const at = (number: number): Position => position(`1:${String(number).padStart(6, '0')}`)

/** The n-th transaction commits at n seconds, unless said otherwise. */
export const header = (number: number, committedAtMs = number * 1_000): TransactionHeader => ({
  source: sourceName('oms'),
  position: at(number),
  id: String(number),
  beganAt: null,
  committedAt: epochMs(committedAtMs),
  capturedAt: epochMs(committedAtMs),
  count: 1,
  snapshot: false,
})

export const change = (
  transaction: TransactionHeader,
  ordinal: number,
  op: ChangeOp,
  table: string,
  rows: { readonly key?: string; readonly before?: Row; readonly after?: Row; readonly omitted?: readonly string[] },
): ChangeEvent => ({
  transaction,
  ordinal,
  op,
  table: tableName(table),
  key: rows.key === undefined ? null : rowKey(rows.key),
  before: rows.before ?? null,
  after: rows.after ?? null,
  beforeKind: rows.before === undefined ? 'none' : 'full',
  omitted: rows.omitted ?? [],
})

export const trigger = (number: number, key: string, data: Data = {}, occurredAtMs = number * 1_000): BusinessEvent => ({
  id: `event-${key}-${number}` as EventId,
  type: 'promise.requested',
  source: sourceName('oms'),
  key: journeyKey(key),
  data,
  occurredAt: epochMs(occurredAtMs),
  position: at(number),
  ordinal: 0,
  journey: null,
  milestone: null,
  rule: { name: 'promise.requested', version: 1 },
  causes: [],
})
