import type { ConnectorSettings } from './connector-settings.ts'
import { timestampUnit, timeUnit } from './connector-settings.ts'
import type { DeclaredType } from './declared-type.ts'
import type { TimeUnit, Wire } from './wire.ts'

/** What the connector makes of a declared type, where the records have no schema to say so. */
export const wireOfDeclared = (type: DeclaredType, dialect: 'postgres' | 'mysql', settings: ConnectorSettings): Wire => {
  const element = dialect === 'postgres' ? postgresWire(type, settings) : mysqlWire(type, settings)
  return type.list ? { kind: 'list', element } : element
}

const decimalWire = ({ args }: DeclaredType, settings: ConnectorSettings): Wire => {
  if (settings.decimals === 'string') return { kind: 'text' }
  if (settings.decimals === 'double') return { kind: 'float', bits: 64 }
  return { kind: 'decimal', scale: args[1] ?? 0 }
}

const bytesWire = ({ binary }: ConnectorSettings): Wire => {
  if (binary === 'hex') return { kind: 'hex' }
  return { kind: binary === 'base64-url-safe' ? 'base64url' : 'bytes' }
}

const daysWire = ({ timeMode }: ConnectorSettings): Wire => ({ kind: timeMode === 'isostring' ? 'isoDay' : 'days' })

const counted = (kind: 'time' | 'timestamp', unit: TimeUnit | null): Wire => {
  if (unit !== null) return { kind, unit }
  return { kind: kind === 'time' ? 'isoTime' : 'isoTimestamp' }
}

const postgresWire = (type: DeclaredType, settings: ConnectorSettings): Wire => {
  const digits = type.args[0] ?? 6
  switch (type.base) {
    case 'bool':
      return { kind: 'boolean' }
    case 'int2':
    case 'int4':
      return { kind: 'integer', bits: 32 }
    case 'int8':
    case 'oid':
      return { kind: 'integer', bits: 64 }
    case 'float4':
      return { kind: 'float', bits: 32 }
    case 'float8':
      return { kind: 'float', bits: 64 }
    case 'numeric':
      return type.args.length === 0 && settings.decimals === 'precise' ? { kind: 'scaledDecimal' } : decimalWire(type, settings)
    case 'money':
      return decimalWire({ ...type, args: [19, 2] }, settings)
    case 'bytea':
      return bytesWire(settings)
    case 'date':
      return daysWire(settings)
    case 'time':
      return counted('time', timeUnit(settings.timeMode, digits))
    case 'timestamp':
      return counted('timestamp', timestampUnit(settings.timeMode, digits))
    case 'timestamptz':
      return { kind: 'zoned' }
    case 'timetz':
      return { kind: 'zonedTime' }
    case 'interval':
      return settings.intervals === 'string' ? { kind: 'interval' } : { kind: 'duration', unit: 'us' }
    case 'bit':
      return (type.args[0] ?? 1) === 1 ? { kind: 'boolean' } : { kind: 'bits', length: type.args[0] ?? 1 }
    case 'varbit':
      return { kind: 'bits', length: null }
    case 'point':
      return { kind: 'point' }
    case 'geometry':
    case 'geography':
      return { kind: 'geometry' }
    case 'line':
    case 'lseg':
    case 'box':
    case 'path':
    case 'polygon':
    case 'circle':
      return { kind: 'unknown', what: type.base }
    case 'hstore':
      return { kind: settings.hstore === 'map' ? 'map' : 'text' }
    default:
      return { kind: 'text' }
  }
}

const mysqlWire = (type: DeclaredType, settings: ConnectorSettings): Wire => {
  const digits = type.args[0] ?? 0
  switch (type.base) {
    case 'tinyint':
    case 'smallint':
    case 'mediumint':
    case 'year':
      return { kind: 'integer', bits: 32 }
    case 'int':
      return { kind: 'integer', bits: type.unsigned ? 64 : 32 }
    case 'bigint':
      return type.unsigned && settings.bigUnsigned === 'precise' ? { kind: 'decimal', scale: 0 } : { kind: 'integer', bits: 64 }
    case 'float':
      return { kind: 'float', bits: 32 }
    case 'double':
      return { kind: 'float', bits: 64 }
    case 'decimal':
      return decimalWire(type, settings)
    case 'bit':
      return digits <= 1 ? { kind: 'boolean' } : { kind: 'bits', length: digits }
    case 'date':
      return daysWire(settings)
    case 'time':
      return counted('time', timeUnit(settings.timeMode, digits))
    case 'datetime':
      return counted('timestamp', timestampUnit(settings.timeMode, digits))
    case 'timestamp':
      return { kind: 'zoned' }
    case 'vector':
      return { kind: 'list', element: { kind: 'float', bits: 32 } }
    default:
      return structured(type.base, settings)
  }
}

const geometries = /^(?:geometry|point|linestring|polygon|multipoint|multilinestring|multipolygon|geometrycollection|geomcollection)$/

const structured = (base: string, settings: ConnectorSettings): Wire => {
  if (geometries.test(base)) return { kind: 'geometry' }
  return /^(?:binary|varbinary|tinyblob|blob|mediumblob|longblob)$/.test(base) ? bytesWire(settings) : { kind: 'text' }
}
