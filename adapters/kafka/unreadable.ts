import type { UnreadableRecord } from '../../src/model/change-event.ts'
import { BanyanError } from '../../src/model/errors.ts'
import type { Flattening } from './connector-settings.ts'
import type { Membership, Origin } from './debezium-record.ts'
import type { JsonObject } from './exact-json.ts'
import { isObject, parseJson } from './exact-json.ts'
import { flattenedRecord } from './flattened.ts'
import { membershipOf, originOf } from './origin.ts'
import type { KafkaRecord } from './record.ts'
import { placeOf } from './record.ts'

/** A record that cannot be read, and what can still be told of it. */
export interface DebeziumUnreadable extends UnreadableRecord {
  readonly kind: 'unreadable'
  /** Null: not even that can be read. */
  readonly membership: Membership | null
  readonly origin: Origin | null
}

/** @throws the error itself, where it is not the record's own fault */
export const unreadable = (record: KafkaRecord, error: unknown, flattening: Flattening): DebeziumUnreadable => {
  if (!(error instanceof BanyanError) || error.code !== 'source-undecodable') throw error
  return { kind: 'unreadable', where: placeOf(record), reason: error.message, ...salvaged(record, flattening) }
}

const nothing = { membership: null, origin: null }

/** Its transaction and origin may be sound although its row is not. */
const salvaged = ({ value }: KafkaRecord, flattening: Flattening): Pick<DebeziumUnreadable, 'membership' | 'origin'> => {
  try {
    const payload = payloadOf(value)
    if (payload === null) return nothing
    const { source, transaction } = payload
    if (isObject(source)) return { membership: membershipOf(transaction), origin: originOf(source) }
    const { membership, origin } = flattenedRecord(payload, flattening, () => false)
    return { membership, origin }
  } catch {
    return nothing
  }
}

const payloadOf = (value: Buffer | null): JsonObject | null => {
  const json = value === null ? null : parseJson(value.toString('utf8'))
  if (!isObject(json)) return null
  const { schema, payload } = json
  if (schema === undefined || payload === undefined) return json
  return isObject(payload) ? payload : null
}
