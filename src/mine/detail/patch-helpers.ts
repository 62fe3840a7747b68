import { choiceHelpers } from '../choices/choice-helpers.ts'

/** Functions that a patch may need, as source text by name. Each is written out only where it is called. */
const helpers: Readonly<Record<string, string>> = {
  num: `const num = (value: Data | undefined): number =>
  value === null || value === undefined || value === '' || typeof value === 'object' ? Number.NaN : Number(value)`,
  txt: `const txt = (value: Data | undefined): string | boolean | null =>
  typeof value === 'boolean' ? value : value === null || value === undefined ? null : String(value).trim() || null`,
  label: `const label = (value: Data | undefined): string | null => (value === null || value === undefined ? null : String(value) || null)`,
  isOneOf: `const isOneOf = (value: unknown, values: readonly unknown[]): boolean => values.includes(value)`,
  instant: `const instant = (value: Data | undefined): number => {
  if (typeof value === 'number') return value
  if (typeof value !== 'string') return Number.NaN
  return Date.parse(value.length === 10 || /(?:Z|[+-]\\d\\d:?\\d\\d)$/.test(value) ? value : value + 'Z')
}`,
  inZone: `const inZone = (at: number, zone: string): number => {
  const parts = new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' }).formatToParts(at)
  const match = /([+-])(\\d\\d):(\\d\\d)/.exec(parts.find((part) => part.type === 'timeZoneName')?.value ?? '')
  return match === null ? at : at + (match[1] === '-' ? -1 : 1) * (Number(match[2]) * 3_600_000 + Number(match[3]) * 60_000)
}`,
  date: `const date = (at: number): number => Math.floor(at / 86_400_000)`,
  hour: `const hour = (at: number): number => new Date(at).getUTCHours()`,
  minuteOfDay: `const minuteOfDay = (at: number): number => new Date(at).getUTCHours() * 60 + new Date(at).getUTCMinutes()`,
  minuteOfHour: `const minuteOfHour = (at: number): number => new Date(at).getUTCMinutes()`,
  weekday: `const weekday = (at: number): number => new Date(at).getUTCDay() || 7`,
  dayOfMonth: `const dayOfMonth = (at: number): number => new Date(at).getUTCDate()`,
  daysToMonthEnd: `const daysToMonthEnd = (at: number): number => {
  const on = new Date(at)
  return new Date(Date.UTC(on.getUTCFullYear(), on.getUTCMonth() + 1, 0)).getUTCDate() - on.getUTCDate()
}`,
  month: `const month = (at: number): number => new Date(at).getUTCMonth() + 1`,
  quarter: `const quarter = (at: number): number => Math.floor(new Date(at).getUTCMonth() / 3) + 1`,
  isoWeek: `const isoWeek = (at: number): number => {
  const thursday = new Date(at + (4 - (new Date(at).getUTCDay() || 7)) * 86_400_000)
  return Math.floor((thursday.getTime() - Date.UTC(thursday.getUTCFullYear(), 0, 1)) / 604_800_000) + 1
}`,
  letters: `const letters = (text: string): string => {
  const [upper, lower] = [text !== text.toLowerCase(), text !== text.toUpperCase()]
  return upper && lower ? 'mixed' : upper ? 'upper' : lower ? 'lower' : 'none'
}`,
  textOf: `const textOf = (value: Data | undefined): string => (typeof value === 'string' ? value : typeof value === 'number' ? String(value) : '')`,
  clean: `const clean = (value: number): number => Math.round(value * 1e6) / 1e6`,
  fine: `const fine = (value: number): number => Math.round(value * 1e4) / 1e4`,
  cents: `const cents = (value: number): number => {
  const whole = Math.abs(value) * 100
  return Math.round((whole - Math.floor(whole + 1e-7)) * 1000) / 1000
}`,
  remainder: `const remainder = (value: number, modulus: number): number => ((value % modulus) + modulus) % modulus`,
  scaled: `const scaled = (value: number, factor: number): number =>
  Number.isInteger(value) ? Math.floor(value * factor + 1e-9) : Math.round(value * factor * 100) / 100`,
  roundTo: `const roundTo = (value: number, unit: number, whole: (times: number) => number): number => {
  const near = Math.round((value / unit) * 2) / 2
  const times = Math.abs(value / unit - near) < 1e-7 ? near : value / unit
  const per = Math.round(1 / unit)
  return unit < 1 && Math.abs(per * unit - 1) < 1e-9 ? whole(times) / per : Math.round(whole(times) * unit * 1e6) / 1e6
}`,
  halfUp: `const halfUp = (times: number): number => Math.sign(times) * Math.floor(Math.abs(times) + 0.5)`,
  halfDown: `const halfDown = (times: number): number => Math.sign(times) * Math.ceil(Math.abs(times) - 0.5)`,
  halfEven: `const halfEven = (times: number): number => {
  const down = Math.floor(times)
  return times - down === 0.5 ? (down % 2 === 0 ? down : down + 1) : Math.round(times)
}`,
  shiftedDays: `const shiftedDays = (value: Data | undefined, days: number): Data | undefined =>
  typeof value === 'string' && /^\\d{4}-\\d\\d-\\d\\d/.test(value)
    ? new Date(Date.parse(value.slice(0, 10)) + days * 86_400_000).toISOString().slice(0, 10) + value.slice(10)
    : value`,
  movedTo: `const movedTo = (value: Data | undefined, day: string): Data | undefined => {
  if (typeof value !== 'string' || !/^\\d{4}-\\d\\d-\\d\\d/.test(value)) return value
  const on = new Date(Date.parse(value.slice(0, 10)))
  const [year, month, date, weekday] = [on.getUTCFullYear(), on.getUTCMonth(), on.getUTCDate(), on.getUTCDay()]
  const days = weekday === 6 ? [2, -1] : weekday === 0 ? [1, -2] : [0, 0]
  const moved =
    day === 'month-end' ? Date.UTC(year, month + 1, 0)
    : day === 'next-month' ? Date.UTC(year, month + 1, 1)
    : Date.UTC(year, month, date + (days[day === 'business-day' ? 0 : 1] ?? 0))
  return new Date(moved).toISOString().slice(0, 10) + value.slice(10)
}`,
  swapped: `const swapped = (value: Data | undefined, from: readonly Data[], to: readonly Data[]): Data | undefined => {
  const at = value === undefined ? -1 : from.indexOf(value)
  return at < 0 ? value : (to[at] ?? value)
}`,
  ...choiceHelpers,
  change: `const change = (answer: Data, path: string, make: (mine: number) => number | null): Data => {
  const before = get(answer, path)
  const after = make(num(before))
  if (before === undefined || Number.isNaN(after)) return answer
  if (after === null) return put(answer, path, null)
  if (typeof before === 'bigint') return put(answer, path, BigInt(Math.round(after)))
  return put(answer, path, typeof before === 'string' ? after.toFixed(before.split('.')[1]?.length ?? 0) : after)
}`,
  get: `const get = (data: Data | undefined, path: string): Data | undefined =>
  path
    .split('/')
    .slice(1)
    .reduce<Data | undefined>((at, part) => {
      if (at === null || typeof at !== 'object') return undefined
      return (at as Readonly<Record<string, Data>>)[part.replaceAll('~1', '/').replaceAll('~0', '~')]
    }, data)`,
  put: `const put = (data: Data | undefined, path: string, value: Data | undefined): Data => {
  const [, first, ...rest] = path.split('/')
  if (first === undefined) return value ?? null
  const name = first.replaceAll('~1', '/').replaceAll('~0', '~')
  const record: Record<string, Data> = { ...(data as Readonly<Record<string, Data>>) }
  const inner = rest.length === 0 ? value : put(record[name], '/' + rest.join('/'), value)
  if (inner === undefined) delete record[name]
  else record[name] = inner
  return Array.isArray(data) ? Object.values(record) : record
}`,
}

/** The functions that this code calls, and those that these call, in an order in which each is known before it is used. */
export const helpersFor = (code: string): string => {
  const wanted = new Set<string>()
  const want = (text: string): void => {
    for (const name of Object.keys(helpers)) {
      if (wanted.has(name) || !new RegExp(`\\b${name}\\b\\s*[(,)]`).test(text)) continue
      wanted.add(name)
      want((helpers[name] ?? '').replace(`const ${name} =`, ''))
    }
  }
  want(code)
  const names = Object.keys(helpers).filter((name) => wanted.has(name))
  return names.map((name) => `${helpers[name]}\n`).join('\n')
}

/** The types that every patch begins with. */
export const patchTypes = `export type Data = null | boolean | number | bigint | string | Uint8Array | readonly Data[] | { readonly [name: string]: Data }
/** What was known before the decision, by name; \`clock\` is the legacy's own, in epoch milliseconds. */
export type Facts = Readonly<Record<string, Data | undefined>>
`
