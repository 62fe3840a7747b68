import type { DebeziumBoundary, DebeziumRecord } from './debezium-record.ts'
import type { Json, JsonObject } from './exact-json.ts'
import { isObject } from './exact-json.ts'
import { recordTime } from './origin.ts'
import { undecodable } from './undecodable.ts'

const counted = (value: Json | undefined): number => {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw undecodable('a transaction with a count that is none')
  return value
}

/** Reads a record of the transaction topic. @throws BanyanError source-undecodable */
export const boundaryOf = (payload: JsonObject): DebeziumBoundary => {
  const { status, id } = payload
  if (typeof id !== 'string' || (status !== 'BEGIN' && status !== 'END')) throw undecodable('a transaction that neither begins nor ends')
  const at = recordTime(payload)
  if (status === 'BEGIN') return { kind: 'begin', id, at, count: 0, counts: new Map() }
  const counts = new Map<string, number>()
  const collections = payload['data_collections'] ?? []
  if (!Array.isArray(collections)) throw undecodable('a transaction with tables of no known form')
  for (const each of collections as readonly Json[]) {
    if (!isObject(each) || typeof each['data_collection'] !== 'string') throw undecodable('a transaction with a table of no name')
    counts.set(each['data_collection'], counted(each['event_count']))
  }
  return { kind: 'end', id, at, count: counted(payload['event_count']), counts }
}

/** A heartbeat: the source is idle, and alive. */
export const heartbeatOf = (payload: JsonObject): DebeziumRecord => {
  const at = recordTime(payload)
  if (at === null) throw undecodable('a heartbeat without a time')
  return { kind: 'heartbeat', at }
}
