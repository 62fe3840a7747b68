import type { EffectStep } from '../../model/hidden-rule.ts'
import { dayMs } from '../scalar.ts'

export type DayStep = Extract<EffectStep, { kind: 'to-day' }>

/** All days that dates are moved to. */
export const dayKinds: readonly DayStep['day'][] = ['business-day', 'business-day-before', 'month-end', 'next-month']

/** The calendar day of a text that begins with one, moved there; other texts stay. What follows the day is kept. */
export const toDay = (text: string, day: DayStep['day']): string => {
  const at = /^\d{4}-\d\d-\d\d/.test(text) ? Date.parse(text.slice(0, 10)) : Number.NaN
  return Number.isNaN(at) ? text : new Date(dayAfter(at, day)).toISOString().slice(0, 10) + text.slice(10)
}

/** Business days are Monday to Friday: no holidays are known. */
const dayAfter = (at: number, day: DayStep['day']): number => {
  const date = new Date(at)
  const weekday = date.getUTCDay()
  switch (day) {
    case 'business-day':
      return at + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0) * dayMs
    case 'business-day-before':
      return at - (weekday === 6 ? 1 : weekday === 0 ? 2 : 0) * dayMs
    case 'month-end':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)
    case 'next-month':
      return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1)
    default:
      return day satisfies never
  }
}

const words: Readonly<Record<DayStep['day'], string>> = {
  'business-day': 'to Monday where it is on a weekend',
  'business-day-before': 'to Friday where it is on a weekend',
  'month-end': 'to the last day of its month',
  'next-month': 'to the first day of the next month',
}

export const toDayWords = (day: DayStep['day']): string => words[day]
