const pad2 = (value: number): string => (value < 10 ? `0${value}` : String(value))

const dayMicros = 86_400_000_000
const daysOfEra = 146_097

/** Calendar day of a count of days since 1970, by the proleptic Gregorian calendar with a year 0. */
const civil = (days: number): { readonly year: number; readonly monthDay: string } => {
  const shifted = days + 719_468
  const era = Math.floor(shifted / daysOfEra)
  const dayOfEra = shifted - era * daysOfEra
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), monthDay: `${pad2(month)}-${pad2(day)}` }
}

/** Years are four digits at least; those before 1 are counted back from 1 BC, which the text then ends with. */
const withEra = (year: number, rest: string): string =>
  year > 0 ? `${String(year).padStart(4, '0')}${rest}` : `${String(1 - year).padStart(4, '0')}${rest} BC`

/** `2026-03-01`, `0044-03-15 BC`. */
export const dayText = (days: number): string => {
  const { year, monthDay } = civil(days)
  return withEra(year, `-${monthDay}`)
}

const fractionText = (micros: number): string => String(micros).padStart(6, '0')

/** `09:30:00` with six digits behind the point. Beyond a day, and below zero, as MySQL has it. */
export const timeText = (micros: number): string => {
  const size = Math.abs(micros)
  const seconds = Math.floor(size / 1_000_000)
  const hours = Math.floor(seconds / 3600)
  return `${micros < 0 ? '-' : ''}${pad2(hours)}:${pad2(Math.floor(seconds / 60) % 60)}:${pad2(seconds % 60)}.${fractionText(size % 1_000_000)}`
}

/** Without zeros at the end of the fraction, and without the point before none. */
export const trimmedFraction = (text: string): string => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

/** `2026-03-01T09:30:00.000000` and what marks the zone, from microseconds since 1970. */
export const timestampText = (micros: number | bigint, zone: '' | 'Z'): string => {
  const { days, ofDay } = split(micros)
  const { year, monthDay } = civil(days)
  return withEra(year, `-${monthDay}T${timeText(ofDay)}${zone}`)
}

const split = (micros: number | bigint): { readonly days: number; readonly ofDay: number } => {
  if (typeof micros === 'number') {
    const days = Math.floor(micros / dayMicros)
    return { days, ofDay: micros - days * dayMicros }
  }
  const day = BigInt(dayMicros)
  const rest = micros % day
  const ofDay = rest < 0n ? rest + day : rest
  return { days: Number((micros - ofDay) / day), ofDay: Number(ofDay) }
}

const isoShape = /^([+-]?\d{4,9})-(\d\d)-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?(Z|[+-]\d\d(?::?\d\d)?(?::?\d\d)?)?$/

/** Microseconds behind a point; null where the text says more than that. */
const microsOf = (fraction: string | undefined): string | null => {
  const digits = (fraction ?? '').padEnd(6, '0')
  return /^0*$/.test(digits.slice(6)) ? digits.slice(0, 6) : null
}

/** Seconds that an offset such as `+05:30` is ahead of UTC. */
const offsetSeconds = (zone: string | undefined): number => {
  if (zone === undefined || zone === 'Z') return 0
  const digits = zone.slice(1).replaceAll(':', '').padEnd(6, '0')
  const seconds = Number(digits.slice(0, 2)) * 3600 + Number(digits.slice(2, 4)) * 60 + Number(digits.slice(4, 6))
  return zone.startsWith('-') ? -seconds : seconds
}

/** Date of an ISO text, whatever zone it claims. Null: not one. */
export const dayOfIso = (text: string): string | null => {
  const match = isoShape.exec(text)
  return match?.[1] === undefined || match[4] !== undefined ? null : withEra(Number(match[1]), `-${match[2]}-${match[3]}`)
}

/** As connectors write nearly all: in UTC, with one to six digits behind the point. */
const plainShape = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,6})?Z$/
const pointAt = 19
const noFraction = '.000000'

/** An ISO text with microseconds. `zone` Z: turned to UTC by its own offset; else a wall clock, whose zone means nothing. */
export const timestampOfIso = (text: string, zone: '' | 'Z'): string | null => {
  if (plainShape.test(text) && !text.startsWith('0000')) return text.slice(0, -1) + noFraction.slice(text.length - 1 - pointAt) + zone
  const match = isoShape.exec(text)
  const micros = microsOf(match?.[7])
  if (match?.[1] === undefined || match[4] === undefined || micros === null) return null
  const ahead = zone === 'Z' ? offsetSeconds(match[8]) : 0
  if (ahead === 0) return withEra(Number(match[1]), `-${match[2]}-${match[3]}T${match[4]}:${match[5]}:${match[6] ?? '00'}.${micros}${zone}`)
  const seconds = Number(match[4]) * 3600 + Number(match[5]) * 60 + Number(match[6] ?? 0) - ahead
  const total = BigInt(daysFromCivil(Number(match[1]), Number(match[2]), Number(match[3]))) * BigInt(dayMicros)
  return timestampText(total + BigInt(seconds) * 1_000_000n + BigInt(micros), zone)
}

const daysFromCivil = (year: number, month: number, day: number): number => {
  const shifted = month <= 2 ? year - 1 : year
  const era = Math.floor(shifted / 400)
  const yearOfEra = shifted - era * 400
  const dayOfYear = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5) + day - 1
  return era * daysOfEra + yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear - 719_468
}

const clockShape = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(?:Z|\+00:?00)?$/

/** `04:05:11.789000` of an ISO time in UTC. Null: not one. */
export const timeOfIso = (text: string): string | null => {
  const match = clockShape.exec(text)
  const micros = microsOf(match?.[4])
  return match === null || micros === null ? null : `${match[1]}:${match[2]}:${match[3] ?? '00'}.${micros}`
}
