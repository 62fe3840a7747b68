import type { Cell } from '../world/cells.ts'
import { numberOf } from '../world/cells.ts'
import type { Feature } from '../world/feature.ts'
import { featureValue } from '../world/feature.ts'
import type { Case } from './case.ts'

type Derived = Cell | boolean

export interface FoundFeature {
  readonly value: (each: Case) => Derived
  /** The fact of which it counts earlier decisions. */
  readonly counts: string | null
}

const cell =
  (name: string): ((each: Case) => Cell) =>
  ({ decided, candidate }) => {
    if (name.startsWith('candidate.')) return candidate[name.slice('candidate.'.length)] ?? null
    if (name.startsWith('trigger.') || name.startsWith('read.')) return decided.facts.cell(name)
    return decided.facts.cell(name.startsWith('row.') ? name : `row.${name}`)
  }

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

const callOf = (fn: string, inside: string): FoundFeature | null => {
  const plain = (value: (each: Case) => Derived): FoundFeature => ({ value, counts: null })
  const clock = clockNames[fn]
  const zoned = /^clock(?: (.+))?$/.exec(inside)
  if (clock !== undefined && zoned !== null) return plain(ofFeature({ fn: clock, zone: zoned[1] ?? 'UTC' }))
  const prefix = /^prefix(\d)$/.exec(fn)
  if (prefix !== null) return plain(onText(inside, (text) => text.slice(0, Number(prefix[1]))))
  const suffix = /^suffix(\d)$/.exec(fn)
  if (suffix !== null) return plain(onText(inside, (text) => text.trimEnd().slice(-Number(suffix[1]))))
  switch (fn) {
    case 'date':
    case 'day':
      return plain((each) => featureValue({ fn: 'day-of', of: inside }, { ...each.decided.facts, cell: () => cell(inside)(each) }))
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
  if (call === null) return /^[\w$]+(\.[\w$/]+)+$/.test(name) ? { value: cell(name), counts: null } : null
  return callOf(call[1] ?? '', call[2] ?? '')
}
