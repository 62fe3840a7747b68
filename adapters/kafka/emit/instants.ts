const digit = (text: string, at: number): number => text.charCodeAt(at) - 48
const two = (text: string, at: number): number => 10 * digit(text, at) + digit(text, at + 1)

/** Days from 1970 to a day of the proleptic Gregorian calendar with a year 0. */
const daysOf = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * 146_097 + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

interface Day {
  readonly days: number
  /** As ISO 8601 writes it: with a sign before 0 and beyond 9999. */
  readonly isoYear: string
}

const dayShape = /^(\d{4,})-(\d\d)-(\d\d)$/

/** `2026-03-01`, `0044-03-15 BC`. Null: no day, as `0000-00-00` is none. */
const dayOf = (text: string): Day | null => {
  const isBefore = text.endsWith(' BC')
  const [, digits, month, day] = dayShape.exec(isBefore ? text.slice(0, -3) : text) ?? []
  if (digits === undefined || Number(month) === 0 || Number(day) === 0) return null
  const year = isBefore ? 1 - Number(digits) : Number(digits)
  const size = String(Math.abs(year)).padStart(4, '0')
  return { days: daysOf(year, Number(month), Number(day)), isoYear: `${year < 0 ? '-' : year > 9999 ? '+' : ''}${size}` }
}

export const daysOfText = (text: string): number | null => {
  if (text.length !== 10) return dayOf(text)?.days ?? null
  const [month, day] = [two(text, 5), two(text, 8)]
  if (month === 0 || day === 0) return null
  const days = daysOf(100 * two(text, 0) + two(text, 2), month, day)
  return Number.isNaN(days) ? null : days
}

export const isoDay = (text: string): string | null => {
  const day = dayOf(text)
  return day === null ? null : `${day.isoYear}${text.slice(text.indexOf('-'), text.indexOf('-') + 6)}`
}

const dayMicros = 86_400_000_000
const plainLength = 26
/** Of so many days, of either sign, a double holds the microseconds: to the year 2255. */
const surestDays = 104_000

const microsAt = (days: number, ofDay: number): number | bigint =>
  Math.abs(days) < surestDays ? days * dayMicros + ofDay : BigInt(days) * BigInt(dayMicros) + BigInt(ofDay)

/** Microseconds of a wall clock `2026-03-01T09:30:00.000000`; a bigint beyond what a double holds. Null: no day. */
export const microsOfText = (text: string): number | bigint | null => {
  if (text.length === plainLength) {
    const days = daysOfText(text.slice(0, 10))
    return days === null ? null : microsAt(days, clockMicros(text, 11))
  }
  const middle = text.indexOf('T')
  const day = dayOf(text.slice(0, middle) + (text.endsWith(' BC') ? ' BC' : ''))
  return day === null ? null : microsAt(day.days, clockMicros(text, middle + 1))
}

/** Of `09:30:00` and digits behind a point, from a place in a text on. */
const clockMicros = (text: string, from: number): number => {
  let micros = (3600 * two(text, from) + 60 * two(text, from + 3) + two(text, from + 6)) * 1_000_000
  let unit = 100_000
  for (let at = from + 9; at < text.length && unit >= 1; at += 1) {
    const value = digit(text, at)
    if (!(value >= 0 && value <= 9)) break
    micros += value * unit
    unit /= 10
  }
  return micros
}

/** Of a time of day, or of a span with more hours and a sign, as MySQL has it. */
export const timeMicros = (text: string): number => {
  const isNegative = text.startsWith('-')
  const colon = text.indexOf(':')
  const hours = Number(text.slice(isNegative ? 1 : 0, colon))
  const size = hours * 3_600_000_000 + clockMicros(`00${text.slice(colon)}`, 0)
  return isNegative ? -size : size
}

/** `+294276-12-31T23:59:59.999999`: the year as ISO 8601 writes it. Without a zone at its end. Null: no day. */
export const isoInstant = (text: string): string | null => {
  const middle = text.indexOf('T')
  const isBefore = text.endsWith(' BC')
  const day = isoDay(text.slice(0, middle) + (isBefore ? ' BC' : ''))
  return day === null ? null : `${day}${text.slice(middle, isBefore ? -3 : undefined)}`.replace(/Z$/, '')
}

const zonedShape = /^(\d\d:\d\d:\d\d(?:\.\d+)?)([+-])(\d\d)(?::(\d\d))?(?::(\d\d))?$/

/** `08:00:59.999999Z` of `23:59:59.999999+15:59`. Null: not one. */
export const utcTime = (text: string): string | null => {
  const [, clock, sign, hours, minutes = '0', seconds = '0'] = zonedShape.exec(text) ?? []
  if (clock === undefined) return null
  const ahead = (3600 * Number(hours) + 60 * Number(minutes) + Number(seconds)) * (sign === '-' ? -1 : 1)
  const day = 86_400
  const micros = timeMicros(clock)
  const ofDay = (((Math.floor(micros / 1_000_000) - ahead) % day) + day) % day
  const pad = (value: number): string => String(value).padStart(2, '0')
  const dot = clock.indexOf('.')
  return `${pad(Math.floor(ofDay / 3600))}:${pad(Math.floor(ofDay / 60) % 60)}:${pad(ofDay % 60)}${dot < 0 ? '' : clock.slice(dot)}Z`
}
