import type { Json } from './exact-json.ts'
import { isObject, parseJson } from './exact-json.ts'
import { floatOf, wrong } from './json-value.ts'
import { trimmedFraction } from './temporal-text.ts'

/** `(1.5,-2e+300)`. */
export const pointText = (raw: Json): string => {
  if (!isObject(raw)) throw wrong('point')
  return `(${floatText(floatOf(raw['x'] ?? null))},${floatText(floatOf(raw['y'] ?? null))})`
}

/** A double as the server prints it: with an exponent of two digits at least, from 1e15 on and below 1e-4. */
const floatText = (value: number): string => {
  if (Object.is(value, -0)) return '-0'
  const [mantissa = '', exponent = '0'] = value.toExponential().split('e')
  const power = Number(exponent)
  if (!Number.isFinite(value) || (power >= -4 && power < 15)) return value === 0 ? '0' : String(value)
  return `${mantissa}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
}

/** `$1,234.50`, as the server prints it in the locale C and in that of the United States. */
export const moneyText = (decimal: string): string => {
  const negative = decimal.startsWith('-')
  const [whole = '0', cents = '00'] = (negative ? decimal.slice(1) : decimal).split('.')
  return `${negative ? '-' : ''}$${whole.replaceAll(/\B(?=(\d{3})+$)/g, ',')}.${cents.padEnd(2, '0')}`
}

/** `"a"=>"1", "b"=>NULL`, from a map or its JSON text. */
export const hstoreText = (raw: Json): string => {
  const map = typeof raw === 'string' ? parseJson(raw) : raw
  if (!isObject(map)) throw wrong('hstore')
  return Object.entries(map)
    .map(([name, value]) => `${hstoreQuoted(name)}=>${value === null ? 'NULL' : hstoreQuoted(String(value))}`)
    .join(', ')
}

const hstoreQuoted = (text: string): string => `"${text.replaceAll(/["\\]/g, (each) => `\\${each}`)}"`

const intervalShape = /^P(?:(-?\d+)Y)?(?:(-?\d+)M)?(?:(-?\d+)D)?(?:T(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?)(\d+(?:\.\d{1,6})?)S)?)?$/

/** `1 year 2 mons -3 days +04:05:06.78` of an ISO duration. Null: not one. */
export const intervalText = (text: string): string | null => {
  const match = intervalShape.exec(text)
  if (match === null) return null
  const [, years = '0', months = '0', days = '0', hours = '0', minutes = '0', sign = '', seconds = '0'] = match
  const parts: string[] = []
  let wasNegative = false
  for (const [count, unit] of [
    [Number(years), 'year'],
    [Number(months), 'mon'],
    [Number(days), 'day'],
  ] as const) {
    if (count === 0) continue
    parts.push(`${wasNegative && count > 0 ? '+' : ''}${count} ${unit}${count === 1 ? '' : 's'}`)
    wasNegative = count < 0
  }
  const micros = (Number(hours) * 60 + Number(minutes)) * 60_000_000 + Number(`${sign}${Math.round(Number(seconds) * 1_000_000)}`)
  if (micros !== 0 || parts.length === 0) parts.push(`${micros < 0 ? '-' : wasNegative ? '+' : ''}${clock(Math.abs(micros))}`)
  return parts.join(' ')
}

const clock = (micros: number): string => {
  const seconds = Math.floor(micros / 1_000_000)
  const pad = (value: number): string => String(value).padStart(2, '0')
  const whole = `${pad(Math.floor(seconds / 3600))}:${pad(Math.floor(seconds / 60) % 60)}:${pad(seconds % 60)}`
  return trimmedFraction(`${whole}.${String(micros % 1_000_000).padStart(6, '0')}`)
}
