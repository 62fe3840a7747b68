import type { ByteReader } from './byte-reader.ts'
import { undecodable } from './undecodable.ts'

/** Column types by their number on the wire. */
export const columnType = {
  tiny: 1,
  short: 2,
  long: 3,
  float: 4,
  double: 5,
  timestampOld: 7,
  longlong: 8,
  int24: 9,
  date: 10,
  timeOld: 11,
  datetimeOld: 12,
  year: 13,
  newdate: 14,
  varchar: 15,
  bit: 16,
  timestamp: 17,
  datetime: 18,
  time: 19,
  blobCompressed: 140,
  varcharCompressed: 141,
  vector: 242,
  json: 245,
  decimal: 246,
  enum: 247,
  set: 248,
  tinyBlob: 249,
  mediumBlob: 250,
  longBlob: 251,
  blob: 252,
  varString: 253,
  string: 254,
  geometry: 255,
} as const

/** A column as the log describes its bytes. */
export interface ColumnShape {
  readonly type: number
  /** Of characters and bytes: the most bytes that a value can have. Of enum and set: the bytes that a value has. */
  readonly maxBytes: number
  /** Of blobs and the like: bytes of a value's length. */
  readonly lengthBytes: number
  readonly precision: number
  /** Digits behind the point, of decimals and of seconds. */
  readonly scale: number
  readonly bits: number
}

const plain = (type: number): ColumnShape => ({ type, maxBytes: 0, lengthBytes: 0, precision: 0, scale: 0, bits: 0 })

/** @throws BanyanError source-undecodable for a type that this version does not know. */
export const readColumnShape = (type: number, meta: ByteReader): ColumnShape => {
  const of = columnType
  switch (type) {
    case of.tiny:
    case of.short:
    case of.int24:
    case of.long:
    case of.longlong:
    case of.year:
    case of.date:
    case of.newdate:
      return plain(type)
    case of.float:
    case of.double:
      meta.skip(1)
      return plain(type)
    case of.varchar:
    case of.varcharCompressed:
      return { ...plain(type), maxBytes: meta.uint(2) }
    case of.bit: {
      const odd = meta.uint(1)
      return { ...plain(type), bits: odd + 8 * meta.uint(1) }
    }
    case of.decimal: {
      const precision = meta.uint(1)
      return { ...plain(type), precision, scale: meta.uint(1) }
    }
    case of.tinyBlob:
    case of.mediumBlob:
    case of.longBlob:
    case of.blob:
    case of.blobCompressed:
    case of.json:
    case of.geometry:
    case of.vector:
      return { ...plain(type), lengthBytes: meta.uint(1) }
    case of.timestamp:
    case of.datetime:
    case of.time:
      return { ...plain(type), scale: meta.uint(1) }
    case of.string:
    case of.varString:
    case of.enum:
    case of.set:
      return stringShape(meta.uint(1), meta.uint(1))
    case of.timestampOld:
    case of.datetimeOld:
    case of.timeOld:
      throw undecodable(
        'a column in the form that times had before MySQL 5.6 and MariaDB 10.1',
        'rewrite the table with ALTER TABLE … FORCE under mysql56_temporal_format=ON, then begin again with a snapshot',
      )
    default:
      throw undecodable(`a column of the unknown type ${type}`)
  }
}

/** Enum, set and char share a number; the real type is in their description, with two bits of the length folded in. */
const stringShape = (first: number, second: number): ColumnShape =>
  first === columnType.enum || first === columnType.set
    ? { ...plain(first), maxBytes: second }
    : { ...plain(columnType.string), maxBytes: (((first & 0x30) ^ 0x30) << 4) | second }
