import { epochMs } from '../../src/model/ids.ts'
import type { EpochMs } from '../../src/model/ids.ts'
import type { Membership, Origin } from './debezium-record.ts'
import type { Json, JsonObject } from './exact-json.ts'
import { isObject, parseJson } from './exact-json.ts'
import { integerOf } from './json-value.ts'
import { undecodable } from './undecodable.ts'

/** Fixed width, so that text order is log order. */
const hex = (value: number | bigint, digits: number): string => {
  const text = value.toString(16).toUpperCase()
  return text.length >= digits ? text : zeros.slice(text.length - digits) + text
}

const zeros = '0'.repeat(16)

/** Reads the `source` of a record. @throws BanyanError source-undecodable */
export const originOf = (source: JsonObject): Origin => {
  const connector = typeof source['connector'] === 'string' ? source['connector'] : ''
  const { transactionId, commitOrder, logOrder } = connector === 'postgresql' ? postgresPlace(source) : binlogPlace(source)
  const committedAt = timeOf(source) ?? epochMs(0)
  return { connector, committedAt, transactionId, commitOrder, logOrder, snapshot: snapshotOf(source['snapshot']) }
}

const snapshotOf = (flag: Json | undefined): Origin['snapshot'] => {
  if (flag === undefined || flag === null || flag === false || flag === 'false') return 'no'
  return flag === 'incremental' ? 'incremental' : 'initial'
}

/** With microseconds, where the record has them. */
const timeOf = (fields: JsonObject): EpochMs | null => {
  const micros = fields['ts_us']
  if (typeof micros === 'number') return epochMs(micros / 1000)
  const millis = fields['ts_ms']
  return typeof millis === 'number' ? epochMs(millis) : null
}

export const recordTime = (fields: JsonObject): EpochMs | null => timeOf(fields)

/** A double where it will do: most places are such, and a bigint takes far longer. */
const exactNumber = (digits: string): number | bigint => (digits.length <= 15 ? Number(digits) : BigInt(digits))

const logPlace = (value: Json | undefined): string | null => {
  if (value === null || value === undefined) return null
  const number = typeof value === 'string' && /^\d+$/.test(value) ? exactNumber(value) : integerOf(value)
  return number < 0 ? null : hex(number, 16)
}

const textOrNull = (value: Json | undefined): string | null =>
  value === null || value === undefined || typeof value === 'object' ? null : String(value)

/** All changes of a commit tell the end of the commit before it, in which order they come. */
const postgresPlace = (source: JsonObject): Pick<Origin, 'transactionId' | 'commitOrder' | 'logOrder'> => {
  const { sequence } = source
  const commit = typeof sequence === 'string' ? firstPlace(sequence) : undefined
  return { transactionId: textOrNull(source['txId']), commitOrder: logPlace(commit), logOrder: logPlace(source['lsn']) }
}

const sequenceShape = /^\["\d{1,20}"/
const withoutFirst = /^\[null,"\d{1,20}"\]$/

/** Of `["24023128","24023200"]`, or with a null first, which every record has: parsed only where it looks otherwise. */
const firstPlace = (sequence: string): Json | undefined => {
  if (sequenceShape.test(sequence)) return sequence.slice(2, sequence.indexOf('"', 2))
  if (withoutFirst.test(sequence)) return null
  const places = parseJson(sequence)
  return Array.isArray(places) ? (places as readonly Json[])[0] : undefined
}

/** A transaction lies in one piece in the log. */
const binlogPlace = (source: JsonObject): Pick<Origin, 'transactionId' | 'commitOrder' | 'logOrder'> => {
  const { file, pos, row, gtid } = source
  const number = typeof file === 'string' ? Number(file.slice(file.lastIndexOf('.') + 1)) : Number.NaN
  const place = Number.isInteger(number) && typeof pos === 'number' ? `${hex(number, 8)}.${hex(pos, 12)}` : null
  return {
    transactionId: textOrNull(gtid),
    commitOrder: null,
    logOrder: place === null ? null : `${place}.${hex(typeof row === 'number' ? row : 0, 8)}`,
  }
}

/** @throws BanyanError source-undecodable */
export const membershipOf = (transaction: Json | undefined): Membership | null => {
  if (transaction === null || transaction === undefined) return null
  if (!isObject(transaction)) throw undecodable('a change with a transaction of no known form')
  const { id, total_order: order, data_collection_order: tableOrder } = transaction
  if (typeof id !== 'string' || typeof order !== 'number' || typeof tableOrder !== 'number') {
    throw undecodable('a change with a transaction of no known form')
  }
  return { id, order, tableOrder }
}
