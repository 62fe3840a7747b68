import type { DeclaredType } from '../declared-type.ts'
import { declaredType } from '../declared-type.ts'
import type { TimeUnit, Wire } from '../wire.ts'
import type { EmitSettings } from './emit-settings.ts'
import type { LogPlace } from './log-place.ts'
import type { TableWriter } from './table-writer.ts'

/** A schema of Connect, as its JSON converter writes it. */
export interface Schema {
  readonly type: string
  readonly name?: string
  readonly version?: number
  readonly parameters?: Readonly<Record<string, string>>
  readonly items?: Schema
  readonly fields?: readonly (Schema & { readonly optional: boolean; readonly field: string })[]
  readonly keys?: Schema
  readonly values?: Schema
  readonly optional?: boolean
}

type Field = NonNullable<Schema['fields']>[number]

const field = (name: string, schema: Schema, optional: boolean): Field => ({ ...schema, optional, field: name })

const plain = (type: string): Schema => ({ type })
const named = (type: string, name: string, parameters?: Readonly<Record<string, string>>): Schema => ({
  type,
  name,
  version: 1,
  ...(parameters === undefined ? {} : { parameters }),
})

/** The texts of both, as they stand before the payloads. */
export interface SchemaTexts {
  readonly key: string
  readonly value: string
}

export const emptySchemas: SchemaTexts = { key: '', value: '' }

/** Columns beside the key are optional whatever the table says: of a deleted row nothing else may be known. */
export const tableSchemas = (rows: TableWriter, connector: LogPlace['connector'], settings: EmitSettings): SchemaTexts => {
  const { table, wires, collection } = rows
  const prefix = `${settings.connector.prefix}.${collection}`
  const dialect = connector === 'postgresql' ? 'postgres' : 'mysql'
  const fieldOf = (name: string, type: string): Field =>
    field(name, schemaOf(wires.get(name) ?? { kind: 'text' }, declaredType(type, dialect), dialect), !table.key.includes(name))
  const columns = table.columns.map(({ name, type }) => fieldOf(name, type))
  const keys = table.key.flatMap((name) => columns.filter((column) => column.field === name))
  const row: Schema = { type: 'struct', fields: columns, name: `${prefix}.Value` }
  const envelope: Schema = {
    type: 'struct',
    fields: [
      field('before', row, true),
      field('after', row, true),
      field('source', sourceSchema(connector), false),
      field('transaction', blockSchema, true),
      field('op', plain('string'), false),
      ...['ts_ms', 'ts_us', 'ts_ns'].map((name) => field(name, plain('int64'), true)),
    ],
    name: `${prefix}.Envelope`,
    version: 2,
    optional: false,
  }
  return { key: schemaText({ type: 'struct', fields: keys, name: `${prefix}.Key`, optional: false }), value: schemaText(envelope) }
}

/** Member by member as the converter writes it: keys are told apart by their bytes. */
const schemaText = (schema: Schema): string => JSON.stringify(schema, (_, each: unknown) => (isSchema(each) ? inOrder(each) : each))

const isSchema = (value: unknown): value is Schema & { readonly field?: string } =>
  value !== null && typeof value === 'object' && 'type' in value && typeof value.type === 'string'

const inOrder = ({
  type,
  items,
  fields,
  keys,
  values,
  optional,
  name,
  version,
  parameters,
  field: own,
}: Schema & { readonly field?: string }): object => ({
  type,
  items,
  fields,
  keys,
  values,
  optional,
  name,
  version,
  parameters,
  field: own,
})

const snapshotFlag: Schema = named('string', 'io.debezium.data.Enum', {
  allowed: 'true,first,first_in_data_collection,last_in_data_collection,last,false,incremental',
})

const sourceSchema = (connector: LogPlace['connector']): Schema => ({
  type: 'struct',
  fields: [
    ...['version', 'connector', 'name'].map((name) => field(name, plain('string'), false)),
    field('ts_ms', plain('int64'), false),
    field('snapshot', snapshotFlag, true),
    field('db', plain('string'), false),
    field('sequence', plain('string'), true),
    field('ts_us', plain('int64'), true),
    field('ts_ns', plain('int64'), true),
    ...(connector === 'postgresql' ? postgresFields : binlogFields),
  ],
  name: `io.debezium.connector.${connector}.Source`,
  version: 1,
})

const postgresFields: readonly Field[] = [
  field('schema', plain('string'), false),
  field('table', plain('string'), false),
  ...['txId', 'lsn', 'xmin'].map((name) => field(name, plain('int64'), true)),
  field('origin', plain('string'), true),
  field('origin_lsn', plain('int64'), true),
]

const binlogFields: readonly Field[] = [
  field('table', plain('string'), true),
  field('server_id', plain('int64'), false),
  field('gtid', plain('string'), true),
  field('file', plain('string'), false),
  field('pos', plain('int64'), false),
  field('row', plain('int32'), false),
  field('thread', plain('int64'), true),
  field('query', plain('string'), true),
]

const blockSchema: Schema = {
  ...named('struct', 'event.block'),
  fields: [
    field('id', plain('string'), false),
    ...['total_order', 'data_collection_order'].map((name) => field(name, plain('int64'), false)),
  ],
}

const collectionSchema: Schema = {
  ...named('struct', 'event.collection'),
  fields: [field('data_collection', plain('string'), false), field('event_count', plain('int64'), false)],
  optional: true,
}

