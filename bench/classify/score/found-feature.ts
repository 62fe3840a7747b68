import type { Cell } from '../world/cells.ts'
import { dayMs, dayOf, numberOf } from '../world/cells.ts'
import type { Earlier } from '../world/feature.ts'
import { localMs } from '../world/feature.ts'
import type { Case } from './case.ts'

type Derived = Cell | boolean

type Reading = (each: Case) => Derived

export interface FoundFeature {
  readonly value: Reading
  /** The fact of which it counts earlier decisions. */
  readonly counts: string | null
}

/** The benchmark's own name of a fact: rows are named with or without `row.`. */
const factName = (name: string): string => {
  if (/^candidate[./]/.test(name)) return `answer.${name.slice('candidate.'.length)}`
  return /^(trigger|read|row)\./.test(name) ? name : `row.${name}`
}

const readFact =
  (name: string): Reading =>
  ({ decided, candidate }) =>
    /^candidate[./]/.test(name) ? (candidate[name.slice('candidate.'.length)] ?? null) : decided.facts.cell(factName(name))

const clockPattern = /^clock(?: ([\w/+-]+))?$/

/** An instant as if its wall clock were UTC; null for what is no day. */
const readInstant = (inside: string): ((each: Case) => number | null) => {
  const clock = clockPattern.exec(inside)
  if (clock !== null) return ({ decided }) => localMs(decided.facts.clockMs, clock[1] ?? 'UTC')
  const fact = readFact(inside)
  return (each) => {
    const cell = fact(each)
    const day = typeof cell === 'boolean' ? null : dayOf(cell)
    return day === null ? null : day * dayMs
  }
}

/** Weeks begin on Monday; the first has the year's first Thursday. */
const isoWeek = (atMs: number): number => {
  const day = Math.floor(atMs / dayMs)
  const thursday = day - ((day + 3) % 7) + 3
  return Math.floor((thursday - Math.floor(Date.UTC(new Date(thursday * dayMs).getUTCFullYear(), 0, 1) / dayMs)) / 7) + 1
}

const lastOfMonth = (at: Date): number => new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate()

const ofInstant: Readonly<Record<string, (atMs: number, at: Date) => number>> = {
  date: (atMs) => Math.floor(atMs / dayMs),
  hour: (_atMs, at) => at.getUTCHours(),
  minuteOfDay: (_atMs, at) => at.getUTCHours() * 60 + at.getUTCMinutes(),
  minuteOfHour: (_atMs, at) => at.getUTCMinutes(),
  weekday: (_atMs, at) => ((at.getUTCDay() + 6) % 7) + 1,
  dayOfMonth: (_atMs, at) => at.getUTCDate(),
  daysToMonthEnd: (_atMs, at) => lastOfMonth(at) - at.getUTCDate(),
  month: (_atMs, at) => at.getUTCMonth() + 1,
  quarter: (_atMs, at) => Math.floor(at.getUTCMonth() / 3) + 1,
  isoWeek,
}

const lettersOf = (text: string): string => {
  if (!/\p{L}/u.test(text)) return 'none'
  if (text === text.toUpperCase()) return 'upper'
  return text === text.toLowerCase() ? 'lower' : 'mixed'
}

const ofText: Readonly<Record<string, (text: string) => Derived>> = {
  length: (text) => text.trim().length,
  spaced: (text) => text !== text.trim(),
  zeroed: (text) => /^0\d/.test(text.trim()),
  ascii: (text) => /^[\x20-\x7e]*$/.test(text),
  letters: lettersOf,
}

const onText =
  (name: string, then: (text: string) => Derived): Reading =>
  (each) => {
    const value = readFact(name)(each)
    return typeof value === 'string' ? then(value) : null
  }

const onNumber =
  (name: string, then: (value: number) => number): Reading =>
  (each) => {
    const value = readFact(name)(each)
    const number = typeof value === 'boolean' ? null : numberOf(value)
    return number === null ? null : then(number)
  }

const onTwo =
  (inside: string, then: (left: string, right: string) => Derived): Reading =>
  (each) => {
    const [left, right] = inside.split(', ').map((name) => readFact(name)(each))
    if (left === null || left === undefined || right === null || right === undefined) return null
    return then(String(left).trim(), String(right).trim())
  }

