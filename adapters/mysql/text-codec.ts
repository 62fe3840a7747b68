import type { Value } from '../../src/model/value.ts'
import type { CatalogueColumn } from './catalogue.ts'
import { utf8Text } from './charset.ts'
import { quotedName } from './connect.ts'
import { decimalFromText, readBits, shortestFloat } from './numeric-value.ts'
import { datetimeFromText } from './temporal-value.ts'

/** One value from what a SELECT sends: text in UTF-8, or bytes. */
export type TextCodec = (bytes: Buffer) => Value

const text: TextCodec = (bytes) => utf8Text(bytes, 0, bytes.length)
const number: TextCodec = (bytes) => Number(bytes.toString('latin1'))
const raw: TextCodec = (bytes) => new Uint8Array(bytes)

const codecs: Readonly<Record<string, TextCodec>> = {
  tinyint: number,
  smallint: number,
  mediumint: number,
  int: number,
  bigint: (bytes) => BigInt(bytes.toString('latin1')),
  float: (bytes) => shortestFloat(Math.fround(Number(bytes.toString('latin1')))),
  double: number,
  decimal: (bytes) => decimalFromText(bytes.toString('latin1')),
  year: number,
  datetime: (bytes) => datetimeFromText(bytes.toString('latin1')),
  timestamp: (bytes) => `${datetimeFromText(bytes.toString('latin1'))}Z`,
  binary: raw,
  varbinary: raw,
  tinyblob: raw,
  blob: raw,
  mediumblob: raw,
  longblob: raw,
  vector: raw,
  geometry: raw,
  point: raw,
  linestring: raw,
  polygon: raw,
  multipoint: raw,
  multilinestring: raw,
  multipolygon: raw,
  geomcollection: raw,
  geometrycollection: raw,
}

/** The way from a SELECT to the value that the log gives for the same row. Types that are not listed are text. */
export const textCodec = ({ kind, bits }: CatalogueColumn): TextCodec =>
  kind === 'bit' ? (bytes) => readBits(bytes, 0, bytes.length, bits) : (codecs[kind] ?? text)

/** What to select: a float's own text is rounded to six digits, its value as a double is not. */
export const selectExpression = ({ name, kind }: CatalogueColumn): string =>
  kind === 'float' ? `${quotedName(name)} + 0e0` : quotedName(name)