/** Of the transaction topic. */
export const boundarySchemas: { readonly key: Schema; readonly value: Schema } = {
  key: {
    ...named('struct', 'io.debezium.connector.common.TransactionMetadataKey'),
    fields: [field('id', plain('string'), false)],
    optional: false,
  },
  value: {
    ...named('struct', 'io.debezium.connector.common.TransactionMetadataValue'),
    fields: [
      field('status', plain('string'), false),
      field('id', plain('string'), false),
      field('event_count', plain('int64'), true),
      field('data_collections', { type: 'array', items: collectionSchema }, true),
      field('ts_ms', plain('int64'), false),
    ],
    optional: false,
  },
}

const schemaOf = (wire: Wire, type: DeclaredType, dialect: 'postgres' | 'mysql'): Schema => {
  switch (wire.kind) {
    case 'boolean':
      return plain('boolean')
    case 'integer':
      return type.base === 'year' ? named('int32', 'io.debezium.time.Year') : plain(integerType(wire.bits, type))
    case 'float':
      return plain(wire.bits === 32 ? 'float' : 'double')
    case 'text':
      return textSchema(type)
    case 'hex':
    case 'base64url':
      return plain('string')
    case 'bytes':
      return plain('bytes')
    case 'decimal':
      return named('bytes', 'org.apache.kafka.connect.data.Decimal', decimalParameters(wire.scale, type))
    case 'scaledDecimal':
      return {
        ...named('struct', 'io.debezium.data.VariableScaleDecimal'),
        fields: [field('scale', plain('int32'), false), field('value', plain('bytes'), false)],
      }
    case 'bits':
      return named('bytes', 'io.debezium.data.Bits', { length: String(wire.length ?? 2_147_483_647) })
    case 'point':
      return {
        ...named('struct', 'io.debezium.data.geometry.Point'),
        fields: [field('x', plain('double'), false), field('y', plain('double'), false), ...geometryFields(true)],
      }
    case 'geometry':
      return { ...named('struct', 'io.debezium.data.geometry.Geometry'), fields: geometryFields(false) }
    case 'map':
      return { type: 'map', keys: { type: 'string', optional: false }, values: { type: 'string', optional: true } }
    case 'list':
      return { type: 'array', items: { ...schemaOf(wire.element, { ...type, list: false }, dialect), optional: true } }
    case 'sparse':
    case 'unknown':
      return plain('string')
    default:
      return temporalSchema(wire)
  }
}

const geometryFields = (optionalBytes: boolean): readonly Field[] => [
  field('wkb', plain('bytes'), optionalBytes),
  field('srid', plain('int32'), true),
]

const integerType = (bits: 32 | 64, { base }: DeclaredType): string => {
  if (bits === 64) return 'int64'
  return base === 'int2' || base === 'tinyint' || base === 'smallint' ? 'int16' : 'int32'
}

const decimalParameters = (scale: number, { args, base }: DeclaredType): Readonly<Record<string, string>> => ({
  scale: String(scale),
  ...(args[0] === undefined || base === 'money' ? {} : { 'connect.decimal.precision': String(args[0]) }),
})

const textNames: Readonly<Record<string, string>> = {
  json: 'io.debezium.data.Json',
  jsonb: 'io.debezium.data.Json',
  hstore: 'io.debezium.data.Json',
  uuid: 'io.debezium.data.Uuid',
  xml: 'io.debezium.data.Xml',
  tsvector: 'io.debezium.data.Tsvector',
}

const textSchema = ({ base }: DeclaredType): Schema => {
  const name = textNames[base]
  return name === undefined ? plain('string') : named('string', name)
}

const counted: Readonly<Record<'time' | 'timestamp' | 'duration', Readonly<Record<TimeUnit, Schema>>>> = {
  time: {
    ms: named('int32', 'io.debezium.time.Time'),
    us: named('int64', 'io.debezium.time.MicroTime'),
    ns: named('int64', 'io.debezium.time.NanoTime'),
  },
  timestamp: {
    ms: named('int64', 'io.debezium.time.Timestamp'),
    us: named('int64', 'io.debezium.time.MicroTimestamp'),
    ns: named('int64', 'io.debezium.time.NanoTimestamp'),
  },
  duration: {
    ms: named('int64', 'io.debezium.time.MicroDuration'),
    us: named('int64', 'io.debezium.time.MicroDuration'),
    ns: named('int64', 'io.debezium.time.NanoDuration'),
  },
}

const temporalNames = {
  days: named('int32', 'io.debezium.time.Date'),
  zoned: named('string', 'io.debezium.time.ZonedTimestamp'),
  zonedTime: named('string', 'io.debezium.time.ZonedTime'),
  interval: named('string', 'io.debezium.time.Interval'),
  isoDay: named('string', 'io.debezium.time.IsoDate'),
  isoTime: named('string', 'io.debezium.time.IsoTime'),
  isoTimestamp: named('string', 'io.debezium.time.IsoTimestamp'),
} as const

const temporalSchema = (wire: Extract<Wire, { kind: keyof typeof counted | keyof typeof temporalNames }>): Schema =>
  wire.kind === 'time' || wire.kind === 'timestamp' || wire.kind === 'duration' ? counted[wire.kind][wire.unit] : temporalNames[wire.kind]
