import type { Cell, Cells } from './cells.ts'
import { dayMs, dayOf, numberOf } from './cells.ts'

/** Earlier decisions with the same value of a fact. What no planted rule asks for is counted for found ones only. */
export interface Earlier {
  readonly total: number
  readonly today: number
  /** In the last 60 minutes. */
  readonly hour?: number
  /** When the last of them was. */
  readonly lastMs?: number | null
}

/** All that a rule may look at: `trigger.amt`, `row.cust_mst.grp_cd`, `read.exposure.open`, `answer.amount`. */
export interface Facts {
  /** Null for a name that there is not. */
  readonly cell: (name: string) => Cell
  /** The legacy's own clock. */
  readonly clockMs: number
  /** What was read of a group, as the candidate sees it; empty where one row is read. */
  readonly alternatives: readonly Cells[]
  /** How many earlier decisions had the same value of this fact, in all and on the same day (UTC). */
  readonly earlier: (fact: string) => Earlier
}

/** A number or a category that is derived from facts. */
export type Feature =
  | { readonly fn: 'cell'; readonly of: string }
  | { readonly fn: 'hour' | 'minute' | 'weekday' | 'day-of-month' | 'days-to-month-end' | 'month' | 'day'; readonly zone: string }
  | { readonly fn: 'day-of'; readonly of: string }
  | { readonly fn: 'days-until'; readonly of: string }
  | { readonly fn: 'prefix'; readonly of: string; readonly length: number }
  | { readonly fn: 'length' | 'trailing-space' | 'leading-zero' | 'lower-case' | 'non-ascii'; readonly of: string }
  | { readonly fn: 'difference'; readonly of: string; readonly to: string }
  | { readonly fn: 'ratio'; readonly of: string; readonly to: string }
  | { readonly fn: 'product'; readonly of: string; readonly to: string }
  | { readonly fn: 'equal'; readonly of: string; readonly to: string }
  | { readonly fn: 'remainder'; readonly of: string; readonly by: number }
  | { readonly fn: 'earlier-today' | 'earlier'; readonly of: string }

type Derived = Cell | boolean

const quarterMs = 900_000

interface Zone {
  readonly format: Intl.DateTimeFormat
  /** By quarter of an hour. */
  readonly offsets: Map<number, number>
}

const zones = new Map<string, Zone>()

const zoneOf = (name: string): Zone => {
  const known = zones.get(name)
  if (known !== undefined) return known
  const zone = { format: new Intl.DateTimeFormat('en', { timeZone: name, timeZoneName: 'longOffset' }), offsets: new Map() }
  zones.set(name, zone)
  return zone
}

/** The zone's wall clock, as if it were UTC. Offsets only change at full quarters of an hour. */
export const localMs = (atMs: number, zone: string): number => {
  if (zone === 'UTC') return atMs
  const { format, offsets } = zoneOf(zone)
  const quarter = Math.floor(atMs / quarterMs)
  const known = offsets.get(quarter)
  if (known !== undefined) return atMs + known
  const [, sign, hours, minutes] = /GMT(?:([+-])(\d+):(\d+))?/.exec(format.format(atMs)) ?? []
  const ms = (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * (sign === '-' ? -60_000 : 60_000)
  offsets.set(quarter, ms)
  return atMs + ms
}

type ClockFn = Extract<Feature, { readonly zone: string }>['fn']

const clockFeature = (fn: ClockFn, ms: number): number => {
  const at = new Date(ms)
  switch (fn) {
    case 'hour':
      return at.getUTCHours()
    case 'minute':
      return at.getUTCHours() * 60 + at.getUTCMinutes()
    case 'weekday':
      return at.getUTCDay()
    case 'day-of-month':
      return at.getUTCDate()
    case 'days-to-month-end':
      return new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + 1, 0)).getUTCDate() - at.getUTCDate()
    case 'month':
      return at.getUTCMonth() + 1
    case 'day':
      return Math.floor(ms / dayMs)
    default:
      return fn satisfies never
  }
}

const both = (facts: Facts, of: string, to: string, join: (left: number, right: number) => number): number | null => {
  const left = numberOf(facts.cell(of))
  const right = numberOf(facts.cell(to))
  return left === null || right === null ? null : join(left, right)
}

const textFeature = (fn: 'length' | 'trailing-space' | 'leading-zero' | 'lower-case' | 'non-ascii', text: string): Derived => {
  switch (fn) {
    case 'length':
      return text.length
    case 'trailing-space':
      return text.endsWith(' ')
    case 'leading-zero':
      return /^0\d/.test(text)
    case 'lower-case':
      return text !== text.toUpperCase() && text === text.toLowerCase()
    case 'non-ascii':
      return /[^\x20-\x7e]/.test(text)
    default:
      return fn satisfies never
  }
}

/** The feature's value; null where a fact that it needs is null. */
export const featureValue = (feature: Feature, facts: Facts): Derived => {
  switch (feature.fn) {
    case 'cell':
      return facts.cell(feature.of) ?? null
    case 'hour':
    case 'minute':
    case 'weekday':
    case 'day-of-month':
    case 'days-to-month-end':
    case 'month':
    case 'day':
      return clockFeature(feature.fn, localMs(facts.clockMs, feature.zone))
    case 'day-of':
      return dayOf(facts.cell(feature.of))
    case 'days-until': {
      const day = dayOf(facts.cell(feature.of))
      return day === null ? null : day - Math.floor(facts.clockMs / dayMs)
    }
    case 'prefix': {
      const text = facts.cell(feature.of)
      return typeof text === 'string' ? text.slice(0, feature.length) : null
    }
    case 'length':
    case 'trailing-space':
    case 'leading-zero':
    case 'lower-case':
    case 'non-ascii': {
      const text = facts.cell(feature.of)
      return typeof text === 'string' ? textFeature(feature.fn, text) : null
    }
    case 'difference':
      return both(facts, feature.of, feature.to, (left, right) => left - right)
    case 'ratio':
      return both(facts, feature.of, feature.to, (left, right) => (right === 0 ? Number.NaN : left / right))
    case 'product':
      return both(facts, feature.of, feature.to, (left, right) => left * right)
    case 'equal': {
      const [left, right] = [facts.cell(feature.of), facts.cell(feature.to)]
      return left === null || left === undefined || right === null || right === undefined ? null : left === right
    }
    case 'remainder': {
      const value = idNumber(facts.cell(feature.of))
      return value === null ? null : value % feature.by
    }
    case 'earlier-today':
      return facts.earlier(feature.of).today
    case 'earlier':
      return facts.earlier(feature.of).total
    default:
      return feature satisfies never
  }
}

/** The digits of an id, as a number: `C00042` is 42. */
const idNumber = (cell: Cell | undefined): number | null => {
  if (typeof cell === 'number') return Math.abs(Math.trunc(cell))
  const digits = typeof cell === 'string' ? /\d+$/.exec(cell.trim())?.[0] : undefined
  return digits === undefined ? null : Number(digits)
}