const affix = (fn: string, inside: string): Reading | null => {
  const [, end, length] = /^(prefix|suffix)(\d)$/.exec(fn) ?? []
  if (end === undefined) return null
  return onText(inside, (text) => (end === 'prefix' ? text.trim().slice(0, Number(length)) : text.trim().slice(-Number(length))))
}

const modulus = (fn: string, inside: string): Reading | null => {
  const by = Number(/^mod(\d+)$/.exec(fn)?.[1] ?? 0)
  return by === 0 ? null : onNumber(inside, (value) => ((value % by) + by) % by)
}

const between = (inside: string, unitMs: number): Reading | null => {
  const [left, right] = inside.split(' - ')
  if (left === undefined || right === undefined) return null
  const [from, to] = [readInstant(left), readInstant(right)]
  return (each) => {
    const [a, b] = [from(each), to(each)]
    if (a === null || b === null) return null
    // Whole days lie between midnights.
    return unitMs === dayMs ? Math.floor(a / dayMs) - Math.floor(b / dayMs) : Math.floor((a - b) / unitMs)
  }
}

const countOf = (
  fn: 'earlier' | 'earlierToday' | 'earlierHour' | 'minutesSince',
  { total, today, hour, lastMs }: Earlier,
  clockMs: number,
): number | null => {
  if (fn === 'minutesSince') return lastMs === undefined || lastMs === null ? null : Math.floor((clockMs - lastMs) / 60_000)
  return fn === 'earlier' ? total : fn === 'earlierToday' ? today : (hour ?? null)
}

const callOf = (fn: string, inside: string): FoundFeature | null => {
  const plain = (value: Reading | null): FoundFeature | null => (value === null ? null : { value, counts: null })
  const instant = ofInstant[fn]
  if (instant !== undefined) {
    const at = readInstant(inside)
    return plain((each) => {
      const atMs = at(each)
      return atMs === null ? null : instant(atMs, new Date(atMs))
    })
  }
  const text = ofText[fn]
  if (text !== undefined) return plain(onText(inside, text))
  switch (fn) {
    case 'earlier':
    case 'earlierToday':
    case 'earlierHour':
    case 'minutesSince':
      return {
        value: ({ decided }) => countOf(fn, decided.facts.earlier(factName(inside)), decided.facts.clockMs),
        counts: factName(inside),
      }
    case 'days':
      return plain(between(inside, dayMs))
    case 'minutes':
      return plain(between(inside, 60_000))
    case 'same':
      return plain(onTwo(inside, (left, right) => left === right))
    case 'both':
      return plain(onTwo(inside, (left, right) => `${left} & ${right}`))
    default:
      return plain(affix(fn, inside) ?? modulus(fn, inside))
  }
}

const arithmetic = (name: string): Reading | null => {
  const [first, ...rest] = name.split(/ ([-*/]) /)
  if (first === undefined || rest.length === 0) return null
  const number = (text: string): ((each: Case) => number | null) => {
    const fact = readFact(text)
    return (each) => {
      const value = fact(each)
      return typeof value === 'boolean' ? null : numberOf(value)
    }
  }
  const start = number(first)
  const steps = Array.from({ length: rest.length / 2 }, (_, at) => ({ by: rest[at * 2] ?? '', value: number(rest[at * 2 + 1] ?? '') }))
  return (each) => {
    let sum = start(each)
    for (const { by, value } of steps) {
      const next = value(each)
      if (sum === null || next === null) return null
      sum = by === '-' ? sum - next : by === '*' ? sum * next : sum / next
    }
    return sum === null || !Number.isFinite(sum) ? null : Math.round(sum * 10_000) / 10_000
  }
}

/** Reads a name as docs/hidden-rules.md tells it; null for one that is not understood. */
export const readFeature = (name: string): FoundFeature | null => {
  const call = /^([A-Za-z]+\d*)\(([^()]*)\)$/.exec(name)
  if (call !== null) return callOf(call[1] ?? '', call[2] ?? '')
  if (/^[\w$]+([./][\w$]+)+$/.test(name)) return { value: readFact(name), counts: null }
  const value = arithmetic(name)
  return value === null || name.includes('(') ? null : { value, counts: null }
}
