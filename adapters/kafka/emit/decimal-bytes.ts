import type { JsonBytes } from './json-bytes.ts'

/** A decimal without its point. */
export interface Unscaled {
  readonly digits: string
  /** Digits behind the point. */
  readonly scale: number
}

const shape = /^-?\d+(?:\.\d+)?$/

/** Null: NaN or an infinity, which has no digits. */
export const unscaled = (text: string): Unscaled | null => {
  if (!shape.test(text)) return null
  const dot = text.indexOf('.')
  return dot < 0 ? { digits: text, scale: 0 } : { digits: text.slice(0, dot) + text.slice(dot + 1), scale: text.length - dot - 1 }
}

const safeDigits = 15
const sextets = Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')
const small = new Uint8Array(8)
const encoded = new Uint8Array(12)
const [padding, sign] = [0x3d, 0x80]

/** The digits as Connect writes a decimal: base64 of the shortest big-endian two's complement, in quotes. */
export const writeUnscaled = (out: JsonBytes, digits: string): void => {
  out.ascii('"')
  if (digits.length > safeDigits) out.ascii(twosComplement(BigInt(digits)).toString('base64'))
  else writeSmall(out, Number(digits))
  out.ascii('"')
}

const writeSmall = (out: JsonBytes, value: number): void => {
  const upper = Math.floor(value / 2 ** 32)
  const lower = value - upper * 2 ** 32
  for (let place = 0; place < 4; place += 1) {
    small[place] = upper >> (24 - 8 * place)
    small[4 + place] = lower >>> (24 - 8 * place)
  }
  let from = 0
  while (from < 7 && isFill(small[from] ?? 0, small[from + 1] ?? 0)) from += 1
  let length = 0
  for (let at = from; at < 8; at += 3) {
    const [a, b, c] = [small[at] ?? 0, at + 1 < 8 ? (small[at + 1] ?? 0) : 0, at + 2 < 8 ? (small[at + 2] ?? 0) : 0]
    encoded[length] = sextets[a >> 2] ?? 0
    encoded[length + 1] = sextets[((a & 3) << 4) | (b >> 4)] ?? 0
    encoded[length + 2] = at + 1 < 8 ? (sextets[((b & 15) << 2) | (c >> 6)] ?? 0) : padding
    encoded[length + 3] = at + 2 < 8 ? (sextets[c & 63] ?? 0) : padding
    length += 4
  }
  out.bytes(length === 12 ? encoded : encoded.subarray(0, length))
}

/** A first byte that only repeats the sign of the next. */
const isFill = (first: number, next: number): boolean => (first === 0 && next < sign) || (first === 0xff && next >= sign)

export const twosComplement = (value: bigint): Buffer => {
  let bytes = 1
  while (value !== BigInt.asIntN(8 * bytes, value)) bytes += 1
  return Buffer.from(
    BigInt.asUintN(8 * bytes, value)
      .toString(16)
      .padStart(2 * bytes, '0'),
    'hex',
  )
}
