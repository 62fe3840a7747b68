import { undecodable } from './undecodable.ts'

const pad2 = (value: number): string => (value < 10 ? `0${value}` : String(value))
const pad4 = (value: number): string => String(value).padStart(4, '0')

/** Bytes that the digits behind the seconds take. */
export const fractionBytes = (scale: number): number => (scale + 1) >> 1

/** Big-endian, unsigned, up to 6 bytes. */
const unsigned = (bytes: Buffer, at: number, count: number): number => (count === 0 ? 0 : bytes.readUIntBE(at, count))

const fraction = (bytes: Buffer, at: number, scale: number): string =>
  scale === 0 ? '' : fractionDigits(unsigned(bytes, at, fractionBytes(scale)), scale)

/** Two digits a byte; an odd one at the end is nought. */
const fractionDigits = (value: number, scale: number): string => {
  const digits = 2 * fractionBytes(scale)
  if (value >= 10 ** digits || (digits > scale && value % 10 !== 0)) throw undecodable('a fraction of a second that is none')
  return String(value).padStart(digits, '0').slice(0, scale)
}

const maxYear = 9999

/** What no calendar has is not of a server's making: a zero or partial date is. */
const dateText = (year: number, month: number, day: number): string => {
  if (year > maxYear || month > 12 || day > 31) throw undecodable('a date that is none')
  return `${pad4(year)}-${pad2(month)}-${pad2(day)}`
}

/** Hours, minutes and seconds, six bits each of the last two. */
const clockText = (packed: number, maxHour: number): string => {
  const [hour, minute, second] = [packed >> 12, (packed >> 6) & 63, packed & 63]
  if (hour > maxHour || minute > 59 || second > 59) throw undecodable('a time that is none')
  return `${pad2(hour)}:${pad2(minute)}:${pad2(second)}`
}

const maxTimeHour = 838

/** `2026-03-01`; zero and partial dates are kept as they are. */
export const readDate = (bytes: Buffer, at: number): string => {
  const packed = bytes.readUIntLE(at, 3)
  return dateText(packed >> 9, (packed >> 5) & 15, packed & 31)
}

/** `-838:59:59.000000` with as many digits behind the point as the column has: the server's own text. */
export const readTime = (bytes: Buffer, at: number, scale: number): string => {
  const extra = fractionBytes(scale)
  const unit = 256 ** extra
  const packed = unsigned(bytes, at, 3 + extra) - 0x80_0000 * unit
  const size = Math.abs(packed)
  const whole = Math.floor(size / unit)
  const behind = scale === 0 ? '' : `.${fractionDigits(size % unit, scale)}`
  return `${packed < 0 ? '-' : ''}${clockText(whole, maxTimeHour)}${behind}`
}

const dayOf = (ymd: number): string => {
  const months = Math.floor(ymd / 32)
  return dateText(Math.floor(months / 13), months % 13, ymd % 32)
}

/** `2026-03-01T09:30:00.000000`: a wall clock, always with microseconds. */
export const readDatetime = (bytes: Buffer, at: number, scale: number): string => {
  const packed = bytes.readUIntBE(at, 5) - 0x80_0000_0000
  if (packed < 0) throw undecodable('a date before all dates')
  const hms = packed % 0x2_0000
  return `${dayOf(Math.floor(packed / 0x2_0000))}T${clockText(hms, 23)}.${fraction(bytes, at + 5, scale).padEnd(6, '0')}`
}

/** `2026-03-01T09:30:00.000000Z`; the server's zero, which is no instant, keeps its look. */
export const readTimestamp = (bytes: Buffer, at: number, scale: number): string => {
  const seconds = bytes.readUInt32BE(at)
  const behind = fraction(bytes, at + 4, scale).padEnd(6, '0')
  if (seconds === 0 && /^0+$/.test(behind)) return '0000-00-00T00:00:00.000000Z'
  const ofDay = seconds % daySeconds
  const clock = (Math.floor(ofDay / 3_600) << 12) | (Math.floor((ofDay % 3_600) / 60) << 6) | (ofDay % 60)
  return `${instantDay(seconds - ofDay)}T${clockText(clock, 23)}.${behind}Z`
}

const daySeconds = 86_400
let lastDay = { seconds: 0, text: '1970-01-01' }

/** Most instants that follow each other are of one day, and a calendar is slow. */
const instantDay = (seconds: number): string => {
  if (seconds !== lastDay.seconds) lastDay = { seconds, text: new Date(seconds * 1000).toISOString().slice(0, 10) }
  return lastDay.text
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
  const micros = fractionDigits(Number(size & 0xff_ffffn), 6)
  if (kind === 'time' ? whole > 0xff_ffff : packed < 0n) throw undecodable(`a ${kind} that is none`)
  if (kind === 'time') return `${packed < 0n ? '-' : ''}${clockText(whole, maxTimeHour)}.${micros}`
  const day = dayOf(Math.floor(whole / 0x2_0000))
  if (kind === 'datetime') return `${day} ${clockText(whole % 0x2_0000, 23)}.${micros}`
  if ((size & 0x1ff_ffff_ffffn) !== 0n) throw undecodable('a date with a time')
  return day
}
