import type { ColumnShape as SeenColumn, ValueKind } from '../../src/model/table-shape.ts'
import type { ColumnShape } from './column-type.ts'
import { columnType } from './column-type.ts'

export interface DescribedColumn {
  readonly name: string
  readonly shape: ColumnShape
  readonly unsigned: boolean
  readonly isText: boolean
  readonly labels: readonly string[]
}

/** A column as rules see it. It hangs on nothing but what the log says, so that the same log always gives the same. */
export const seenColumn = (column: DescribedColumn): SeenColumn => ({ name: column.name, type: typeText(column), holds: kindOf(column) })

const of = columnType

const plainNames: Readonly<Record<number, string>> = {
  [of.tiny]: 'tinyint',
  [of.short]: 'smallint',
  [of.int24]: 'mediumint',
  [of.long]: 'int',
  [of.longlong]: 'bigint',
  [of.float]: 'float',
  [of.double]: 'double',
  [of.date]: 'date',
  [of.newdate]: 'date',
  [of.year]: 'year',
  [of.json]: 'json',
  [of.geometry]: 'geometry',
  [of.vector]: 'vector',
}

const blobNames = ['', 'tiny', '', 'medium', 'long'] as const

const typeText = ({ shape, unsigned, isText, labels }: DescribedColumn): string => {
  const sign = unsigned ? ' unsigned' : ''
  const digits = shape.scale === 0 ? '' : `(${shape.scale})`
  const quoted = labels.map((label) => `'${label.replaceAll("'", "''")}'`).join(',')
  switch (shape.type) {
    case of.decimal:
      return `decimal(${shape.precision},${shape.scale})${sign}`
    case of.bit:
      return `bit(${shape.bits})`
    case of.time:
      return `time${digits}`
    case of.datetime:
      return `datetime${digits}`
    case of.timestamp:
      return `timestamp${digits}`
    case of.enum:
      return `enum(${quoted})`
    case of.set:
      return `set(${quoted})`
    case of.varchar:
    case of.varString:
      return `${isText ? 'varchar' : 'varbinary'}(${shape.maxBytes} bytes)`
    case of.string:
      return `${isText ? 'char' : 'binary'}(${shape.maxBytes} bytes)`
    case of.tinyBlob:
    case of.mediumBlob:
    case of.longBlob:
    case of.blob:
      return `${blobNames[shape.lengthBytes] ?? ''}${isText ? 'text' : 'blob'}`
    default:
      return `${plainNames[shape.type] ?? `type ${shape.type}`}${sign}`
  }
}

/** As `columnCodec` reads them. */
const kindOf = ({ shape, isText }: DescribedColumn): ValueKind => {
  switch (shape.type) {
    case of.tiny:
    case of.short:
    case of.int24:
    case of.long:
    case of.float:
    case of.double:
    case of.year:
      return 'number'
    case of.longlong:
      return 'bigint'
    case of.bit:
      return shape.bits === 1 ? 'boolean' : 'bigint'
    case of.varchar:
    case of.varString:
    case of.string:
    case of.tinyBlob:
    case of.mediumBlob:
    case of.longBlob:
    case of.blob:
      return isText ? 'text' : 'bytes'
    case of.geometry:
    case of.vector:
      return 'bytes'
    default:
      return 'text'
  }
}
