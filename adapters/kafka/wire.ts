import type { Json, JsonObject } from './exact-json.ts'
import { isObject } from './exact-json.ts'
import { undecodable } from './undecodable.ts'

export type TimeUnit = 'ms' | 'us' | 'ns'

/** How the values of one column lie in JSON: what a Connect schema says, or what the connector's settings make of a type. */
export type Wire =
  | TemporalWire
  | { readonly kind: 'boolean' | 'text' }
  | { readonly kind: 'integer'; readonly bits: 32 | 64 }
  | { readonly kind: 'float'; readonly bits: 32 | 64 }
  | { readonly kind: 'bytes' | 'base64url' | 'hex' }
  | { readonly kind: 'decimal'; readonly scale: number }
  | { readonly kind: 'scaledDecimal' | 'point' | 'geometry' | 'sparse' | 'map' }
  | { readonly kind: 'bits'; readonly length: number | null }
  | { readonly kind: 'list'; readonly element: Wire }
  /** What it holds is not read, and named as not sent. */
  | { readonly kind: 'unknown'; readonly what: string }

/** Dates and times. */
export type TemporalWire =
  | { readonly kind: 'days' | 'zoned' | 'zonedTime' | 'interval' | 'isoDay' | 'isoTime' | 'isoTimestamp' }
  | { readonly kind: 'time' | 'timestamp' | 'duration'; readonly unit: TimeUnit }

/** By the semantic name of a Connect schema. What is not here goes by its type. */
const named: Readonly<Record<string, Wire>> = {
  'io.debezium.data.VariableScaleDecimal': { kind: 'scaledDecimal' },
  'io.debezium.time.Date': { kind: 'days' },
  'org.apache.kafka.connect.data.Date': { kind: 'days' },
  'io.debezium.time.IsoDate': { kind: 'isoDay' },
  'io.debezium.time.Time': { kind: 'time', unit: 'ms' },
  'org.apache.kafka.connect.data.Time': { kind: 'time', unit: 'ms' },
  'io.debezium.time.MicroTime': { kind: 'time', unit: 'us' },
  'io.debezium.time.NanoTime': { kind: 'time', unit: 'ns' },
  'io.debezium.time.IsoTime': { kind: 'isoTime' },
  'io.debezium.time.Timestamp': { kind: 'timestamp', unit: 'ms' },
  'org.apache.kafka.connect.data.Timestamp': { kind: 'timestamp', unit: 'ms' },
  'io.debezium.time.MicroTimestamp': { kind: 'timestamp', unit: 'us' },
  'io.debezium.time.NanoTimestamp': { kind: 'timestamp', unit: 'ns' },
  'io.debezium.time.IsoTimestamp': { kind: 'isoTimestamp' },
  'io.debezium.time.ZonedTimestamp': { kind: 'zoned' },
  'io.debezium.time.ZonedTime': { kind: 'zonedTime' },
  'io.debezium.time.MicroDuration': { kind: 'duration', unit: 'us' },
  'io.debezium.time.NanoDuration': { kind: 'duration', unit: 'ns' },
  'io.debezium.time.Interval': { kind: 'interval' },
  'io.debezium.data.geometry.Point': { kind: 'point' },
  'io.debezium.data.geometry.Geometry': { kind: 'geometry' },
  'io.debezium.data.geometry.Geography': { kind: 'geometry' },
  'io.debezium.data.SparseDoubleVector': { kind: 'sparse' },
  'io.debezium.data.SparseVector': { kind: 'sparse' },
}

const typed: Readonly<Record<string, Wire>> = {
  boolean: { kind: 'boolean' },
  int8: { kind: 'integer', bits: 32 },
  int16: { kind: 'integer', bits: 32 },
  int32: { kind: 'integer', bits: 32 },
  int64: { kind: 'integer', bits: 64 },
  float: { kind: 'float', bits: 32 },
  float32: { kind: 'float', bits: 32 },
  double: { kind: 'float', bits: 64 },
  float64: { kind: 'float', bits: 64 },
  string: { kind: 'text' },
  bytes: { kind: 'bytes' },
  map: { kind: 'map' },
}

const maxDepth = 16

/** @throws BanyanError source-undecodable for what is no schema. */
export const wireOfSchema = (schema: Json | undefined, depth = 0): Wire => {
  if (!isObject(schema) || typeof schema['type'] !== 'string' || depth > maxDepth) throw undecodable('a schema of no known form')
  const { type, name } = schema
  const known = typeof name === 'string' && Object.hasOwn(named, name) ? named[name] : undefined
  if (known !== undefined) return known
  if (name === 'org.apache.kafka.connect.data.Decimal') return { kind: 'decimal', scale: numberParameter(schema, 'scale') ?? 0 }
  if (name === 'io.debezium.data.Bits') return { kind: 'bits', length: numberParameter(schema, 'length') }
  if (type === 'array') return { kind: 'list', element: wireOfSchema(schema['items'], depth + 1) }
  return (Object.hasOwn(typed, type) ? typed[type] : undefined) ?? { kind: 'unknown', what: typeof name === 'string' ? name : type }
}

const numberParameter = (schema: JsonObject, name: string): number | null => {
  const { parameters } = schema
  const text = isObject(parameters) ? parameters[name] : undefined
  const value = typeof text === 'string' || typeof text === 'number' ? Number(text) : Number.NaN
  return Number.isInteger(value) && Math.abs(value) < 100_000_000 ? value : null
}

/** Fields of a struct's schema by name, with the wire of each; in the schema's order. */
export const wiresOfStruct = (schema: Json | undefined): ReadonlyMap<string, Wire> => {
  const fields = isObject(schema) ? schema['fields'] : undefined
  if (!Array.isArray(fields)) throw undecodable('a schema without fields')
  const wires = new Map<string, Wire>()
  for (const field of fields as readonly Json[]) {
    if (!isObject(field) || typeof field['field'] !== 'string') throw undecodable('a schema with a field of no name')
    wires.set(field['field'], wireOfSchema(field))
  }
  return wires
}
