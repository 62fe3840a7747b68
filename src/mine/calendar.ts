import type { Column, NumberColumn } from './column.ts'
import { dayMs } from './scalar.ts'

export interface DateFact {
  readonly name: string
  /** Epoch milliseconds; NaN: null. */
  readonly instants: Float64Array
  readonly bits: number
  /** False for calendar days. */
  readonly timed: boolean
}

interface CalendarField {
  readonly name: string
  readonly bits: number
  readonly timed: boolean
  readonly cycle: NumberColumn['cycle']
  readonly of: (at: number, date: Date) => number
}

const fields: readonly CalendarField[] = [
  { name: 'date', bits: 0, timed: false, cycle: null, of: (at) => Math.floor(at / dayMs) },
  {
    name: 'hour',
    bits: 0,
    timed: true,
    cycle: { first: 0, length: 24 },
    of: (at) => Math.floor((((at % dayMs) + dayMs) % dayMs) / 3_600_000),
  },
  {
    name: 'minuteOfDay',
    bits: 2,
    timed: true,
    cycle: { first: 0, length: 1440 },
    of: (at) => Math.floor((((at % dayMs) + dayMs) % dayMs) / 60_000),
  },
  { name: 'weekday', bits: 0, timed: false, cycle: { first: 1, length: 7 }, of: (_, date) => date.getUTCDay() || 7 },
  { name: 'dayOfMonth', bits: 0.5, timed: false, cycle: null, of: (_, date) => date.getUTCDate() },
  { name: 'daysToMonthEnd', bits: 1, timed: false, cycle: null, of: (_, date) => daysToMonthEnd(date) },
  { name: 'month', bits: 1, timed: false, cycle: { first: 1, length: 12 }, of: (_, date) => date.getUTCMonth() + 1 },
]

const daysToMonthEnd = (date: Date): number =>
  new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate() - date.getUTCDate()

/** Calendar columns of a date: `date(x)` in days since 1970, `hour(x)`, `weekday(x)` (Monday is 1) and so on. */
export const dateColumns = (fact: DateFact): readonly Column[] => {
  const wanted = fields.filter((field) => fact.timed || !field.timed)
  const rows = fact.instants.length
  const columns = wanted.map(() => new Float64Array(rows).fill(Number.NaN))
  for (let row = 0; row < rows; row++) {
    const at = fact.instants[row] ?? Number.NaN
    if (Number.isNaN(at)) continue
    const date = new Date(at)
    for (const [i, field] of wanted.entries()) {
      const numbers = columns[i]
      if (numbers !== undefined) numbers[row] = field.of(at, date)
    }
  }
  return wanted.map((field, i) => ({
    kind: 'number',
    name: `${field.name}(${fact.name})`,
    bits: fact.bits + field.bits,
    facts: [fact.name.startsWith('clock') ? 'clock' : fact.name],
    numbers: columns[i] ?? new Float64Array(rows),
    cycle: field.cycle,
  }))
}

/** The instants shifted so that their UTC calendar is the zone's own. */
export const inZone = (instants: Float64Array, zone: string): Float64Array => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const offsets = new Map<number, number>()
  return instants.map((at) => {
    const hour = Math.floor(at / 3_600_000)
    let offset = offsets.get(hour)
    if (offset === undefined) {
      offset = offsetMs(format, at)
      offsets.set(hour, offset)
    }
    return at + offset
  })
}

const offsetMs = (format: Intl.DateTimeFormat, at: number): number => {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const match = /([+-])(\d\d):(\d\d)/.exec(name)
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3_600_000 + Number(match[3]) * 60_000)
}
