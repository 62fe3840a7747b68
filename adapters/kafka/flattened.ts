import type { Membership, Origin } from './debezium-record.ts'
import type { Flattening } from './connector-settings.ts'
import type { Json, JsonObject } from './exact-json.ts'
import { membershipOf, originOf } from './origin.ts'
import { undecodable, unsettled } from './undecodable.ts'

/** What a record that was flattened (ExtractNewRecordState) says beside its row. */
export interface FlattenedRecord {
  /** The letter of its operation. */
  readonly op: string
  readonly schema: string | null
  readonly table: string | null
  readonly row: JsonObject
  readonly origin: Origin
  readonly membership: Membership | null
}

/** Fields of `source` that may have been added, with or without the word before their name. */
const sourceFields = [
  'connector',
  'name',
  'version',
  'ts_ms',
  'ts_us',
  'ts_ns',
  'snapshot',
  'db',
  'schema',
  'table',
  'sequence',
  'txId',
  'lsn',
  'xmin',
  'origin',
  'origin_lsn',
  'server_id',
  'gtid',
  'file',
  'pos',
  'row',
  'thread',
  'query',
] as const

const ownFields = ['op', 'deleted', 'transaction_id', 'transaction_total_order', 'transaction_data_collection_order'] as const

/** Takes apart what was added and what is the row. Columns of the table's own that have such a name stay. */
export const flattenedRecord = (payload: JsonObject, flattening: Flattening, isColumn: (name: string) => boolean): FlattenedRecord => {
  const { prefix } = flattening
  const added = (name: string): Json | undefined => (isColumn(`${prefix}${name}`) ? undefined : payload[`${prefix}${name}`])
  const source: Record<string, Json> = {}
  const taken = new Set<string>(ownFields.map((name) => `${prefix}${name}`))
  for (const name of sourceFields) {
    const value = added(`source_${name}`) ?? added(name)
    taken.add(`${prefix}${name}`)
    taken.add(`${prefix}source_${name}`)
    if (value !== undefined) source[name] = value
  }
  const row: Record<string, Json> = {}
  for (const [name, value] of Object.entries(payload)) if (!taken.has(name) || isColumn(name)) row[name] = value
  return {
    op: letterOf(flattening, added('op'), added('deleted')),
    schema: textOf(source['schema'] ?? source['db']),
    table: textOf(source['table']),
    row,
    origin: originOf(source),
    membership: membershipIn(added),
  }
}

const textOf = (value: Json | undefined): string | null => (typeof value === 'string' ? value : null)

/** Whether a row was there before cannot be told from the row. */
const letterOf = (flattening: Flattening, op: Json | undefined, deleted: Json | undefined): string => {
  if (typeof op === 'string') return op
  if (deleted === 'true' || deleted === true) return 'd'
  if (flattening.added === null || flattening.added.includes('op'))
    throw undecodable('a flattened row that does not say what happened to it')
  throw unsettled(
    'a flattened row that does not say what happened to it',
    'add.fields=op,table,lsn,txId,source.ts_ms,transaction.id,transaction.total_order,transaction.data_collection_order for ExtractNewRecordState, and better no flattening at all',
  )
}

const membershipIn = (added: (name: string) => Json | undefined): Membership | null => {
  const [id, order, tableOrder] = [added('transaction_id'), added('transaction_total_order'), added('transaction_data_collection_order')]
  if (typeof id !== 'string' || order === undefined || tableOrder === undefined) return null
  return membershipOf({ id, total_order: Number(order), data_collection_order: Number(tableOrder) })
}
