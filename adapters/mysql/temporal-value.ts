const pad2 = (value: number): string => (value < 10 ? `0${value}` : String(value))
const pad4 = (value: number): string => String(value).padStart(4, '0')

/** Bytes that the digits behind the seconds take. */
export const fractionBytes = (scale: number): number => (scale + 1) >> 1

/** Big-endian, unsigned, up to 6 bytes. */
const unsigned = (bytes: Buffer, at: number, count: number): number => (count === 0 ? 0 : bytes.readUIntBE(at, count))

const fraction = (bytes: Buffer, at: number, scale: number): string =>
  String(unsigned(bytes, at, fractionBytes(scale)))
    .padStart(2 * fractionBytes(scale), '0')
    .slice(0, scale)

/** `2026-03-01`; zero and partial dates are kept as they are. */
export const readDate = (bytes: Buffer, at: number): string => {
  const packed = bytes.readUIntLE(at, 3)
  return `${pad4(packed >> 9)}-${pad2((packed >> 5) & 15)}-${pad2(packed & 31)}`
}

/** `-838:59:59.000000` with as many digits behind the point as the column has: the server's own text. */
export const readTime = (bytes: Buffer, at: number, scale: number): string => {
  const extra = fractionBytes(scale)
  const unit = 256 ** extra
  const packed = unsigned(bytes, at, 3 + extra) - 0x80_0000 * unit
  const size = Math.abs(packed)
  const whole = Math.floor(size / unit)
  const behind =
    scale === 0
      ? ''
      : `.${String(size % unit)
          .padStart(2 * extra, '0')
          .slice(0, scale)}`
  return `${packed < 0 ? '-' : ''}${pad2((whole >> 12) & 0x3ff)}:${pad2((whole >> 6) & 63)}:${pad2(whole & 63)}${behind}`
}

const secondOf = (hms: number): string => `${pad2((hms >> 12) & 31)}:${pad2((hms >> 6) & 63)}:${pad2(hms & 63)}`

const dayOf = (ymd: number): string => {
  const months = Math.floor(ymd / 32)
  return `${pad4(Math.floor(months / 13))}-${pad2(months % 13)}-${pad2(ymd % 32)}`
}

/** `2026-03-01T09:30:00.000000`: a wall clock, always with microseconds. */
export const readDatetime = (bytes: Buffer, at: number, scale: number): string => {
  const packed = bytes.readUIntBE(at, 5) - 0x80_0000_0000
  const hms = packed & 0x1_ffff
  return `${dayOf(Math.floor(packed / 0x2_0000))}T${secondOf(hms)}.${fraction(bytes, at + 5, scale).padEnd(6, '0')}`
}

/** `2026-03-01T09:30:00.000000Z`; the server's zero, which is no instant, keeps its look. */
export const readTimestamp = (bytes: Buffer, at: number, scale: number): string => {
  const seconds = bytes.readUInt32BE(at)
  const behind = fraction(bytes, at + 4, scale).padEnd(6, '0')
  if (seconds === 0 && /^0+$/.test(behind)) return '0000-00-00T00:00:00.000000Z'
  return `${new Date(seconds * 1000).toISOString().slice(0, 19)}.${behind}Z`
}

/** A date and time as a SELECT prints it, in the form that the log's has. */
export const datetimeFromText = (text: string): string => {
  const dot = text.indexOf('.')
  const whole = dot < 0 ? text : text.slice(0, dot)
  return `${whole.slice(0, 10)}T${whole.slice(11)}.${dot < 0 ? '000000' : text.slice(dot + 1).padEnd(6, '0')}`
}

/** Dates and times inside of JSON: 64 bits, of which 24 are microseconds. */
export const readPackedTemporal = (bytes: Buffer, at: number, kind: 'date' | 'datetime' | 'time'): string => {
  const packed = bytes.readBigInt64LE(at)
  const size = packed < 0n ? -packed : packed
  const whole = Number(size >> 24n)
  const micros = String(Number(size & 0xff_ffffn)).padStart(6, '0')
  if (kind === 'time')
    return `${packed < 0n ? '-' : ''}${pad2((whole >> 12) & 0x3ff)}:${pad2((whole >> 6) & 63)}:${pad2(whole & 63)}.${micros}`
  const day = dayOf(Math.floor(whole / 0x2_0000))
  return kind === 'date' ? day : `${day} ${secondOf(whole % 0x2_0000)}.${micros}`
}
