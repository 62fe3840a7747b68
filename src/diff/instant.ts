import type { Data } from '../model/value.ts'

const pattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/

/** An instant or a wall clock, in microseconds; the two are never comparable with each other. */
export interface ParsedTime {
  readonly micros: number
  readonly zoned: boolean
}

/** Reads instants, wall clocks and days as text, and epoch milliseconds as a number; null for everything else. */
export const parseTime = (data: Data): ParsedTime | null => {
  if (typeof data === 'number') return Number.isFinite(data) ? { micros: data * 1_000, zoned: true } : null
  const match = typeof data === 'string' ? pattern.exec(data) : null
  if (match === null) return null
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '', zone] = match
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second))
  const micros = ms * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6)) - offsetMinutes(zone) * 60_000_000
  return { micros, zoned: zone !== undefined }
}

const offsetMinutes = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || '0'))
}
