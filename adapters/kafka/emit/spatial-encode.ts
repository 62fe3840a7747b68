import type { ColumnEncode, EncodeFacts } from './encode-facts.ts'

/** Points and geometries as the connector has them: well-known binary, and what reference system it is in. */
export const spatialEncode = ({ dialect, wire, type }: EncodeFacts): ColumnEncode => {
  if (dialect === 'mysql') return mysqlGeometry
  return wire.kind === 'point' && type.base === 'point' ? postgresPoint : postgisGeometry
}

const wkbPoint = 1
const floatBytes = 8

const wkbOf = (x: number, y: number): Buffer => {
  const bytes = Buffer.alloc(5 + 2 * floatBytes)
  bytes.writeUInt8(1, 0)
  bytes.writeUInt32LE(wkbPoint, 1)
  bytes.writeDoubleLE(x, 5)
  bytes.writeDoubleLE(y, 5 + floatBytes)
  return bytes
}

const json = (value: number): string => {
  if (Number.isFinite(value)) return Object.is(value, -0) ? '-0.0' : String(value)
  return `"${value}"`
}

/** `(1.5,-2e+300)`. */
const postgresPoint: ColumnEncode = (out, value) => {
  const [x = Number.NaN, y = Number.NaN] = String(value).slice(1, -1).split(',').map(Number)
  out.ascii(`{"x":${json(x)},"y":${json(y)},"wkb":"${wkbOf(x, y).toString('base64')}","srid":null}`)
}

const sridFlag = 0x2000_0000

/** Extended well-known binary in hexadecimal digits. */
const postgisGeometry: ColumnEncode = (out, value) => {
  const bytes = Buffer.from(String(value), 'hex')
  const isLittle = bytes[0] === 1
  const kind = bytes.length < 9 ? 0 : isLittle ? bytes.readUInt32LE(1) : bytes.readUInt32BE(1)
  const srid = (kind & sridFlag) === 0 ? 'null' : String(isLittle ? bytes.readUInt32LE(5) : bytes.readUInt32BE(5))
  out.ascii(`{"wkb":"${bytes.toString('base64')}","srid":${srid}}`)
}

const sridBytes = 4

/** Four bytes of the reference system, then well-known binary. */
const mysqlGeometry: ColumnEncode = (out, value) => {
  const bytes = value instanceof Uint8Array ? Buffer.from(value) : Buffer.alloc(sridBytes)
  const srid = bytes.readUInt32LE(0)
  out.ascii(`{"wkb":"${bytes.toString('base64', sridBytes)}","srid":${srid === 0 ? 'null' : srid}}`)
}
