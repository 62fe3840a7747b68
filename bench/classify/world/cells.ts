/** One column's value, as the simulated database stores it. Dates are `2026-03-01` text, money is whole minor units. */
export type Cell = string | number | null

export type Cells = Readonly<Record<string, Cell>>

/** What a decision answers: flat, with an `outcome`. `failed` stands for a candidate that threw. */
export type Answer = Readonly<Record<string, Cell>>

export const failedAnswer: Answer = { outcome: 'failed' }

/** Equal as the product compares them without tolerances. */
export const sameCells = (left: Cells | null, right: Cells | null): boolean => {
  if (left === right) return true
  if (left === null || right === null) return false
  const names = Object.keys(left)
  return names.length === Object.keys(right).length && names.every((name) => left[name] === right[name] && name in right)
}

/** Reads numeric text as a number; null where there is no number. */
export const numberOf = (cell: Cell | undefined): number | null => {
  if (typeof cell === 'number') return cell
  if (typeof cell !== 'string' || cell.trim() === '') return null
  const value = Number(cell)
  return Number.isFinite(value) ? value : null
}

/** A number that must be there. */
export const whole = (cell: Cell | undefined): number => numberOf(cell) ?? 0

export const dayMs = 86_400_000

/** Days since 1970 of date text; null where it is none. */
export const dayOf = (cell: Cell | undefined): number | null => {
  if (typeof cell !== 'string' || !/^\d{4}-\d{2}-\d{2}/.test(cell)) return null
  const at = Date.parse(`${cell.slice(0, 10)}T00:00:00Z`)
  return Number.isFinite(at) ? Math.round(at / dayMs) : null
}

const dateTexts = new Map<number, string>()

export const dateText = (day: number): string => {
  const known = dateTexts.get(day)
  if (known !== undefined) return known
  const text = new Date(day * dayMs).toISOString().slice(0, 10)
  dateTexts.set(day, text)
  return text
}

/** None or one as a list. */
export const listed = <T>(one: T | null | undefined): readonly T[] => (one === null || one === undefined ? [] : [one])
