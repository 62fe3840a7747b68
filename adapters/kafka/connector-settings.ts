import { BanyanError } from '../../src/model/errors.ts'
import type { TimeUnit } from './wire.ts'

/** The properties of a connector that say how its records are to be read; all others are left alone. */
export interface ConnectorSettings {
  readonly prefix: string
  readonly transactionTopic: string
  readonly heartbeatTopic: string
  /** What stands for a value that was not sent. */
  readonly placeholder: string
  readonly timeMode: TimeMode
  readonly decimals: 'precise' | 'string' | 'double'
  /** Decimals are JSON numbers, not base64. */
  readonly decimalsAsNumbers: boolean
  /** Null: not said, which is `bytes`. */
  readonly binary: 'bytes' | 'base64' | 'base64-url-safe' | 'hex'
  readonly intervals: 'numeric' | 'string'
  readonly bigUnsigned: 'long' | 'precise'
  readonly hstore: 'json' | 'map'
  /** Null: not said. */
  readonly dialect: Dialect | null
  readonly flattening: Flattening
}

/** MariaDB's types are those of MySQL here. */
export type Dialect = 'postgres' | 'mysql'

/** How ExtractNewRecordState was told to write what it flattens. */
export interface Flattening {
  /** Before the names of the fields that it adds. */
  readonly prefix: string
  /** A delete comes as a record without a value, and in no other way. */
  readonly tombstonesDelete: boolean
  /** Deletes do not come. */
  readonly dropsDeletes: boolean
  /** Fields that are added; null: not said. */
  readonly added: readonly string[] | null
}

export type TimeMode = 'adaptive' | 'adaptive_time_microseconds' | 'connect' | 'isostring' | 'microseconds' | 'nanoseconds'

const oneOf = <Name extends string>(config: ConnectorConfig, name: string, values: readonly [Name, ...(readonly Name[])]): Name => {
  const text = config[name]
  if (text === undefined) return values[0]
  const found = values.find((value) => value === text)
  if (found === undefined) {
    throw new BanyanError('config-invalid', `the connector's ${name} is ${text}, which is not known`, {
      hint: `known are ${values.join(', ')}`,
      where: name,
    })
  }
  return found
}

/** A connector's configuration, as `GET /connectors/{name}/config` of Connect gives it. */
export type ConnectorConfig = Readonly<Record<string, string>>

/** @throws BanyanError config-invalid for a mode that is not known, and where the prefix of the topics is missing. */
export const connectorSettings = (config: ConnectorConfig): ConnectorSettings => {
  const prefix = config['topic.prefix'] ?? config['database.server.name'] ?? ''
  if (prefix === '') {
    throw new BanyanError('config-invalid', 'the option connector has no topic.prefix', {
      hint: "give the connector's own configuration, or at least { 'topic.prefix': '…' }",
      where: 'connector',
    })
  }
  const family = /\.(?:mysql|mariadb)\./i.test(config['connector.class'] ?? '') ? 'adaptive_time_microseconds' : 'adaptive'
  const other = family === 'adaptive' ? 'adaptive_time_microseconds' : 'adaptive'
  return {
    prefix,
    transactionTopic: `${prefix}.${config['topic.transaction'] ?? 'transaction'}`,
    heartbeatTopic: `${config['topic.heartbeat.prefix'] ?? '__debezium-heartbeat'}.${prefix}`,
    placeholder: placeholderOf(config['unavailable.value.placeholder'] ?? '__debezium_unavailable_value'),
    timeMode: oneOf<TimeMode>(config, 'time.precision.mode', [family, other, 'connect', 'isostring', 'microseconds', 'nanoseconds']),
    decimals: oneOf(config, 'decimal.handling.mode', ['precise', 'string', 'double']),
    decimalsAsNumbers: (config['value.converter.decimal.format'] ?? '').toUpperCase() === 'NUMERIC',
    binary: oneOf(config, 'binary.handling.mode', ['bytes', 'base64', 'base64-url-safe', 'hex']),
    intervals: oneOf(config, 'interval.handling.mode', ['numeric', 'string']),
    bigUnsigned: oneOf(config, 'bigint.unsigned.handling.mode', ['long', 'precise']),
    hstore: oneOf(config, 'hstore.handling.mode', ['json', 'map']),
    dialect: dialectOf(config['connector.class']),
    flattening: flatteningOf(config),
  }
}

const dialectOf = (connectorClass: string | undefined): Dialect | null => {
  if (connectorClass === undefined) return null
  if (/postgres/i.test(connectorClass)) return 'postgres'
  return /mysql|mariadb/i.test(connectorClass) ? 'mysql' : null
}

const flattenerType = 'io.debezium.transforms.ExtractNewRecordState'

const flatteningOf = (config: ConnectorConfig): Flattening => {
  const names = (config['transforms'] ?? '').split(',').map((name) => name.trim())
  const name = names.find((each) => config[`transforms.${each}.type`] === flattenerType)
  const of = (property: string): string | undefined => (name === undefined ? undefined : config[`transforms.${name}.${property}`])
  const mode = of('delete.tombstone.handling.mode') ?? olderMode(of('delete.handling.mode'), of('drop.tombstones'))
  return {
    prefix: of('add.fields.prefix') ?? '__',
    tombstonesDelete: mode === 'tombstone' || mode === 'delete-to-tombstone',
    dropsDeletes: mode === 'drop',
    added: name === undefined ? null : (of('add.fields') ?? '').split(',').map((each) => each.trim()),
  }
}

/** Before 2.5 two properties said it. */
const olderMode = (deletes: string | undefined, dropTombstones: string | undefined): string => {
  if (deletes === undefined && dropTombstones === undefined) return 'tombstone'
  if (deletes === 'rewrite') return 'rewrite'
  if (deletes === 'none') return 'delete-to-tombstone'
  return dropTombstones === 'false' ? 'tombstone' : 'drop'
}

const placeholderOf = (text: string): string => (text.startsWith('hex:') ? Buffer.from(text.slice(4), 'hex').toString('utf8') : text)

/** Unit of a wall clock's count with so many digits behind the second; null: an ISO text. */
export const timestampUnit = (mode: TimeMode, digits: number): TimeUnit | null => {
  switch (mode) {
    case 'adaptive':
    case 'adaptive_time_microseconds':
      return digits <= 3 ? 'ms' : 'us'
    case 'connect':
      return 'ms'
    case 'microseconds':
      return 'us'
    case 'nanoseconds':
      return 'ns'
    case 'isostring':
      return null
    default:
      return mode satisfies never
  }
}

/** The same of a time of day. */
export const timeUnit = (mode: TimeMode, digits: number): TimeUnit | null =>
  mode === 'adaptive_time_microseconds' ? 'us' : timestampUnit(mode, digits)
