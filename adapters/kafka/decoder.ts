import { BanyanError } from '../../src/model/errors.ts'
import type { Row } from '../../src/model/value.ts'
import { boundaryOf, heartbeatOf } from './boundary.ts'
import type { ConnectorSettings, Dialect } from './connector-settings.ts'
import type { DebeziumChange, DebeziumRecord, Membership, Origin } from './debezium-record.ts'
import { digitsNeeded, isObject } from './exact-json.ts'
import type { JsonObject } from './exact-json.ts'
import { flattenedRecord } from './flattened.ts'
import { membershipOf, originOf } from './origin.ts'
import type { KafkaRecord } from './record.ts'
import { placeOf } from './record.ts'
import type { RecordReader } from './record-json.ts'
import { recordReader } from './record-json.ts'
import type { CapturedTable, Relation } from './relation.ts'
import type { Relations, TableSources } from './relations.ts'
import { objectIn, relations } from './relations.ts'
import type { RowImages } from './row-change.ts'
import { operationOf, rowImages } from './row-change.ts'
import { undecodable, unsettled } from './undecodable.ts'

/** Reads records of a connector's topics. */
export interface DebeziumDecoder {
  /** @throws BanyanError source-undecodable, with the place of the record and without its values. */
  readonly decode: (record: KafkaRecord) => DebeziumRecord
}

interface TopicReaders {
  readonly keys: RecordReader
  readonly values: RecordReader
  /** Records of it had numbers that a double does not hold. */
  exactly: boolean
}

interface State {
  readonly settings: ConnectorSettings
  readonly relations: Relations
  readonly schema: string
  readonly topics: Map<string, TopicReaders>
}

/**
 * A pure reading of Debezium's JSON: with and without schemas, whole envelopes and flattened rows, transactions,
 * heartbeats, tombstones. 64-bit numbers and decimals are exact; what is not known is left out, never made up.
 */
export const debeziumDecoder = (sources: TableSources): DebeziumDecoder => {
  const state: State = { settings: sources.settings, relations: relations(sources), schema: sources.schema, topics: new Map() }
  return {
    decode: (record) => {
      const topic = readersOf(state, record.topic)
      try {
        return decodeTwice(state, topic, record)
      } catch (error) {
        throw located(error, record)
      }
    },
  }
}

const readersOf = ({ topics }: State, topic: string): TopicReaders => {
  const known = topics.get(topic)
  if (known !== undefined) return known
  const made = { keys: recordReader(), values: recordReader(), exactly: false }
  topics.set(topic, made)
  return made
}

const decodeTwice = (state: State, topic: TopicReaders, record: KafkaRecord): DebeziumRecord => {
  try {
    return decodeRecord(state, topic, record, topic.exactly)
  } catch (error) {
    if (error !== digitsNeeded || topic.exactly) throw error
    return decodeRecord(state, topic, record, true)
  }
}

const located = (error: unknown, record: KafkaRecord): unknown => {
  if (error instanceof BanyanError)
    return new BanyanError(error.code, error.message, { hint: error.hint, where: placeOf(record), cause: error })
  // Nesting without an end, numbers beyond every form: all of them the record's fault.
  const { code, message, hint } = undecodable('a record that cannot be read')
  return new BanyanError(code, message, { hint, where: placeOf(record), cause: error })
}

const decodeRecord = (state: State, topic: TopicReaders, record: KafkaRecord, exactly: boolean): DebeziumRecord => {
  if (record.value === null) return withoutValue(state, topic, record, exactly)
  const { schema, payload } = topic.values.read(record.value, exactly)
  if (payload === null) return withoutValue(state, topic, record, exactly)
  if (!isObject(payload)) throw undecodable('a record that is no object')
  const { settings } = state
  if (record.topic === settings.transactionTopic) return boundaryOf(payload)
  if (record.topic === settings.heartbeatTopic) return heartbeatOf(payload)
  if (record.topic === settings.prefix) return { kind: 'passed', what: 'a change of schema' }
  const source = objectIn(payload, 'source')
  const reading: Reading = { state, topic, record, exactly, schema }
  if (source !== null && typeof payload['op'] === 'string') return envelopeChange(reading, payload['op'], payload, source)
  return flattenedChange(reading, payload)
}

interface Reading {
  readonly state: State
  readonly topic: TopicReaders
  readonly record: KafkaRecord
  readonly exactly: boolean
  readonly schema: JsonObject | null
}

const dialects: Readonly<Record<string, Dialect>> = { postgresql: 'postgres', mysql: 'mysql', mariadb: 'mysql' }

