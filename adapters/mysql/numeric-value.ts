import { undecodable } from './undecodable.ts'

/** Bytes of so many digits. */
const digitBytes = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4] as const
const groupDigits = 9
const groupBytes = 4

const bytesOf = (digits: number): number => Math.floor(digits / groupDigits) * groupBytes + (digitBytes[digits % groupDigits] ?? 0)

/** Bytes that a decimal takes in a row image. */
export const decimalBytes = (precision: number, scale: number): number => bytesOf(precision - scale) + bytesOf(scale)

/** The exact text of a decimal, as the server prints it. Digits lie in groups of nine; of a negative one all bits are turned over. */
export const readDecimal = (bytes: Buffer, at: number, precision: number, scale: number): string => {
  const negative = (bytes.readUInt8(at) & 0x80) === 0
  const turn = negative ? 0xff : 0
  let from = at
  const group = (digits: number): string => {
    let value = 0
    for (let left = digitBytes[digits] ?? 0; left > 0; left -= 1, from += 1) {
      const byte = bytes.readUInt8(from) ^ turn
      value = value * 256 + (from === at ? byte ^ 0x80 : byte)
    }
    if (value >= 10 ** digits) throw undecodable('a decimal with digits that are none')
    return String(value).padStart(digits, '0')
  }
  const whole = precision - scale
  if (whole < 0) throw undecodable('a decimal with more digits behind the point than it has')
  let text = whole % groupDigits === 0 ? '' : group(whole % groupDigits)
  for (let left = Math.floor(whole / groupDigits); left > 0; left -= 1) text += group(groupDigits)
  text = text.replace(/^0+(?=.)/, '') || '0'
  if (scale > 0) {
    text += '.'
    for (let left = Math.floor(scale / groupDigits); left > 0; left -= 1) text += group(groupDigits)
    if (scale % groupDigits !== 0) text += group(scale % groupDigits)
  }
  return negative ? `-${text}` : text
}

/** A decimal as a SELECT prints it, without the zeros that ZEROFILL puts before it. */
export const decimalFromText = (text: string): string => (text.startsWith('0') ? text.replace(/^0+(?=\d)/, '') : text)

/** A 32-bit float as the number with the shortest text that gives the same float: 1.1, not 1.100000023841858. */
export const shortestFloat = (value: number): number => {
  if (value === 0) return value
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits))
    if (Math.fround(short) === value) return short
  }
  return Number(value.toPrecision(9))
}

/** No column can hold what is no number, or is endless. */
export const finite = (value: number): number => {
  if (!Number.isFinite(value)) throw undecodable('a number that is none')
  return value
}

/** A bit column: true or false where it is one bit wide, else the number that the bits make. */
export const readBits = (bytes: Buffer, from: number, end: number, bits: number): boolean | bigint => {
  let value = 0n
  const spare = bits & 7
  if (spare !== 0 && bytes.readUInt8(from) >> spare !== 0) throw undecodable(`more than ${bits} bits`)
  for (let at = from; at < end; at += 1) value = (value << 8n) | BigInt(bytes.readUInt8(at))
  return bits === 1 ? value !== 0n : value
}
