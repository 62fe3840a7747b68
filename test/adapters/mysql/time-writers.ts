import fc from 'fast-check'
import type { ColumnWriter } from './column-writer.ts'
import { big, little } from './column-writer.ts'

const two = (value: number): string => String(value).padStart(2, '0')
const between = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max })

const day = fc
  .tuple(between(0, 9999), between(0, 12), between(0, 31))
  .map(([year, month, date]) => `${String(year).padStart(4, '0')}-${two(month)}-${two(date)}`)

const clock = fc.tuple(between(0, 23), between(0, 59), between(0, 59)).map((parts) => parts.map(two).join(':'))

export const date: ColumnWriter = {
  label: 'date',
  type: 10,
  meta: [],
  values: day,
  write: (value) => {
    const [year = 0, month = 0, date = 0] = String(value).split('-').map(Number)
    return little(year * 512 + month * 32 + date, 3)
  },
}

export const year: ColumnWriter = {
  label: 'year',
  type: 13,
  meta: [],
  values: fc.oneof(fc.constant(0), between(1901, 2155)),
  write: (value) => Buffer.from([value === 0 ? 0 : Number(value) - 1900]),
}

const bytesOfFraction = (scale: number): number => Math.ceil(scale / 2)
/** Of an odd number of digits there is one more on the wire, and it is nought. */
const fractionUnits = (digits: string, scale: number): number =>
  Number(digits.slice(0, scale).padEnd(2 * bytesOfFraction(scale), '0') || '0')
const digitsOf = (scale: number): fc.Arbitrary<string> =>
  between(0, 10 ** scale - 1).map((value) => (scale === 0 ? '' : String(value).padStart(scale, '0')))

export const time = (scale: number): ColumnWriter => ({
  label: `time(${scale})`,
  type: 19,
  meta: [scale],
  values: fc
    .tuple(fc.boolean(), between(0, 838), between(0, 59), between(0, 59), digitsOf(scale))
    .map(([negative, hours, minutes, seconds, digits]) => {
      const text = `${two(hours)}:${two(minutes)}:${two(seconds)}${scale === 0 ? '' : `.${digits}`}`
      return negative && /[1-9]/.test(text) ? `-${text}` : text
    }),
  write: (value) => {
    const [, sign = '', hours = '', minutes = '', seconds = '', digits = ''] = /^(-?)(\d+):(\d+):(\d+)\.?(\d*)$/.exec(String(value)) ?? []
    const extra = bytesOfFraction(scale)
    const unit = 256 ** extra
    const size = ((Number(hours) * 64 + Number(minutes)) * 64 + Number(seconds)) * unit + fractionUnits(digits, scale)
    return big(0x80_0000 * unit + (sign === '-' ? -size : size), 3 + extra)
  },
})

export const datetime = (scale: number): ColumnWriter => ({
  label: `datetime(${scale})`,
  type: 18,
  meta: [scale],
  values: fc.tuple(day, clock, digitsOf(scale)).map(([date, hms, digits]) => `${date}T${hms}.${digits.padEnd(6, '0')}`),
  write: (value) => {
    const [y = 0, mo = 0, d = 0, h = 0, mi = 0, s = 0] = String(value).slice(0, 19).split(/[-T:]/).map(Number)
    const packed = (BigInt((y * 13 + mo) * 32 + d) << 17n) | BigInt((h * 64 + mi) * 64 + s)
    return Buffer.concat([big(0x80_0000_0000n + packed, 5), big(fractionUnits(String(value).slice(20, 26), scale), bytesOfFraction(scale))])
  },
})

export const timestamp = (scale: number): ColumnWriter => ({
  label: `timestamp(${scale})`,
  type: 17,
  meta: [scale],
  values: fc.tuple(between(1, 0xffff_ffff), digitsOf(scale)).map(([seconds, digits]) => {
    const text = new Date(seconds * 1000).toISOString().slice(0, 19)
    return `${text}.${digits.padEnd(6, '0')}Z`
  }),
  write: (value) => {
    const text = String(value)
    const seconds = text.startsWith('0000') ? 0 : Date.parse(`${text.slice(0, 19)}Z`) / 1000
    return Buffer.concat([big(seconds, 4), big(fractionUnits(text.slice(20, 26), scale), bytesOfFraction(scale))])
  },
})
