import fc from 'fast-check'
import type { ColumnWriter } from './column-writer.ts'
import { big, little } from './column-writer.ts'

export const integer = (label: string, type: number, size: number, unsigned: boolean): ColumnWriter => {
  const max = unsigned ? 2 ** (8 * size) - 1 : 2 ** (8 * size - 1) - 1
  return {
    label: `${label}${unsigned ? ' unsigned' : ''}`,
    type,
    meta: [],
    unsigned,
    values: fc.integer({ min: unsigned ? 0 : -max - 1, max }),
    write: (value) => little(Number(value), size),
  }
}

export const bigint = (unsigned: boolean): ColumnWriter => ({
  label: `bigint${unsigned ? ' unsigned' : ''}`,
  type: 8,
  meta: [],
  unsigned,
  values: unsigned ? fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }) : fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  write: (value) => little(value as bigint, 8),
})

export const float: ColumnWriter = {
  label: 'float',
  type: 4,
  meta: [4],
  // The number with the shortest text that gives the float.
  values: fc.float({ noNaN: true, noDefaultInfinity: true }).map((value) => {
    for (let digits = 1; digits <= 9; digits += 1)
      if (Math.fround(Number(value.toPrecision(digits))) === value) return atLeastSix(value, digits)
    return value
  }),
  write: (value) => {
    const bytes = Buffer.alloc(4)
    bytes.writeFloatLE(Number(value))
    return bytes
  },
}

const atLeastSix = (value: number, digits: number): number =>
  Object.is(value, -0) ? value : Number(value.toPrecision(Math.max(6, digits)))

export const double: ColumnWriter = {
  label: 'double',
  type: 5,
  meta: [8],
  values: fc.double({ noNaN: true, noDefaultInfinity: true }),
  write: (value) => {
    const bytes = Buffer.alloc(8)
    bytes.writeDoubleLE(Number(value))
    return bytes
  },
}

const bytesOfDigits = [0, 1, 1, 2, 2, 3, 3, 4, 4, 4]

/** Groups of nine digits in four bytes, the short group of the whole part first and that of the fraction last; sign in the top bit. */
export const decimal = (precision: number, scale: number): ColumnWriter => ({
  label: `decimal(${precision},${scale})`,
  type: 246,
  meta: [precision, scale],
  values: fc.tuple(fc.boolean(), fc.bigInt({ min: 0n, max: 10n ** BigInt(precision) - 1n })).map(([negative, digits]) => {
    const text = String(digits).padStart(scale + 1, '0')
    const whole = scale === 0 ? text : text.slice(0, -scale)
    return `${negative && digits > 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${text.slice(-scale)}`}`
  }),
  write: (value) => {
    const [whole = '', fraction = ''] = String(value).replace('-', '').split('.')
    const wholeDigits = precision - scale
    const padded = whole.padStart(wholeDigits, '0').slice(whole.length > wholeDigits ? whole.length - wholeDigits : 0)
    const groups: string[] = []
    if (wholeDigits % 9 > 0) groups.push(padded.slice(0, wholeDigits % 9))
    for (let at = wholeDigits % 9; at < wholeDigits; at += 9) groups.push(padded.slice(at, at + 9))
    for (let at = 0; at < scale; at += 9) groups.push(fraction.slice(at, Math.min(scale, at + 9)))
    const bytes = Buffer.concat(groups.map((group) => big(Number(group), bytesOfDigits[group.length] ?? 4)))
    bytes[0] = (bytes[0] ?? 0) ^ 0x80
    return String(value).startsWith('-') ? Buffer.from(bytes.map((byte) => byte ^ 0xff)) : bytes
  },
})

export const bit = (bits: number): ColumnWriter => ({
  label: `bit(${bits})`,
  type: 16,
  meta: [bits % 8, Math.floor(bits / 8)],
  values: bits === 1 ? fc.boolean() : fc.bigInt({ min: 0n, max: 2n ** BigInt(bits) - 1n }),
  write: (value) => big(BigInt(value as bigint | boolean), Math.ceil(bits / 8)),
})
