import type { EffectStep, InputChange, Rounding } from '../../../src/model/hidden-rule.ts'
import type { Answer, Cell, Cells } from '../world/cells.ts'
import { dateText, dayMs, dayOf, numberOf } from '../world/cells.ts'
import { foundChoice } from './found-choice.ts'

const rounded = (value: number, unit: number, mode: Rounding): number => {
  const times = value / unit
  const down = Math.floor(times + 1e-9)
  const isHalf = Math.abs(times - down - 0.5) < 1e-9
  switch (mode) {
    case 'down':
      return down * unit
    case 'up':
      return Math.ceil(times - 1e-9) * unit
    case 'zero':
      return Math.trunc(times) * unit
    case 'half-up':
      return Math.sign(times) * Math.floor(Math.abs(times) + 0.5 + 1e-9) * unit
    case 'half-even':
      return (isHalf ? (down % 2 === 0 ? down : down + 1) : Math.round(times)) * unit
    case 'half-down':
      return Math.sign(times) * Math.ceil(Math.abs(times) - 0.5 - 1e-9) * unit
    default:
      return mode satisfies never
  }
}

const scaled = (value: number, factor: number): number =>
  Number.isInteger(value) ? Math.floor(value * factor + 1e-9) : Math.round(value * factor * 100) / 100

const textOf = (text: string, as: 'trim' | 'upper' | 'lower'): string =>
  as === 'trim' ? text.trim() : as === 'upper' ? text.toUpperCase() : text.toLowerCase()

const shifted = (cell: Cell, days: number): Cell => {
  const day = dayOf(cell)
  if (day === null || typeof cell !== 'string') return cell
  return cell.length === 10 ? dateText(day + days) : new Date(Date.parse(cell) + days * dayMs).toISOString()
}

/** Business days are Monday to Friday. */
const movedTo = (text: string, day: Extract<EffectStep, { kind: 'to-day' }>['day']): string => {
  const at = new Date(Date.parse(`${text.slice(0, 10)}T00:00:00Z`))
  const weekend = at.getUTCDay() === 6 ? 1 : at.getUTCDay() === 0 ? 2 : 0
  if (day === 'month-end') at.setUTCMonth(at.getUTCMonth() + 1, 0)
  else if (day === 'next-month') at.setUTCMonth(at.getUTCMonth() + 1, 1)
  else if (weekend > 0) at.setUTCDate(at.getUTCDate() + (day === 'business-day' ? 3 - weekend : -weekend))
  return at.toISOString().slice(0, 10) + text.slice(10)
}

/** What an effect may look at besides the answer: features by name, and what the candidate answers to changed inputs. */
export interface Known {
  readonly feature: (name: string) => Cell
  /** The alternatives of a list by its name, in their order. */
  readonly alternatives: (list: string) => readonly Cells[]
  readonly otherwise: (changes: readonly InputChange[]) => Answer
}

/** What one step makes of one field; undefined: it changes nothing. */
const stepValue = (step: EffectStep, answer: Answer, { feature, alternatives, otherwise }: Known): Cell | undefined => {
  const cell = answer[step.path.slice(1)] ?? null
  const value = numberOf(cell)
  const other = 'feature' in step && step.feature !== null ? numberOf(feature(step.feature)) : null
  switch (step.kind) {
    case 'set':
      return step.value as Cell
    case 'copy':
      return feature(step.feature)
    case 'map': {
      const at = step.from.indexOf(cell as string | number)
      return at < 0 ? undefined : (step.to[at] as Cell)
    }
    case 'shift-days':
      return shifted(cell, step.days)
    case 'to-day':
      return typeof cell === 'string' ? movedTo(cell, step.day) : undefined
    case 'text':
      return typeof cell === 'string' ? textOf(cell, step.as) : undefined
    case 'cut':
      return typeof cell === 'string' ? cell.slice(0, step.length) : undefined
    case 'remove':
      return undefined
    case 'as-if':
      return otherwise(step.changes)[step.path.slice(1)] ?? null
    case 'choose':
      return foundChoice(step, answer, { feature, alternatives })
    case 'min':
      return value === null ? undefined : Math.min(value, step.value)
    case 'max':
      return value === null ? undefined : Math.max(value, step.value)
    case 'add':
      return value === null ? undefined : value + step.value
    case 'round-down':
      return value === null ? undefined : Math.floor(value / step.multiple) * step.multiple
    case 'scale':
      return value === null ? undefined : scaled(value, step.factor)
    case 'wrap':
      return value === null ? undefined : value % step.modulus
    case 'min-feature':
      return value === null || other === null ? undefined : Math.min(value, other)
    case 'max-feature':
      return value === null || other === null ? undefined : Math.max(value, other)
    case 'multiple-of':
      return value === null || other === null || other === 0 ? undefined : Math.floor(value / other) * other
    case 'round': {
      const from = step.feature === null ? value : other
      return from === null ? undefined : rounded(from, step.unit, step.mode)
    }
    case 'linear':
      return value === null || (step.feature !== null && other === null)
        ? undefined
        : rounded(value * step.factor + (other ?? 0) * step.times + step.plus, step.unit, step.mode)
    case 'by-feature':
      return value === null || other === null ? undefined : rounded(step.divide ? value / other : value * other, step.unit, step.mode)
    default:
      return step satisfies never
  }
}

/** The answer that a found effect makes of the candidate's; the same object where it changes nothing. */
export const withFoundEffect = (steps: readonly EffectStep[], answer: Answer, known: Known): Answer => {
  const changed: Record<string, Cell> = {}
  for (const step of steps) {
    const field = step.path.slice(1)
    const value = stepValue(step, answer, known)
    if (value !== undefined && value !== answer[field]) changed[field] = value
  }
  return Object.keys(changed).length === 0 ? answer : { ...answer, ...changed }
}
