const partShape = /([+-]?\d+) (year|mon|day)s?/g
const clockShape = /([+-]?)(\d+):(\d\d):(\d\d)(?:\.(\d+))?$/

interface Interval {
  readonly years: number
  readonly months: number
  readonly days: number
  readonly micros: bigint
}

/** Reads `1 year 2 mons -3 days +04:05:06.78`. */
const intervalOf = (text: string): Interval => {
  const parts = { year: 0, mon: 0, day: 0 }
  for (const [, count, unit] of text.matchAll(partShape)) parts[unit as keyof typeof parts] = Number(count)
  const [, sign = '', hours = '0', minutes = '0', seconds = '0', fraction = ''] = clockShape.exec(text) ?? []
  const size = (BigInt(hours) * 3600n + BigInt(minutes) * 60n + BigInt(seconds)) * 1_000_000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
  return { years: parts.year, months: parts.mon, days: parts.day, micros: sign === '-' ? -size : size }
}

/** `P1Y2M-3DT4H5M6.78S`: exact. */
export const isoInterval = (text: string): string => {
  const { years, months, days, micros } = intervalOf(text)
  const size = micros < 0n ? -micros : micros
  const sign = micros < 0n ? '-' : ''
  const [hours, minutes, rest] = [size / 3_600_000_000n, (size / 60_000_000n) % 60n, size % 60_000_000n]
  const fraction = String(rest % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '')
  const signed = (value: bigint): string => `${value === 0n ? '' : sign}${value}`
  const seconds = `${rest === 0n ? '' : sign}${rest / 1_000_000n}${fraction === '' ? '' : `.${fraction}`}`
  return `P${years}Y${months}M${days}DT${signed(hours)}H${signed(minutes)}M${seconds}S`
}

const monthMicros = 2_629_800_000_000n
const dayMicros = 86_400_000_000n
const [least, most] = [-(2n ** 63n), 2n ** 63n - 1n]

/** As the connector counts it, with 365.25 / 12 days to a month: a guess. */
export const intervalMicros = (text: string): bigint => {
  const { years, months, days, micros } = intervalOf(text)
  const value = BigInt(12 * years + months) * monthMicros + BigInt(days) * dayMicros + micros
  return value < least ? least : value > most ? most : value
}