const envelopeChange = (reading: Reading, letter: string, payload: JsonObject, source: JsonObject): DebeziumRecord => {
  if (letter === 'm') return { kind: 'passed', what: 'a logical message' }
  const op = operationOf(letter)
  const origin = originOf(source)
  const dialect = Object.hasOwn(dialects, origin.connector) ? dialects[origin.connector] : undefined
  if (dialect === undefined) throw undecodable('a change of a connector other than those of PostgreSQL, MySQL and MariaDB')
  const [schemaName, tableName] = [source[dialect === 'postgres' ? 'schema' : 'db'], source['table']]
  if (typeof schemaName !== 'string' || typeof tableName !== 'string') throw undecodable('a change of no table')
  const { relations: all } = reading.state
  const table = all.tableOf(dialect, schemaName, tableName)
  if (table === null) return { kind: 'passed', what: 'a table that is not captured' }
  const relation = all.of(dialect, table, reading.schema, 'after')
  const images = rowImages(op, {
    relation,
    before: objectIn(payload, 'before'),
    after: objectIn(payload, 'after'),
    recordKey: () => recordKey(reading, dialect, table),
  })
  // A truncate ends the transaction before it and is none: the binlog connectors tell no end of it.
  const membership = dialect === 'mysql' && op === 'truncate' ? null : membershipOf(payload['transaction'])
  return changeOf(table, images, origin, membership)
}

const changeOf = (table: CapturedTable, images: RowImages, origin: Origin, membership: Membership | null): DebeziumChange => ({
  kind: 'change',
  table,
  collection: table.collection,
  op: images.op,
  key: images.key,
  before: images.before,
  after: images.after,
  beforeKind: images.beforeKind,
  omitted: images.omitted,
  origin,
  membership,
})

const flattenedChange = (reading: Reading, payload: JsonObject): DebeziumRecord => {
  const { state } = reading
  const [schemaOfTopic, tableOfTopic] = tableOfTopicName(state, reading.record.topic)
  const named = state.relations.tableOf(dialectOf(state, null), schemaOfTopic, tableOfTopic)
  const {
    op: letter,
    row,
    origin,
    membership,
    ...of
  } = flattenedRecord(payload, state.settings.flattening, (name) => named?.types.has(name) ?? false)
  if (letter === 'm') return { kind: 'passed', what: 'a logical message' }
  const op = operationOf(letter)
  const dialect = dialectOf(state, origin.connector)
  const [schemaName, tableName] = [of.schema ?? schemaOfTopic, of.table ?? tableOfTopic]
  const table = state.relations.tableOf(dialect, schemaName, tableName)
  if (table === null) return { kind: 'passed', what: 'a table that is not captured' }
  const relation = state.relations.of(dialect, table, reading.schema, null)
  const [before, after] = op === 'delete' ? [row, null] : [null, row]
  const images = rowImages(op, { relation, before, after, recordKey: () => recordKey(reading, dialect, table) })
  return changeOf(table, images, origin, membership)
}

const dialectOf = ({ settings }: State, connector: string | null): Dialect => {
  const said = connector !== null && Object.hasOwn(dialects, connector) ? dialects[connector] : undefined
  const dialect = said ?? settings.dialect
  if (dialect === null) {
    throw unsettled('rows that do not say of what kind of database they are', "give the connector's own configuration (connector.class)")
  }
  return dialect
}

/** `prefix.schema.table`. */
const tableOfTopicName = ({ settings, schema }: State, topic: string): readonly [schema: string, table: string] => {
  const rest = topic.startsWith(`${settings.prefix}.`) ? topic.slice(settings.prefix.length + 1) : topic
  const dot = rest.indexOf('.')
  return dot < 0 ? [schema, rest] : [rest.slice(0, dot), rest.slice(dot + 1)]
}

/** A record without a value deletes its row where the flattening leaves nothing else of a delete. */
const withoutValue = (state: State, topic: TopicReaders, record: KafkaRecord, exactly: boolean): DebeziumRecord => {
  const { flattening } = state.settings
  if (flattening.added === null || !flattening.tombstonesDelete) return { kind: 'tombstone' }
  const [schemaName, tableName] = tableOfTopicName(state, record.topic)
  const dialect = dialectOf(state, null)
  const table = state.relations.tableOf(dialect, schemaName, tableName)
  if (table === null) return { kind: 'tombstone' }
  const reading: Reading = { state, topic, record, exactly, schema: null }
  const relation: Relation = state.relations.of(dialect, table, null, null)
  const images = rowImages('delete', { relation, before: null, after: null, recordKey: () => recordKey(reading, dialect, table) })
  return changeOf(table, images, originOf({}), null)
}

const recordKey = ({ state, topic, record, exactly }: Reading, dialect: Dialect, table: CapturedTable): Row | null => {
  if (record.key === null) return null
  const { schema, payload } = topic.keys.read(record.key, exactly)
  return isObject(payload) ? state.relations.of(dialect, table, schema, null).read(payload).row : null
}
