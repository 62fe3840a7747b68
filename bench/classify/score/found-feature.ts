import type { Cell } from '../world/cells.ts'
import { dayMs, dayOf, numberOf } from '../world/cells.ts'
import type { Feature } from '../world/feature.ts'
import { featureValue } from '../world/feature.ts'
import type { Case } from './case.ts'

type Derived = Cell | boolean

export interface FoundFeature {
  readonly value: (each: Case) => Derived
  /** The fact of which it counts earlier decisions. */
  readonly counts: string | null
}

/** A field of the candidate's answer, named by a dot or as a pointer. */
const isOfCandidate = (name: string): boolean => /^candidate[./]/.test(name)

/** The benchmark's own name of a fact: rows are named by their table alone. */
const factName = (name: string): string => {
  if (isOfCandidate(name)) return `answer.${name.slice('candidate.'.length)}`
  return /^(trigger|read|row)\./.test(name) ? name : `row.${name}`
}

const cell =
  (name: string): ((each: Case) => Cell) =>
  ({ decided, candidate }) =>
    isOfCandidate(name) ? (candidate[name.slice('candidate.'.length)] ?? null) : decided.facts.cell(factName(name))

const ofFeature =
  (feature: Feature): ((each: Case) => Derived) =>
  ({ decided }) =>
    featureValue(feature, decided.facts)

const clockNames: Readonly<Record<string, Extract<Feature, { readonly zone: string }>['fn']>> = {
  hour: 'hour',
  minute: 'minute',
  minuteOfDay: 'minute',
  weekday: 'weekday',
  dayOfMonth: 'day-of-month',
  daysToMonthEnd: 'days-to-month-end',
  month: 'month',
  date: 'day',
}

const onText =
  (name: string, then: (text: string) => Derived): ((each: Case) => Derived) =>
  (each) => {
    const value = cell(name)(each)
    return typeof value === 'string' ? then(value) : null
  }

const onNumbers =
  (names: readonly string[], then: (left: number, right: number) => number): ((each: Case) => Derived) =>
  (each) => {
    const [left, right] = names.map((name) => numberOf(cell(name)(each)))
    if (left === null || left === undefined || right === null || right === undefined) return null
    const value = then(left, right)
    return Number.isFinite(value) ? value : null
  }

const namesIn = (inside: string, by: string): readonly string[] => inside.split(by).map((name) => name.trim())

/** Weeks begin on Monday; the first has the year's first Thursday. */
const isoWeek = (atMs: number): number => {
  const day = Math.floor(atMs / dayMs)
  const thursday = day - ((day + 3) % 7) + 3
  return Math.floor((thursday - Math.floor(Date.UTC(new Date(thursday * dayMs).getUTCFullYear(), 0, 1) / dayMs)) / 7) + 1
}

const callOf = (fn: string, inside: string): FoundFeature | null => {
  const plain = (value: (each: Case) => Derived): FoundFeature => ({ value, counts: null })
  const clock = clockNames[fn]
  if (fn === 'isoWeek' && inside === 'clock') return plain(({ decided }) => isoWeek(decided.facts.clockMs))
  if (clock !== undefined && !inside.startsWith('clock')) {
    // The same of a day that is a fact.
    return plain((each) => {
      const day = dayOf(cell(inside)(each))
      return day === null ? null : featureValue({ fn: clock, zone: 'UTC' }, { ...each.decided.facts, clockMs: day * dayMs })
    })
  }
  if (fn === 'earlier' || fn === 'earlierToday') {
    return { value: ofFeature({ fn: fn === 'earlier' ? 'earlier' : 'earlier-today', of: factName(inside) }), counts: factName(inside) }
  }
  const zoned = /^clock(?: (.+))?$/.exec(inside)
  if (clock !== undefined && zoned !== null) return plain(ofFeature({ fn: clock, zone: zoned[1] ?? 'UTC' }))
  const prefix = /^prefix(\d)$/.exec(fn)
  if (prefix !== null) return plain(onText(inside, (text) => text.slice(0, Number(prefix[1]))))
  const suffix = /^suffix(\d)$/.exec(fn)
  if (suffix !== null) return plain(onText(inside, (text) => text.trimEnd().slice(-Number(suffix[1]))))
  switch (fn) {
    case 'zeroed':
      return plain(onText(inside, (text) => /^0/.test(text)))
    case 'spaced':
      return plain(onText(inside, (text) => text !== text.trim()))
    case 'length':
      return plain(onText(inside, (text) => text.length))
    case 'product':
      return plain(onNumbers(namesIn(inside, ','), (left, right) => left * right))
    case 'difference':
      return plain(onNumbers(namesIn(inside, ','), (left, right) => left - right))
    case 'ratio':
      return plain(onNumbers(namesIn(inside, ','), (left, right) => left / right))
    default:
      return null
  }
}

/** Reads a name as docs/hidden-rules.md tells it; null for one that is not understood. */
export const readFeature = (name: string): FoundFeature | null => {
  const call = /^([A-Za-z0-9]+)\((.*)\)$/.exec(name)
  if (call === null) return /^[\w$]+([./][\w$]+)+$/.test(name) ? { value: cell(name), counts: null } : null
  return callOf(call[1] ?? '', call[2] ?? '')
}
