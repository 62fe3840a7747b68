import { dayMs } from '../scalar.ts'
import type { Cycle, NumberFeature, Rows } from './feature.ts'

/** A date that calendar features are made of. */
export interface DateFact {
  readonly name: string
  /** Epoch milliseconds whose UTC calendar is the one that is meant; NaN: null. */
  readonly read: (rows: Rows) => Float64Array
  readonly bits: number
  /** False for calendar days. */
  readonly timed: boolean
  /** Days only: the hours of another zone are those of this one, turned round. */
  readonly daysOnly?: boolean
}

interface CalendarField {
  readonly name: string
  readonly bits: number
  readonly timed: boolean
  readonly cycle: Cycle | null
  readonly of: (at: number) => number
}

const minuteMs = 60_000
const hourMs = 3_600_000

const dayOf = (at: number): number => Math.floor(at / dayMs)
const sinceMidnight = (at: number): number => at - dayOf(at) * dayMs

interface CivilDate {
  readonly year: number
  readonly month: number
  readonly day: number
}

/** Year, month and day of a day number, by Howard Hinnant's algorithm: many times as fast as Date. */
const civil = (days: number): CivilDate => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / 146_097)
  const ofEra = shifted - era * 146_097
  const yearOfEra = Math.floor((ofEra - Math.floor(ofEra / 1460) + Math.floor(ofEra / 36_524) - Math.floor(ofEra / 146_096)) / 365)
  const dayOfYear = ofEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const part = Math.floor((5 * dayOfYear + 2) / 153)
  const month = part < 10 ? part + 3 : part - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day: dayOfYear - Math.floor((153 * part + 2) / 5) + 1 }
}

const lengths = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
const monthLength = ({ year, month }: CivilDate): number =>
  month === 2 && year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : (lengths[month - 1] ?? 31)

/** Monday is 1; 1970 began on a Thursday. */
const weekday = (days: number): number => ((((days + 3) % 7) + 7) % 7) + 1

/** ISO week: that of its Thursday. */
const isoWeek = (days: number): number => {
  const thursday = days - weekday(days) + 4
  const { year } = civil(thursday)
  return Math.floor((thursday - Math.floor(Date.UTC(year, 0, 1) / dayMs)) / 7) + 1
}

const fields: readonly CalendarField[] = [
  { name: 'date', bits: 0, timed: false, cycle: null, of: dayOf },
  { name: 'hour', bits: 0, timed: true, cycle: { first: 0, length: 24 }, of: (at) => Math.floor(sinceMidnight(at) / hourMs) },
  { name: 'minuteOfDay', bits: 2, timed: true, cycle: { first: 0, length: 1440 }, of: (at) => Math.floor(sinceMidnight(at) / minuteMs) },
  {
    name: 'minuteOfHour',
    bits: 4,
    timed: true,
    cycle: { first: 0, length: 60 },
    of: (at) => Math.floor(sinceMidnight(at) / minuteMs) % 60,
  },
  { name: 'weekday', bits: 0, timed: false, cycle: { first: 1, length: 7 }, of: (at) => weekday(dayOf(at)) },
  { name: 'dayOfMonth', bits: 0.5, timed: false, cycle: null, of: (at) => civil(dayOf(at)).day },
  {
    name: 'daysToMonthEnd',
    bits: 1,
    timed: false,
    cycle: null,
    of: (at) => {
      const date = civil(dayOf(at))
      return monthLength(date) - date.day
    },
  },
  { name: 'month', bits: 1, timed: false, cycle: { first: 1, length: 12 }, of: (at) => civil(dayOf(at)).month },
  { name: 'quarter', bits: 2, timed: false, cycle: { first: 1, length: 4 }, of: (at) => Math.ceil(civil(dayOf(at)).month / 3) },
  { name: 'isoWeek', bits: 3, timed: false, cycle: { first: 1, length: 53 }, of: (at) => isoWeek(dayOf(at)) },
]

/** Calendar features of a date: `date(x)` in days since 1970, `hour(x)`, `weekday(x)` (Monday is 1) and so on. */
export const dateFeatures = (fact: DateFact): readonly NumberFeature[] =>
  fields
    .filter((field) => (fact.timed || !field.timed) && !(fact.daysOnly === true && field.timed && field.name !== 'hour'))
    .map((field) => ({
      kind: 'number',
      name: `${field.name}(${fact.name})`,
      bits: fact.bits + field.bits,
      facts: [fact.name.startsWith('clock') ? 'clock' : fact.name],
      cycle: field.cycle,
      read: byDay(fact.read, field),
    }))

/** What hangs on the day only is calculated once a day: cases come in the order of time. */
const byDay =
  (read: DateFact['read'], field: CalendarField) =>
  (rows: Rows): Float64Array => {
    const instants = read(rows)
    const made = new Float64Array(instants.length)
    let [knownDay, known] = [Number.NaN, Number.NaN]
    for (let i = 0; i < instants.length; i++) {
      const at = instants[i] ?? Number.NaN
      if (Number.isNaN(at)) made[i] = Number.NaN
      else if (field.timed) made[i] = field.of(at)
      else {
        const day = dayOf(at)
        if (day !== knownDay) [knownDay, known] = [day, field.of(at)]
        made[i] = known
      }
    }
    return made
  }

/** The instants shifted so that their UTC calendar is the zone's own. */
export const inZone = (instants: Float64Array, zone: string): Float64Array => {
  const format = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  const offsets = new Map<number, number>()
  const offsetOf = (at: number): number => {
    const known = offsets.get(at)
    if (known !== undefined) return known
    const offset = offsetMs(format, at)
    offsets.set(at, offset)
    return offset
  }
  const shifted = new Float64Array(instants.length)
  let [from, to, offset] = [0, 0, 0]
  for (let i = 0; i < instants.length; i++) {
    const at = instants[i] ?? Number.NaN
    if (!(at >= from && at < to)) {
      // A day that begins and ends with one offset has it throughout; the others are looked at hour by hour.
      from = dayOf(at) * dayMs
      to = from + dayMs
      if (Number.isNaN(at)) offset = Number.NaN
      else if (offsetOf(from) === offsetOf(to)) offset = offsetOf(from)
      else {
        from = Math.floor(at / hourMs) * hourMs
        to = from + hourMs
        offset = offsetOf(from)
      }
    }
    shifted[i] = at + offset
  }
  return shifted
}

const offsetMs = (format: Intl.DateTimeFormat, at: number): number => {
  const name = format.formatToParts(at).find((part) => part.type === 'timeZoneName')?.value ?? ''
  const match = /([+-])(\d\d):(\d\d)/.exec(name)
  return match === null ? 0 : (match[1] === '-' ? -1 : 1) * (Number(match[2]) * hourMs + Number(match[3]) * minuteMs)
}
