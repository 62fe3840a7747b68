import type { ToleratedSide } from '../model/comparison.ts'
import type { Data } from '../model/value.ts'
import { instantsOfWallClock } from './zone.ts'

const dayPattern = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](.+))?$/
const clockPattern = /^(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(Z|z|[+-]\d\d(?::?\d\d)?)?$/

/**
 * A point in time to the nanosecond. `instant` is fixed by a zone, `wall` is a calendar's day and clock, `clock` a time of day;
 * unlike kinds can't be compared.
 */
export interface ParsedTime {
  readonly kind: 'instant' | 'wall' | 'clock'
  readonly ms: number
  readonly nanos: number
}

/** Reads instants, wall clocks, days and times of day as text, and epoch milliseconds as a number; null for everything else. */
export const parseTime = (data: Data): ParsedTime | null => {
  if (typeof data === 'bigint') return parseTime(Number(data))
  if (typeof data === 'number') return Number.isFinite(data) ? { kind: 'instant', ...parts(data) } : null
  if (typeof data !== 'string') return null
  const [, year, month, day, rest] = dayPattern.exec(data) ?? []
  if (year === undefined) return parseClock(data, null)
  const midnight = Date.UTC(Number(year), Number(month) - 1, Number(day))
  // A day that the calendar has not rolls over into the next month.
  if (new Date(midnight).getUTCDate() !== Number(day)) return null
  return rest === undefined ? { kind: 'wall', ms: midnight, nanos: 0 } : parseClock(rest, midnight)
}

const parts = (ms: number): { ms: number; nanos: number } => ({
  ms: Math.floor(ms),
  nanos: Math.round((ms - Math.floor(ms)) * 1_000_000),
})

const parseClock = (text: string, midnight: number | null): ParsedTime | null => {
  const [, hour, minute, second = '0', fraction = '', zone] = clockPattern.exec(text) ?? []
  if (hour === undefined || Number(hour) > 24 || Number(minute) > 59 || Number(second) > 60) return null
  const nanos = Number(fraction.padEnd(9, '0'))
  const ofDay = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1_000 + Math.floor(nanos / 1_000_000)
  const ms = (midnight ?? 0) + ofDay - offsetMinutes(zone) * 60_000
  return { kind: midnight === null ? 'clock' : zone === undefined ? 'wall' : 'instant', ms, nanos: nanos % 1_000_000 }
}

const offsetMinutes = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z' || zone === 'z') return 0
  const sign = zone.startsWith('-') ? -1 : 1
  return sign * (Number(zone.slice(1, 3)) * 60 + Number(zone.slice(3).replace(':', '') || '0'))
}

/** What two times may differ by. */
interface TimeLimits {
  readonly withinMs: number
  readonly zone: string | null
  readonly side: ToleratedSide
}

/** Whether two times are close enough. A wall clock in a zone that has it twice, or never, is near if one of its readings is. */
export const timesWithin = (legacy: ParsedTime, candidate: ParsedTime, { withinMs, zone, side }: TimeLimits): boolean => {
  if (legacy.kind === candidate.kind) return isWithin(legacy.ms, candidate.ms, candidate.nanos - legacy.nanos, { withinMs, side })
  if (zone === null || legacy.kind === 'clock' || candidate.kind === 'clock') return false
  const nanos = candidate.nanos - legacy.nanos
  return readings(legacy, zone).some((left) => readings(candidate, zone).some((right) => isWithin(left, right, nanos, { withinMs, side })))
}

const readings = (time: ParsedTime, zone: string): readonly number[] =>
  time.kind === 'wall' ? instantsOfWallClock(time.ms, zone) : [time.ms]

const isWithin = (legacyMs: number, candidateMs: number, nanos: number, limits: Omit<TimeLimits, 'zone'>): boolean => {
  const later = (candidateMs - legacyMs) * 1_000_000 + nanos
  if ((limits.side === 'above' && later < 0) || (limits.side === 'below' && later > 0)) return false
  return Math.abs(later) <= limits.withinMs * 1_000_000
}
